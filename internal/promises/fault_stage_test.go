package promises

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// stagedFault is a fault that is injected on a virtual clock.
type stagedFault struct {
	fault
	// at is the endpoint that it hits, or the vendor all of whose endpoints it hits.
	at string
	// Either fault of the simulator, or the way to it.
	simulator.Fault
	wire func(next http.RoundTripper) http.RoundTripper

	lasts  time.Duration // default 6m
	back   time.Duration // in which all is well again; default 3m
	lines  int           // of the log when a source fails; default 1, negative: not looked at
	loses  bool          // records: the counters are not those of the twin
	others bool          // sources besides those at fault may fail: they need what is
	check  func(st *stage)
}

// stage is an exporter with two accounts at a centre with a fault, and two at its
// twin: a centre with the same seed, to which the same happens.
type stage struct {
	*exporter
	t         *testing.T
	ill, well *simulator.Simulator
	trouble   atomic.Bool
	lines     *lines
	row       stagedFault
	begun     time.Time
	before    sheet // of the account at fault
	requests  map[string]int
}

// The twin's accounts and hosts.
const (
	wellShop, wellShopHost     = "well-shop", "well.liveperson.net"
	wellDialer, wellDialerHost = "well-dialer", "well.example.com"
)

// The sources of the accounts: whose gauges are hidden before the fault ends.
const (
	stageShop = "sources: {agent_status: {interval: 30s, max_age: 2m}, status_changes: {interval: 1m, max_age: 3m}}\n" +
		"limits: {requests_per_second: 1000, burst: 1000, max_concurrent: 32, timeout: 20s, max_response_bytes: 1MiB}"
	stageDialer = "sources: {service_stats: {interval: 30s, max_age: 2m}, agents_status: {interval: 30s, max_age: 2m}, agent_stats: {interval: 30s, max_age: 2m}, " +
		"calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}, interaction_events: {}}\n" +
		"limits: {requests_per_second: 1000, burst: 1000, max_concurrent: 32, timeout: 20s, max_response_bytes: 1MiB}"
)

// perform injects each row and looks at what must hold.
func perform(t *testing.T, rows []stagedFault) {
	t.Helper()
	t.Parallel()
	every := sized(1, 5)
	if raced {
		every = 8 // the same goroutines in all of them
	}
	for i, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			if i%every != 0 {
				t.Skip("with PROMISES=long")
			}
			synctest.Test(t, func(t *testing.T) { newStage(t, row).perform() })
		})
	}
}

func newStage(t *testing.T, row stagedFault) *stage {
	time.Sleep(16 * time.Hour) // noon in New York
	o := simulator.Options{Seed: 17, Agents: 10, Services: 3, Late: -1, Frozen: true}
	st := &stage{t: t, ill: simulator.New(o), well: simulator.New(o), lines: &lines{}, row: row.filled()}
	road := st.road(st.ill)
	st.exporter = &exporter{t: t, dir: "", log: level.NewFilter(st.lines, level.AllowInfo()), wire: hosts{
		shopHost: road, dialerHost: road, wellShopHost: st.well, wellDialerHost: st.well,
	}}
	st.file = accounts(shop("shop", shopHost, st.ill, stageShop), dialer("dialer", dialerHost, st.ill, stageDialer),
		shop(wellShop, wellShopHost, st.well, stageShop), dialer(wellDialer, wellDialerHost, st.well, stageDialer))
	st.start()
	t.Cleanup(st.stop)
	return st
}

func (row stagedFault) filled() stagedFault {
	if row.lasts == 0 {
		row.lasts = 6 * time.Minute
	}
	if row.back == 0 {
		row.back = 3 * time.Minute
	}
	if row.lines == 0 && row.class != "" {
		row.lines = 1
	}
	return row
}

// road leads to a vendor, by way of the row's while it is in force.
func (st *stage) road(vendor http.RoundTripper) http.RoundTripper {
	if st.row.wire == nil {
		return vendor
	}
	bad := st.row.wire(vendor)
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if st.trouble.Load() {
			return bad.RoundTrip(r)
		}
		return vendor.RoundTrip(r)
	})
}

// scene sets a scene of both centres.
func (st *stage) scene(name string) {
	play(st.t, st.ill, name)
	play(st.t, st.well, name)
}

func (st *stage) perform() {
	time.Sleep(70 * time.Second) // every source has asked, while nothing happens
	st.scene("normal")
	time.Sleep(80 * time.Second)
	for _, a := range []string{"shop", "dialer"} {
		st.shown(a).healthy(st.t)
	}
	st.inject()
	st.watch(st.row.lasts)
	synctest.Wait()
	st.judge()
	if st.row.check != nil {
		st.row.check(st)
	}
	st.trouble.Store(false)
	st.ill.ClearFaults()
	st.recover()
	st.scene("frozen")
	time.Sleep(2*time.Minute + 10*time.Second)
	st.compareWithTwin()
	st.judgeLog()
}

func (st *stage) inject() {
	st.before, st.begun, st.requests = st.shown(st.account()), time.Now(), requests(st.ill)
	st.trouble.Store(true)
	if f := st.row.Fault; f.Kind != "" {
		if st.row.vendorWide() {
			f.Vendor = st.row.at
		} else {
			f.Endpoint = st.row.at
		}
		mustFault(st.t, st.ill, f)
	}
}

// vendorWide says whether the fault hits all endpoints of a vendor.
func (row stagedFault) vendorWide() bool { return row.at == "liveperson" || row.at == "livevox" }

// account is the one that the fault hits.
func (st *stage) account() string {
	switch st.row.at {
	case "liveperson", "agent_status", "status_changes", "token", "domain":
		return "shop"
	}
	return "dialer"
}

// hit says whether a source of the account at fault is.
func (st *stage) hit(source string) bool {
	if st.row.class == "" {
		return false
	}
	switch st.row.at {
	case "liveperson", "livevox", "token", "login":
		return true
	}
	return source == st.row.at
}

// watch lets the time go by in which the fault lasts: no counter falls, every
// scrape is answered at once, the twin is as new as ever.
func (st *stage) watch(d time.Duration) {
	last := st.shown(st.account())
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(30*time.Second, time.Until(end)))
		now := st.shown(st.account())
		for _, fell := range now.counters().fellFrom(last.counters()) {
			st.t.Errorf("a counter falls: %s", fell)
		}
		last = now
		before := time.Now()
		st.scrape(acceptText)
		if took := time.Since(before); took != 0 {
			st.t.Errorf("a scrape waits %s", took)
		}
		for account, source := range map[string]string{wellShop: "agent_status", wellDialer: "agents_status"} {
			twin := st.shown(account)
			twin.healthy(st.t)
			if age := twin.age(source); age < 0 || age > 31*time.Second {
				st.t.Errorf("%s: %s is %s old, asked every 30s", account, source, age)
			}
		}
		if st.t.Failed() {
			return
		}
	}
}

// gauges counts what a source shows that is no counter.
func (st *stage) gauges(account, source string) (n int) {
	for _, b := range st.manager.Gather() {
		if b.Account != account || b.Source != source {
			continue
		}
		for _, s := range b.Samples {
			if s.Desc.Kind == metric.Gauge && !strings.Contains(s.Desc.Name, "settled") {
				n++
			}
		}
	}
	return n
}
