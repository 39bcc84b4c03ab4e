package scrape

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

var testGauge = &metric.Desc{Name: "liveperson_test", Labels: []string{"agent_id"}}

// vendor answers a source in a test.
type vendor struct {
	mu      sync.Mutex
	calls   []time.Time
	reading metric.Reading
	err     error
	takes   time.Duration
	panics  bool
}

func (v *vendor) set(change func(*vendor)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change(v)
}

func (v *vendor) collect(ctx context.Context, p collector.Position) (metric.Reading, error) {
	v.mu.Lock()
	v.calls = append(v.calls, p.Now)
	reading, err, takes, panics := v.reading, v.err, v.takes, v.panics
	v.mu.Unlock() // sleeping with it held would stop the clock of the test
	if panics {
		panic("secret canary")
	}
	if vendorhttp.Sleep(ctx, takes) != nil {
		return metric.Reading{}, ctx.Err()
	}
	return reading, err
}

// count returns how often the source asked.
func (v *vendor) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.calls)
}

// startSource runs a source that v answers every 30 s, to be shown for 5 m.
func startLoop(t *testing.T, v *vendor, change func(*collector.Collector)) (*loop, *bytes.Buffer) {
	t.Helper()
	return startLoopOn(t, v, func(string) error { return nil }, change)
}

// startLoopOn is startLoop with the failure points of the state.
func startLoopOn(t *testing.T, v *vendor, fail func(string) error, change func(*collector.Collector)) (*loop, *bytes.Buffer) {
	t.Helper()
	store, err := state.Open("", state.Options{MemoryOnly: true, Fail: fail})
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := store.Ledger("account/agents")
	if err != nil {
		t.Fatal(err)
	}
	c := collector.Collector{
		Source:  collector.Source{Spec: config.Spec{Name: "agents"}, Descs: []*metric.Desc{testGauge}},
		Config:  config.Source{Interval: 30 * time.Second, MaxAge: 5 * time.Minute, MaxSeries: 1000},
		Collect: v.collect,
	}
	if change != nil {
		change(&c)
	}
	var logged bytes.Buffer
	var number atomic.Uint64
	n := cumulative.New(ledger, cumulative.Options{
		Source: c.Name, Feed: c.Feed, Resumes: c.Feed, Descs: c.Descs, MaxSeries: c.Config.MaxSeries, MaxLabelValues: c.Config.MaxLabelValues,
	})
	s := newLoop(c, n, log.NewLogfmtLogger(log.NewSyncWriter(&logged)), func() uint64 { return number.Add(1) })
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.run(ctx, 0, maxSpread) })
	t.Cleanup(func() { cancel(); wg.Wait(); store.Close() })
	return s, &logged
}

// shown returns the value of the source's first gauge; -1 if it shows none.
func (l *loop) firstShown() float64 {
	b := l.gather(time.Now())
	if len(b.Samples) == 0 {
		return -1
	}
	return b.Samples[0].Value
}

// own returns the value of one of the exporter's own metrics of the source.
func (l *loop) own(d *metric.Desc, labels ...string) float64 {
	for _, m := range l.samples(time.Now()) {
		if m.Key() == d.Of(0, append([]string{"agents"}, labels...)...).Key() {
			return m.Value
		}
	}
	return -1
}

func gauge(v float64) metric.Reading {
	return metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{testGauge.Of(v, "a")}}}
}

func TestSourceShowsTheNewestDataUntilItIsTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{reading: gauge(1)}
		s, _ := startLoop(t, v, nil)
		if up := s.own(sourceUp); up != 0 {
			t.Errorf("up is %v before the first fetch, want 0", up)
		}
		if s.own(sourceLastSuccess) != -1 {
			t.Error("there is a last success before the first one")
		}
		time.Sleep(maxSpread)
		synctest.Wait()
		if got := s.firstShown(); got != 1 || s.own(sourceUp) != 1 {
			t.Fatalf("shows %v after the first fetch", got)
		}
		success := s.own(sourceLastSuccess)
		v.set(func(v *vendor) { v.err = errors.New("503") })
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if s.firstShown() != 1 || s.own(sourceUp) != 0 {
			t.Error("an outage shorter than max_age is not bridged with up 0")
		}
		if s.own(sourceLastSuccess) != success {
			t.Error("the time of the last success moved without a success")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := s.firstShown(); got != -1 {
			t.Errorf("shows %v past max_age", got)
		}
		v.set(func(v *vendor) { v.err, v.reading = nil, gauge(2) })
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := s.firstShown(); got != 2 {
			t.Errorf("shows %v two minutes after the outage ended", got)
		}
	})
}

func TestSourceAsksOncePerInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{reading: gauge(1), takes: 5 * time.Second}
		s, _ := startLoop(t, v, nil)
		time.Sleep(10*time.Minute + maxSpread)
		for range 1000 {
			s.gather(time.Now())
		}
		synctest.Wait()
		if n := v.count(); n < 20 || n > 21 {
			t.Errorf("asked %d times in ten minutes at an interval of 30 s", n)
		}
	})
}

func TestSourceBacksOff(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		most int
	}{
		{"after errors", errors.New("reset"), 12},
		{"while it is forbidden", api.Forbidden.Errorf("403"), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &vendor{err: c.err}
				startLoop(t, v, nil)
				time.Sleep(15 * time.Minute)
				synctest.Wait()
				if n := v.count(); n < 2 || n > c.most {
					t.Errorf("asked %d times in 15 minutes, want 2 to %d", n, c.most)
				}
			})
		})
	}
}

// A disk that is full is no fault of the vendor: gauges go on, the class says where the
// error is, and counting resumes at the next interval, however long the disk was full.
func TestAFullDiskHidesNoGaugesAndTakesNoBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool
		counter := &metric.Desc{Name: "test_total", Kind: metric.Counter}
		v := &vendor{reading: gauge(1)}
		v.reading.Events.Zero = []metric.Sample{counter.Of(0)}
		fail := func(string) error {
			if full.Load() {
				return syscall.ENOSPC
			}
			return nil
		}
		s, _ := startLoopOn(t, v, fail, func(c *collector.Collector) { c.Descs = append(c.Descs, counter) })
		full.Store(true)
		time.Sleep(time.Hour)
		v.set(func(v *vendor) { v.reading.Gauges.Samples = gauge(2).Gauges.Samples })
		asked := v.count()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := v.count() - asked; n != 20 {
			t.Errorf("asked %d times in 10 minutes, want 20", n)
		}
		if got := s.firstShown(); got != 2 || s.own(sourceErrors, string(api.State)) < 100 {
			t.Errorf("shows %v with %v errors of class state", got, s.own(sourceErrors, string(api.State)))
		}
		full.Store(false)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if s.own(sourceUp) != 1 || counted(s, "test_total") != 0 {
			t.Errorf("up %v, counter %v an interval later", s.own(sourceUp), counted(s, "test_total"))
		}
	})
}

// A feed asks for what it could not count again within seconds.
func TestAFullDiskHoldsUpAFeedForSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool
		full.Store(true)
		v := &vendor{reading: metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: "next"}}}}
		fail := func(string) error {
			if full.Load() {
				return syscall.ENOSPC
			}
			return nil
		}
		s, _ := startLoopOn(t, v, fail, func(c *collector.Collector) { c.Feed = true })
		time.Sleep(time.Hour)
		asked := v.count()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := v.count() - asked; n < 59 || n > 61 {
			t.Errorf("asked %d times in 10 minutes, want 60", n)
		}
		full.Store(false)
		time.Sleep(maxStatePause)
		synctest.Wait()
		if got := s.counters.Cursor(); got != "next" {
			t.Errorf("cursor %q", got)
		}
	})
}

func TestSourceNeverReplacesCompleteDataWithIncomplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{reading: gauge(1)}
		s, _ := startLoop(t, v, nil)
		time.Sleep(10 * time.Second)
		partial := gauge(2)
		partial.Partial = true
		v.set(func(v *vendor) { v.reading = partial })
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.firstShown() != 1 || s.own(sourcePartial) != 1 || s.own(sourceUp) != 1 {
			t.Errorf("shows %v, partial %v", s.firstShown(), s.own(sourcePartial))
		}
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if s.firstShown() != 2 {
			t.Errorf("shows %v once the complete data is too old, want the incomplete", s.firstShown())
		}
	})
}

func TestSourceCountsErrorsByClassAndLogsThemOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{err: api.Auth.Errorf("no")}
		s, logged := startLoop(t, v, nil)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := s.own(sourceErrors, "auth"); n < 3 || n != float64(v.count()) || s.own(sourceFetches) != n {
			t.Errorf("%v errors, %v fetches of %d", n, s.own(sourceFetches), v.count())
		}
		for _, class := range api.Classes() {
			if s.own(sourceErrors, string(class)) < 0 {
				t.Errorf("class %s is not listed", class)
			}
		}
		v.set(func(v *vendor) { v.err = nil })
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := strings.Count(logged.String(), "\n"); n != 2 {
			t.Errorf("%d lines are logged, want the beginning and the end:\n%s", n, logged)
		}
	})
}

func TestAPanicCostsOnlyOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{panics: true}
		s, logged := startLoop(t, v, nil)
		time.Sleep(10 * time.Second)
		v.set(func(v *vendor) { v.panics, v.reading = false, gauge(1) })
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.firstShown() != 1 || s.own(sourceErrors, "schema") != 1 {
			t.Errorf("shows %v, %v schema errors", s.firstShown(), s.own(sourceErrors, "schema"))
		}
		if strings.Contains(logged.String(), "canary") {
			t.Error("the panic's text is logged")
		}
		if !strings.Contains(logged.String(), "(*vendor).collect:") || strings.Contains(logged.String(), "runtime.") {
			t.Errorf("the log doesn't name where the panic was: %s", logged)
		}
	})
}

func TestFeedGoesOnAtItsCursorAndDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var cursors []string
		var held atomic.Bool
		begin := time.Now()
		asked := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(cursors)
		}
		startLoop(t, &vendor{}, func(c *collector.Collector) {
			c.Feed = true
			c.Collect = func(ctx context.Context, p collector.Position) (metric.Reading, error) {
				mu.Lock()
				cursors = append(cursors, p.Cursor)
				more := len(cursors) < 5
				mu.Unlock()
				if held.Load() && vendorhttp.Sleep(ctx, 10*time.Second) != nil {
					return metric.Reading{}, ctx.Err()
				}
				return metric.Reading{Events: metric.Events{Progress: metric.Progress{Cursor: time.Since(begin).String()}, More: more}}, nil
			}
		})
		time.Sleep(maxSpread + 10*time.Second)
		synctest.Wait()
		first := asked()
		if len(first) < 5 || len(first) > 5+16 {
			t.Errorf("asked %d times: at once while there is more, then once a second", len(first))
		}
		for i := 1; i < len(first); i++ {
			if first[i] == "" {
				t.Errorf("request %d does not go on where the one before ended", i)
			}
		}
		held.Store(true)
		time.Sleep(100 * time.Second)
		synctest.Wait()
		if n := len(asked()) - len(first); n < 9 || n > 11 {
			t.Errorf("%d long polls in 100 s of 10 s each", n)
		}
	})
}

func sumOf(samples []metric.Sample, d *metric.Desc) (total float64) {
	for _, s := range samples {
		if s.Desc == d {
			total += s.Value
		}
	}
	return total
}

func TestWhatLimitsWithholdIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reasons := &metric.Desc{Name: "liveperson_test_reasons_total", Kind: metric.Counter, Labels: []string{"agent_id", "reason"}, Open: []string{"reason"}}
		group := &metric.Desc{Name: "liveperson_test_group", Labels: []string{"group_id"}}
		var r metric.Reading
		for i := range 30 {
			r.Gauges.Samples = append(r.Gauges.Samples, testGauge.Of(1, fmt.Sprint(i)))
			r.Events.List = append(r.Events.List, metric.Event{Key: fmt.Sprint(i), Add: []metric.Sample{reasons.Of(1, "1", fmt.Sprint(i))}})
		}
		for i := range 5 {
			r.Gauges.Samples = append(r.Gauges.Samples, group.Of(1, fmt.Sprint(i)))
		}
		v := &vendor{reading: r}
		s, logged := startLoop(t, v, func(c *collector.Collector) {
			c.Config.MaxSeries, c.Config.MaxLabelValues = 20, 4
			c.Descs = append(c.Descs, reasons, group)
		})
		for range 5 {
			time.Sleep(time.Minute)
			synctest.Wait()
			s.gather(time.Now())
		}
		shown := s.gather(time.Now()).Samples
		if total := sumOf(shown, reasons); len(shown) != 20 || total != 30 {
			t.Errorf("%d series and a sum of %v, want 20 and 30", len(shown), total)
		}
		if total := sumOf(shown, group); total != 5 {
			t.Errorf("%v of 5 groups are left", total)
		}
		if got := s.own(sourceOverLimit); got < 26 {
			t.Errorf("%v values became other, want 26 at least", got)
		}
		status := s.status(time.Now())
		if status.Dropped != int(s.own(sourceSeriesDropped)) || status.Dropped == 0 || fmt.Sprint(status.Over) != "[reason]" {
			t.Errorf("the status tells %d dropped series and the labels %v", status.Dropped, status.Over)
		}
		for _, msg := range []string{"max_series", "max_label_values"} {
			if n := bytes.Count(logged.Bytes(), []byte(msg)); n != 1 {
				t.Errorf("the log tells %d times of %s:\n%s", n, msg, strings.TrimSpace(logged.String()))
			}
		}
	})
}
