package promises

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// steady is something that stays wrong for an hour, so that alerts can be watched: none may begin or end more than once.
type steady struct {
	name       string // of the file
	faults     []simulator.Fault
	host       string                                         // whose way is wire
	wire       func(next http.RoundTripper) http.RoundTripper // the way to a vendor
	begin, end func(*recording)
	each       func(r *recording, minute int) // once a minute
	misses     func(scrape int) bool          // scrapes that get no answer
	full       bool                           // the disk
}

// The times of a recording.
const (
	steadyBefore = 20 * time.Minute
	steadyLasts  = time.Hour
	steadyAfter  = 25 * time.Minute
	steadyScrape = 30 * time.Second
)

// recording is an exporter whose pages are written down.
type recording struct {
	*exporter
	steady
	sim     *simulator.Simulator
	out     *json.Encoder
	trouble atomic.Bool
	started time.Time
	scrapes int
}

// recorded is a line of a recording: a page, or a scrape that failed. The first and the last page of the trouble say so.
type recorded struct {
	At      float64 `json:"at"` // Unix seconds
	Page    string  `json:"page,omitempty"`
	Trouble bool    `json:"trouble,omitempty"`
}

// What a Prometheus scrapes around an hour of each trouble goes into files in $STEADY_PAGES, for the rules' tests in e2e/.
func TestPagesOfSteadyTroubles(t *testing.T) {
	dir := os.Getenv("STEADY_PAGES")
	if dir == "" {
		t.Skip("e2e/run.sh says where pages go by STEADY_PAGES")
	}
	for _, s := range steadyTroubles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			packed(t, filepath.Join(dir, s.name), func(w io.Writer) { synctest.Test(t, func(t *testing.T) { record(t, s, w) }) })
		})
	}
}

// packed has a file of pages written.
func packed(t *testing.T, path string, write func(io.Writer)) {
	t.Helper()
	f, err := os.Create(path + ".jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	write(w)
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func record(t *testing.T, s steady, w io.Writer) {
	time.Sleep(15 * time.Hour) // late morning in New York
	r := &recording{steady: s, sim: simulator.New(simulator.Options{Seed: 23, Agents: 36, Services: 3}), out: json.NewEncoder(w)}
	r.exporter = &exporter{t: t, log: &lines{}, wire: hosts{shopHost: r.way(), dialerHost: r.way()}, own: r.process(), fail: r.disk}
	r.file = accounts(
		shop("shop", shopHost, r.sim, "sources: {status_changes: {interval: 5m}, queues: {}, queue_health: {}, names: {}}"),
		dialer("dialer", dialerHost, r.sim, "sources: {agent_events: {}, interaction_events: {}}"))
	r.boot()
	t.Cleanup(func() { r.stop() })
	r.scrapeFor(steadyBefore)
	r.begins()
	r.scrapeFor(steadyLasts)
	r.ends()
	r.scrapeFor(steadyAfter)
}

func (r *recording) begins() {
	r.trouble.Store(true)
	for _, f := range r.faults {
		mustFault(r.t, r.sim, f)
	}
	if r.begin != nil {
		r.begin(r)
	}
}

func (r *recording) ends() {
	r.trouble.Store(false)
	r.sim.ClearFaults()
	if r.end != nil {
		r.end(r)
	}
}

func (r *recording) boot() {
	r.started = time.Now()
	r.start()
}

func (r *recording) reboot() {
	r.stop()
	time.Sleep(2 * time.Second)
	r.boot()
}

// way leads to the vendors, by way of the trouble's while it lasts.
func (r *recording) way() http.RoundTripper {
	return roundTrip(func(q *http.Request) (*http.Response, error) {
		if r.trouble.Load() && q.URL.Host == r.host {
			return r.steady.wire(r.sim).RoundTrip(q)
		}
		return r.sim.RoundTrip(q)
	})
}

// disk fails while it is full.
func (r *recording) disk(string) error {
	if r.full && r.trouble.Load() {
		return syscall.ENOSPC
	}
	return nil
}

// process are the exporter's own metrics that rules read.
func (r *recording) process() prometheus.Gatherer {
	own := prometheus.NewRegistry()
	gauge := func(name string, labels prometheus.Labels, value func() float64) {
		own.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, ConstLabels: labels}, value))
	}
	one := func() float64 { return 1 }
	gauge("contactcenter_exporter_build_info", prometheus.Labels{"version": "1.0.0", "revision": "", "goversion": ""}, one)
	gauge("contactcenter_exporter_config_last_reload_successful", nil, one)
	gauge("process_start_time_seconds", nil, func() float64 { return float64(r.started.UnixMilli()) / 1000 })
	gauge("contactcenter_exporter_state_writable", nil, func() float64 {
		if r.store.Writable() {
			return 1
		}
		return 0
	})
	return own
}

func (r *recording) scrapeFor(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(steadyScrape)
		r.scrapes++
		line := recorded{At: float64(time.Now().UnixMilli()) / 1000, Trouble: r.trouble.Load()}
		if !line.Trouble || r.misses == nil || !r.misses(r.scrapes) {
			line.Page = r.scrape(acceptText).Body.String()
		}
		if err := r.out.Encode(line); err != nil {
			r.t.Fatal(err)
		}
		if minute := time.Minute / steadyScrape; line.Trouble && r.each != nil && r.scrapes%int(minute) == 0 {
			r.each(r, r.scrapes/int(minute))
		}
	}
}

