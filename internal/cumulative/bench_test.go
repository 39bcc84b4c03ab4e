package cumulative

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// DayTotals: a poll of the totals of 1,000 agents, 16 each, of which half have grown.
func BenchmarkDayTotals(b *testing.B) {
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	l, err := store.Ledger("main/agent_stats")
	if err != nil {
		b.Fatal(err)
	}
	d := metric.Counter.Desc("livevox_agent_outcomes_total", "{call}", "h", "agent_id", "service_id", "outcome")
	n := New(l, Options{Source: "agent_stats", Descs: []*metric.Desc{d}, MaxSeries: 100_000, Zone: time.UTC})
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if err := n.Resume(store, now); err != nil {
		b.Fatal(err)
	}
	rows := make([]metric.Row, 1000)
	for i := range rows {
		rows[i].Key = fmt.Sprint("agent", i)
		for k := range 16 {
			rows[i].Totals = append(rows[i].Totals, d.Of(float64(i), fmt.Sprint("agent", i), "1001", fmt.Sprint("outcome_", k)))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		for i := range rows[:500] {
			for k := range rows[i].Totals {
				rows[i].Totals[k].Value++
			}
		}
		if err := n.Add(&metric.Reading{Totals: rows}, now); err != nil {
			b.Fatal(err)
		}
	}
}
