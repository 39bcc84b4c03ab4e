package crash

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// vendor is a LiveVox on a port of this process, whose clock can be put forward.
type vendor struct {
	*simulator.Simulator
	server *httptest.Server
	ahead  atomic.Int64 // nanoseconds
}

// newVendor returns a vendor with a contact centre in which nothing happens yet.
func newVendor(t *testing.T) *vendor {
	v := &vendor{}
	v.Simulator = simulator.New(simulator.Options{Seed: 7, Frozen: true, Speed: 20, Now: v.now})
	v.server = httptest.NewServer(v.Simulator)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) now() time.Time { return time.Now().Add(time.Duration(v.ahead.Load())) }

// pass lets time pass at the vendor, and nothing else happen there.
func (v *vendor) pass(t *testing.T, d time.Duration) {
	t.Helper()
	check(t, v.Play(simulator.Scene{Scene: "frozen"}))
	v.ahead.Add(int64(d))
	v.wake(t)
}

// wake gives those an answer who wait for something to happen, and nothing
// happens.
func (v *vendor) wake(t *testing.T) {
	t.Helper()
	check(t, v.Play(simulator.Scene{Scene: "frozen"}))
}

// burst is so many events of one feed at once. It returns when the feed shows
// them: each takes up a place of its own in time.
func (v *vendor) burst(t *testing.T, feed string, events int) {
	t.Helper()
	check(t, v.Burst(simulator.Burst{Feed: feed, Events: events}))
	time.Sleep(2*time.Millisecond + time.Duration(events)*100*time.Nanosecond)
}

func (v *vendor) faults(t *testing.T, json string) {
	t.Helper()
	check(t, v.LoadFaults(strings.NewReader(json)))
}

// config writes a configuration for an account at the vendor that follows both
// feeds, the one of interactions in a mode.
func (v *vendor) config(t *testing.T, dir, mode string) string {
	t.Helper()
	path := filepath.Join(dir, "contactcenter.yml")
	check(t, os.WriteFile(path, []byte(v.accounts(v.server.URL, mode)), 0o600))
	return path
}

func (v *vendor) accounts(url, mode string) string {
	lv := v.LiveVox()
	return strings.NewReplacer(
		"URL", url, "MODE", mode,
		"CLIENT_NAME", lv.ClientName, "USERNAME", lv.Username, "PASSWORD", lv.Password, "ACCESS_TOKEN", lv.AccessToken,
	).Replace(`accounts:
  - name: dialer
    vendor: livevox
    base_url: URL
    auth: {client_name: "CLIENT_NAME", username: "USERNAME", password: "PASSWORD", access_token: "ACCESS_TOKEN"}
    limits: {requests_per_second: 1000, burst: 1000}
    day_timezone: America/New_York
    sources:
      service_stats: {interval: 1s}
      agents_status: {enabled: false}
      agent_stats: {enabled: false}
      calls_on_hold: {enabled: false}
      campaign_stats: {enabled: false}
      agent_events: {}
      interaction_events: {mode: MODE}
`)
}
