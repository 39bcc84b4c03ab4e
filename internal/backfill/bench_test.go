package backfill

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// crowd is a back-fill of agents of whom each changes every 29 minutes. peak is the most that the heap held after a request.
type crowd struct {
	*Job
	peak    uint64
	rows    int
	largest int // window
}

func crowdOf(tb testing.TB, agents, days int, held func() uint64) *crowd {
	tb.Helper()
	const step = 29 * time.Minute
	ids := make([]string, agents)
	for i := range ids {
		ids[i] = fmt.Sprintf("%d", 3252247001+i)
	}
	c := &crowd{}
	p := pastOf(nil)
	p.Longest, p.Before = 24*time.Hour, 24*time.Hour
	p.Ask = func(_ context.Context, from, to time.Time) (r metric.Reading, err error) {
		c.peak = max(c.peak, held())
		for at := from.Add(-1).Truncate(step).Add(step); at.Before(to); at = at.Add(step) {
			for _, id := range ids {
				status := [...]string{"online", "away", "back_soon"}[at.Unix()/int64(step.Seconds())%3]
				r.Events.List = append(r.Events.List, metric.Event{
					Key: id + at.Format(time.RFC3339), Time: at, Subject: id,
					Add: []metric.Sample{changesTotal.Of(1, id)}, Begin: []metric.Sample{secondsTotal.Of(0, id, status)},
				})
			}
		}
		c.rows += len(r.Events.List)
		c.largest = max(c.largest, len(r.Events.List))
		return r, nil
	}
	c.Job = &Job{
		Account: "shop", Vendor: "liveperson", Past: p,
		From: start.Truncate(day), To: start.Truncate(day).AddDate(0, 0, days), Step: 15 * time.Minute,
		Checkpoint: tb.TempDir() + "/checkpoint.json",
		Write:      func(_ context.Context, d Day) error { return d.All(func(Series) error { return nil }) },
	}
	return c
}

// BenchmarkMemory fills in days of 4,000 agents with 200,000 changes each, of which 180 are 36 million rows: -benchtime 180x, as
// make soak does. It fails if the process ever had more than 200 MiB.
func BenchmarkMemory(b *testing.B) {
	c := crowdOf(b, 4000, b.N, func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	})
	b.ResetTimer()
	if _, err := c.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(c.peak)/(1<<20), "MiB")
	b.ReportMetric(float64(c.rows)/float64(b.N), "rows/op")
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // another system than Linux
	}
	most, err := strconv.Atoi(string(regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)[1]))
	if err != nil || most > 200<<10 {
		b.Errorf("%d MiB were resident, %v", most>>10, err)
	}
	b.ReportMetric(float64(most)/(1<<10), "MiB-resident")
}

// After four days, of which two are what keys of changes are kept for, a back-fill holds all that it ever will.
func TestMemoryDoesNotDependOnTheNumberOfRows(t *testing.T) {
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	held := func(days int) float64 {
		c := crowdOf(t, 100, days, live)
		if _, err := c.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c.rows < days*4000 {
			t.Errorf("%d rows in %d days", c.rows, days)
		}
		return float64(c.peak - min(before, c.peak))
	}
	if few, many := held(4), held(16); many > 1.3*few {
		t.Errorf("%.0f KiB are held for 16 days, %.0f KiB for 4", many/1024, few/1024)
	}
}

// A window of many agents has few rows more than it may, from the first one on.
func TestWindowsAreAsLongAsTheirRowsPermit(t *testing.T) {
	c := crowdOf(t, 600, 2, func() uint64 { return 0 })
	if _, err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.largest > mostRows*5/4 || c.largest < mostRows/2 {
		t.Errorf("the largest window has %d rows", c.largest)
	}
}
