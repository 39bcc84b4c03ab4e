package command

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/lint"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/testmain"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// inMemory carries requests to a handler without a network.
type inMemory struct{ http.Handler }

func (h inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	r.RequestURI = r.URL.RequestURI()
	r.Host = r.URL.Host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// demoPage returns the page of a demo whose contact centre stands still.
func demoPage(t *testing.T) []byte {
	t.Helper()
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Now()
	s := simulator.New(simulator.Options{Seed: 1, Agents: 6, Services: 2, Now: func() time.Time { return now }})
	file := strings.ReplaceAll(demoConfig(s, "127.0.0.1:1"), "_events: {}", "_events: {enabled: false}") // a feed begins where chance lets it
	c, err := config.Parse("demo", []byte(file), vendortest.Configs())
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Accounts { // a key of its own would be another one each time
		c.Accounts[i].IdentityKey = config.NewSecret("key")
	}
	m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: inMemory{s}})
	if err := m.Apply(c); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Minute) // long enough for what sources learn of each other
	synctest.Wait()
	w := httptest.NewRecorder()
	page.New(m.Gather, page.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if err := m.Stop(); err != nil {
		t.Error(err)
	}
	return w.Body.Bytes()
}

// One page, from the vendors' JSON to the bytes: whatever changes it shows here.
func TestGoldenPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := moments.ReplaceAll(requests.ReplaceAll(demoPage(t), nil), []byte("$1 T"))
		const path = "testdata/page.prom"
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the page is not that of %s: %s", path, firstDifference(string(got), string(want)))
		}
	})
}

// requests are the lines about single requests: which ones there are depends on
// which source is asked first.
var requests = regexp.MustCompile(`(?m)^contactcenter_api_.*\n`)

// moments are the values that depend on when something was asked, which is
// spread by chance, and on how long it took.
var moments = regexp.MustCompile(`(?m)^(contactcenter_source_fetches_total[^ ]*|[^ ]*_timestamp_seconds(?:{[^}]*})?|contactcenter_source_fetch_duration_seconds[^ ]*|liveperson_agent_status_seconds_total[^ ]*|contactcenter_(?:agent|group)_(?:adherent|scheduled)_seconds_total[^ ]*) .*$`)

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "\n got " + g[i] + "\nwant " + w[i]
		}
	}
	return "one of them is longer"
}

func TestPageIsCleanOfLint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lint.Page(t, string(demoPage(t)))
	})
}

func TestMain(m *testing.M) {
	testmain.Prepare(8)
	os.Exit(m.Run())
}
