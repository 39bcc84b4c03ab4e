package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// soakTime is the environment variable with how long TestSoak runs, such as 5m.
const soakTime = "SOAK"

// TestSoak runs the program as it is used, against both vendors, while they fail
// in every way in turn, scrapers come and go, the configuration is read again and
// the receiver of pushes dies. Between the rounds, when all is quiet, nothing may
// have piled up; at the end every counter equals what happened.
func TestSoak(t *testing.T) {
	text := os.Getenv(soakTime)
	if text == "" {
		t.Skip("runs for minutes: set SOAK")
	}
	d := must[time.Duration](t)(time.ParseDuration(text))
	s := newSoak(t)
	s.x.start(t, program(t), Plan{}, "--debug.listen-address="+s.debug)
	s.x.reaches(t, time.Unix(0, 0))
	s.began = s.truth()
	check(t, s.vendor.Play(simulator.Scene{Scene: "normal"}))
	var readings []reading
	for end := time.Now().Add(d); time.Now().Before(end) || len(readings) < 4; {
		s.round(t)
		r := s.quiet(t)
		t.Logf("%s", r)
		readings = append(readings, r)
	}
	s.settle(t)
	for _, problem := range append(s.x.seen.problems(), leaks(t, warm(readings))...) {
		t.Error(problem)
	}
	pages, slowest := s.x.seen.pages()
	t.Logf("%d rounds, %d scrapes of the one who looks, the slowest took %s", len(readings), pages, slowest)
	s.x.stop(t, syscall.SIGTERM)
}

// soak is one program in the middle of everything.
type soak struct {
	vendor   *vendor
	x        *exporter
	debug    string // the profiler's address
	receiver string // the address that metrics are pushed to
	patience string // of requests; a reload may change it
	luck     *rand.Rand
	began    map[string]float64 // what the vendors showed while they stood still, at first
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	s := &soak{debug: freeAddress(t), receiver: freeAddress(t), patience: "5s", luck: rand.New(rand.NewPCG(3, 0))}
	v := &vendor{}
	v.Simulator = simulator.New(simulator.Options{Seed: 11, Agents: 40, Late: -1, Frozen: true, Zone: must[*time.Location](t)(time.LoadLocation(noonZone()))})
	v.server = httptest.NewServer(v.Simulator)
	t.Cleanup(v.server.Close)
	s.vendor = v
	s.x = newExporter(t, v, "sse")
	s.x.seen.every, s.x.seen.reloads = 500*time.Millisecond, true
	s.configure(t)
	return s
}

// noonZone is a zone in which it is about noon: the vendor's day doesn't end.
func noonZone() string {
	return fmt.Sprintf("Etc/GMT%+d", time.Now().UTC().Hour()-12)
}

// configure writes the configuration.
func (s *soak) configure(t *testing.T) {
	t.Helper()
	lp, lv := s.vendor.LivePerson(), s.vendor.LiveVox()
	text := strings.NewReplacer(
		"URL", s.vendor.server.URL, "ZONE", noonZone(), "PATIENCE", s.patience, "RECEIVER", s.receiver,
		"ACCOUNT_ID", lp.AccountID, "CLIENT_ID", lp.ClientID, "CLIENT_SECRET", lp.ClientSecret,
		"CLIENT_NAME", lv.ClientName, "USERNAME", lv.Username, "PASSWORD", lv.Password, "ACCESS_TOKEN", lv.AccessToken,
	).Replace(`accounts:
  - name: shop
    vendor: liveperson
    account_id: "ACCOUNT_ID"
    discovery_url: URL
    auth: {oauth2: {client_id: "CLIENT_ID", client_secret: "CLIENT_SECRET"}}
    limits: {requests_per_second: 1000, burst: 1000, timeout: PATIENCE, max_response_bytes: 4MiB}
    sources:
      agent_status: {interval: 1s}
      status_changes: {interval: 2s, lookback: 48h}
      agent_activity: {interval: 5s}
  - name: dialer
    vendor: livevox
    base_url: URL
    auth: {client_name: "CLIENT_NAME", username: "USERNAME", password: "PASSWORD", access_token: "ACCESS_TOKEN"}
    limits: {requests_per_second: 1000, burst: 1000, timeout: PATIENCE, max_response_bytes: 4MiB}
    day_timezone: ZONE
    identity: id
    sources:
      service_stats: {interval: 1s}
      agents_status: {interval: 1s}
      agent_stats: {interval: 1s}
      calls_on_hold: {interval: 1s}
      campaign_stats: {interval: 2s}
      agent_events: {}
      interaction_events: {mode: sse}
otlp: {endpoint: "http://RECEIVER", interval: 1s}
`)
	// As an editor does it, so that no reader sees half a file.
	next := filepath.Join(filepath.Dir(s.x.config), "next.yml")
	check(t, os.WriteFile(next, []byte(text), 0o600))
	check(t, os.Rename(next, s.x.config))
}