// steadyTroubles are what can be wrong for an hour, each at a vendor, on the way to it, or in the exporter.
func steadyTroubles() []steady {
	return append(append(vendorTroubles(), accessTroubles()...), centreTroubles()...)
}

func vendorTroubles() []steady {
	at := func(name, endpoint string, f simulator.Fault) steady {
		if endpoint == "liveperson" || endpoint == "livevox" {
			f.Vendor = endpoint
		} else {
			f.Endpoint = endpoint
		}
		return steady{name: name, faults: []simulator.Fault{f}}
	}
	throttled := says(http.StatusTooManyRequests)
	throttled.RetryAfter = "30"
	return []steady{
		at("500-of-service-stats", "service_stats", says(500)),
		at("500-of-agent-status", "agent_status", says(500)),
		at("503-of-queues", "queues", says(503)),
		at("outage-of-livevox", "livevox", simulator.Fault{Kind: "outage"}),
		at("outage-of-liveperson", "liveperson", simulator.Fault{Kind: "outage"}),
		at("hang-of-livevox", "livevox", simulator.Fault{Kind: "hang"}),
		at("reset-of-agent-status", "agent_status", simulator.Fault{Kind: "reset"}),
		at("three-in-ten-answers-of-livevox-are-errors", "livevox", simulator.Fault{Kind: "status", Probability: 0.3}),
		at("four-in-five-answers-of-livevox-are-errors", "livevox", simulator.Fault{Kind: "status", Probability: 0.8}),
		at("429-of-service-stats", "service_stats", says(http.StatusTooManyRequests)),
		at("429-of-livevox-retry-after-30", "livevox", throttled),
		at("html-of-agents-status", "agents_status", simulator.Fault{Kind: "html"}),
		at("gzip-bomb-of-agents-status", "agents_status", simulator.Fault{Kind: "gzip_bomb", Size: 64 << 20}),
		at("bad-records-of-agent-status", "agent_status", simulator.Fault{Kind: "bad_record"}),
		at("unknown-states-of-agents-status", "agents_status", simulator.Fault{Kind: "unknown_state"}),
		at("500-of-agent-events", "agent_events", says(500)),
		at("tokens-of-agent-events-expire", "agent_events", simulator.Fault{Kind: "token_expired"}),
		at("clock-of-livevox-is-an-hour-ahead", "livevox", simulator.Fault{Kind: "clock_skew", Skew: simulator.Duration(time.Hour)}),
	}
}

func accessTroubles() []steady {
	return []steady{
		{name: "password-of-livevox-is-refused", host: dialerHost, wire: refused("login", "{}", 401, `{"code":401,"message":"no"}`)},
		{name: "client-of-liveperson-is-refused", host: shopHost, wire: refused("token", "{}", 401, `{"error":"invalid_client"}`)},
		{name: "role-for-agents-status-is-missing", faults: []simulator.Fault{{Endpoint: "agents_status", Kind: "role_missing"}}},
		{name: "sessions-of-livevox-end-all-the-time", faults: []simulator.Fault{{Vendor: "livevox", Kind: "session_revoked", Every: 40}}},
	}
}

func centreTroubles() []steady {
	scene := func(names ...string) func(*recording) {
		return func(r *recording) {
			for _, name := range names {
				play(r.t, r.sim, name)
			}
		}
	}
	missing := func(every int) func(int) bool { return func(n int) bool { return n%every == 0 } }
	return []steady{
		{name: "nothing-is-wrong"},
		{name: "exporter-is-down", misses: missing(1)},
		{name: "every-fourth-scrape-fails", misses: missing(4)},
		{name: "exporter-restarts-every-ten-minutes", each: func(r *recording, minute int) {
			if minute%10 == 0 {
				r.reboot()
			}
		}},
		{name: "disk-is-full", full: true},
		{name: "all-agents-leave", begin: scene("queue_flood", "everybody_leaves"), end: scene("normal")},
		{name: "all-agents-leave-and-every-seventh-scrape-fails", begin: scene("queue_flood", "everybody_leaves"), end: scene("normal"), misses: missing(7)},
		{name: "no-agent-of-liveperson-has-a-free-slot", host: shopHost, wire: fullSlots},
		{name: "queues-are-flooded", begin: scene("queue_flood"), end: scene("normal")},
	}
}

// fullSlots lets each agent of LivePerson have one slot, in which a conversation rings: the status is as it was, and no slot is free.
func fullSlots(next http.RoundTripper) http.RoundTripper {
	return rewritten(next, `"(configuredMaxSlots|ringingSlots)":\d+`, `"$1":1`)
}

// rewritten replaces what a pattern matches in answers.
func rewritten(next http.RoundTripper, pattern, by string) http.RoundTripper {
	match := regexp.MustCompile(pattern)
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		answer, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		answer.Body = io.NopCloser(bytes.NewReader(match.ReplaceAll(body, []byte(by))))
		answer.ContentLength = -1
		answer.Header.Del("Content-Length")
		return answer, err
	})
}
