package backfill

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// BenchmarkMemory fills in days of 4,000 agents with 200,000 changes each, of which 180 are 36 million rows. What is
// held doesn't depend on the number of days: MiB is the most that the heap was after a request.
func BenchmarkMemory(b *testing.B) {
	const agents, step = 4000, 29 * time.Minute
	ids := make([]string, agents)
	for i := range ids {
		ids[i] = fmt.Sprintf("%d", 3252247001+i)
	}
	p := pastOf(nil)
	p.Longest, p.Before = 24*time.Hour, 0
	peak, rows := uint64(0), 0
	p.Ask = func(_ context.Context, from, to time.Time) (r metric.Reading, err error) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		for at := from.Truncate(step).Add(step); at.Before(to); at = at.Add(step) {
			for _, id := range ids {
				status := [...]string{"online", "away", "back_soon"}[at.Unix()/int64(step.Seconds())%3]
				r.Events.List = append(r.Events.List, metric.Event{
					Key: id + at.Format(time.RFC3339), Time: at, Subject: id,
					Add: []metric.Sample{changesTotal.Of(1, id)}, Begin: []metric.Sample{secondsTotal.Of(0, id, status)},
				})
			}
		}
		rows += len(r.Events.List)
		return r, nil
	}
	j := &Job{
		Account: "shop", Vendor: "liveperson", Past: p, Descs: []*metric.Desc{changesTotal, secondsTotal}, Ledger: "shop/test", Count: count,
		From: start.Truncate(day), To: start.Truncate(day).AddDate(0, 0, b.N), Step: 15 * time.Minute,
		Checkpoint: b.TempDir() + "/checkpoint.json",
		Write:      func(_ context.Context, d Day) error { return d.All(func(Series) error { return nil }) },
	}
	b.ResetTimer()
	if _, err := j.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(peak)/(1<<20), "MiB")
	b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
}