// round lets everything go wrong once, under load.
func (s *soak) round(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for i := range 4 {
		load.Go(func() { s.scrape(ctx, i) })
	}
	load.Go(func() { s.receive(ctx, 300*time.Millisecond) })
	for i, faults := range soakFaults() {
		s.vendor.faults(t, faults)
		s.x.burst(t, 1+s.luck.IntN(40)) // few: their keys are kept for an hour
		time.Sleep(600 * time.Millisecond)
		s.vendor.ClearFaults()
		if i%5 == 4 { // an account that changes restarts; its counters go on
			s.patience = map[string]string{"5s": "6s", "6s": "5s"}[s.patience]
			s.configure(t)
		}
		s.x.signal(t, syscall.SIGHUP)
	}
	cancel()
	load.Wait()
}

// soakFaults are what goes wrong, one after the other. Logins work: a password
// that is refused is not tried again for minutes.
func soakFaults() []string {
	some := func(fault string) string {
		var all []string
		for _, endpoint := range []string{"agent_status", "status_changes", "agent_activity", "service_stats", "agents_status", "agent_stats", "agent_events", "interaction_events"} {
			all = append(all, `{"endpoint": "`+endpoint+`", "probability": 0.5, `+fault+`}`)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	return []string{
		some(`"kind": "status", "status": 503`),
		some(`"kind": "status", "status": 429, "retry_after": "1"`),
		some(`"kind": "hang"`),
		some(`"kind": "reset"`),
		some(`"kind": "html"`),
		some(`"kind": "garbage"`),
		some(`"kind": "cut"`),
		some(`"kind": "truncated"`),
		some(`"kind": "slow_body", "rate": 100`),
		some(`"kind": "huge_body", "size": 16000000`),
		some(`"kind": "gzip_bomb", "size": 64000000`),
		`[{"kind": "session_revoked", "count": 1}, {"kind": "token_revoked", "count": 1}]`,
		`[{"endpoint": "agent_events", "kind": "repeat", "size": 100}, {"endpoint": "interaction_events_sse", "kind": "stream_cut", "size": 40, "probability": 0.5}]`,
	}
}

// scrape scrapes in one of the ways in which scrapers do, some of which give up.
func (s *soak) scrape(ctx context.Context, i int) {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.x.address+"/metrics", nil)
		if err != nil {
			return
		}
		req.Header.Set("Accept", []string{"text/plain", "application/openmetrics-text; version=1.0.0", "*/*", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}[i])
		if resp, err := client.Do(req); err == nil {
			if i > 0 {
				_, _ = resp.Body.Read(make([]byte, 1<<(4*i))) // and no more
			}
			_ = resp.Body.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// receive takes pushes for a while, is gone for as long, and stays at the end.
func (s *soak) receive(ctx context.Context, d time.Duration) {
	for ctx.Err() == nil {
		l, err := net.Listen("tcp", s.receiver)
		if err != nil {
			return
		}
		server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
		})}
		go func() { _ = server.Serve(l) }()
		time.Sleep(d)
		_ = server.Close()
		time.Sleep(d)
	}
}
