package promises

import (
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// countingSources returns the sources that have something to count, by account.
func countingSources() map[string]map[string]bool {
	all := map[string]map[string]bool{"shop": {}, "dialer": {}}
	for _, v := range vendortest.Vendors() {
		account := map[string]string{"liveperson": "shop", "livevox": "dialer"}[v.Name]
		for _, s := range v.Sources {
			all[account][s.Name] = s.Feed
			for _, d := range s.Descs {
				if d.Kind == metric.Counter || d.Kind == metric.Histogram {
					all[account][s.Name] = true
				}
			}
		}
	}
	all["view"] = all["shop"]
	return all
}

// While nothing can be written, every source shows the gauges of its newest answer,
// and those that count say so with the class state. All is well an interval after the
// disk is.
func TestAFullDiskTakesNoGaugeFromAnySource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool
		time.Sleep(16 * time.Hour) // noon in New York
		s := simulator.New(simulator.Options{Seed: 96, Agents: 24})
		play(t, s, "queue_flood")
		x := &exporter{
			t: t, wire: both(s), log: &lines{}, file: accounts(
				shop("shop", shopHost, s, generous, slowSources("shop")), shop("view", shopHost, s, generous, slowSources("view")), dialer("dialer", dialerHost, s, generous, slowSources("dialer"))),
			fail: func(string) error {
				if full.Load() {
					return syscall.ENOSPC
				}
				return nil
			},
		}
		x.start()
		t.Cleanup(x.stop)
		time.Sleep(11 * time.Minute)
		before := map[string]sheet{"shop": x.shown("shop"), "view": x.shown("view"), "dialer": x.shown("dialer")}
		full.Store(true)
		time.Sleep(6 * time.Minute) // every source has failed
		for range sized(60, 30) {
			time.Sleep(time.Minute)
			if x.store.Writable() {
				t.Fatal("the state is said to be writable")
			}
		}
		counting := countingSources()
		for _, p := range everySource() {
			x.judgeFullDisk(p, before[p.account], counting[p.account][p.source])
		}
		for account, was := range before {
			for _, fell := range x.shown(account).counters().fellFrom(was.counters()) {
				t.Errorf("a counter falls: %s", fell)
			}
		}
		full.Store(false)
		time.Sleep(5*time.Minute + 10*time.Second)
		for _, p := range everySource() {
			now := x.shown(p.account)
			if now.value(t, "contactcenter_source_up", "source", p.source) != 1 {
				t.Errorf("%s is down after the disk is well", p.source)
			}
			now.lastError(t, p.source, "")
		}
		time.Sleep(5 * time.Minute)
		if !x.store.Writable() {
			t.Error("the state is not said to be writable again")
		}
	})
}

// judgeFullDisk looks at a source while nothing can be written.
func (x *exporter) judgeFullDisk(p asked, before sheet, counts bool) {
	x.t.Helper()
	now, class := x.shown(p.account), ""
	if counts {
		class = "state"
	}
	now.lastError(x.t, p.source, class)
	if up := now.value(x.t, "contactcenter_source_up", "source", p.source); (up == 1) == counts {
		x.t.Errorf("%s: up is %v", p.source, up)
	}
	for k, v := range now.errors(p.source) {
		if v > before[k] && !strings.Contains(k, `class="state"`) {
			x.t.Errorf("%s grew to %v", k, v)
		}
	}
	if age := now.age(p.source); !p.feed && (age < 0 || age > 6*time.Minute) {
		x.t.Errorf("%s: the data is %s old", p.source, age)
	}
	shown := map[string]bool{}
	for k := range now {
		name, _, _ := strings.Cut(k, "{")
		shown[name] = true
	}
	for _, d := range descsOf(p.source) {
		if d.Kind != metric.Counter && d.Kind != metric.Histogram && len(before.of(d.Name)) > 0 && !shown[d.Name] {
			x.t.Errorf("%s: %s is no longer shown", p.source, d.Name)
		}
	}
}

// descsOf returns the metrics of a source.
func descsOf(source string) []*metric.Desc {
	for _, v := range vendortest.Vendors() {
		for _, s := range v.Sources {
			if s.Name == source {
				return s.Descs
			}
		}
	}
	return nil
}
