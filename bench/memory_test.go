package bench

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// BenchmarkMemory polls a million series that are gauges all, without the rosters of their
// agents.
func BenchmarkMemory(b *testing.B) {
	if !slices.Contains(sizes(), 50000) {
		b.Skip("for large sizes only")
	}
	b.ReportMetric(0, "ns/op")
	program := build(b)
	accounts := regexp.MustCompile(`(?m)^ +roster: .*\n`).ReplaceAllString(simulator(b, program, 78000), "")
	x := exporter(b, program, replicated(accounts, 1, gauges))
	polled(b, x, 2)
	printOwners(b, x, len(seriesLine.FindAll(x.text(b), -1)))
}

// BenchmarkCounters starts with counters in the state, and polls and is scraped for a
// minute.
func BenchmarkCounters(b *testing.B) {
	program := build(b)
	fmt.Print("\n| series in the state | page ready after, s | CPU s until then | RSS MiB then | peak RSS MiB in the next minute | live heap, B/series |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, series := range []int{500_000, 1_000_000} {
		b.Run(fmt.Sprintf("series=%d", series), func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			dir := b.TempDir()
			writeState(b, dir, series)
			only := map[string]string{"liveperson": sources("10s", "status_changes") + disabled("agent_status"), "livevox": gauges["livevox"]}
			begin := time.Now()
			x := exporterAt(b, program, replicated(simulator(b, program, 10), 1, only), dir, sampledHeap)
			for len(seriesLine.FindAll(x.text(b), -1)) < series {
				time.Sleep(100 * time.Millisecond)
			}
			ready, cpu, peak := time.Since(begin), x.cpu(b), x.peak(b)
			for range 4 {
				time.Sleep(scrapeEvery)
				x.scrape(b, "gzip")
			}
			_, live := x.heap(b)
			fmt.Printf("| %d | %.1f | %.1f | %.0f | %.0f | %.0f |\n", series, ready.Seconds(), cpu.Seconds(), peak/(1<<20), x.peak(b)/(1<<20), live/float64(series))
			printOwners(b, x, series)
		})
	}
}

// writeState writes counters of status changes, four of each agent.
func writeState(b testing.TB, dir string, series int) {
	b.Helper()
	store, err := state.Open(dir, state.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	l, err := store.Ledger("shop-0/status_changes")
	if err != nil {
		b.Fatal(err)
	}
	d := &metric.Desc{Name: "liveperson_agent_status_changes_total", Labels: []string{"agent_id", "status", "reason"}}
	status := []string{"online", "away", "back_soon", "offline"}
	now, key := time.Now(), []byte(nil)
	err = l.Update(func(tx ledger.Tx) error {
		for i := range series {
			key = d.Of(0, fmt.Sprint(4_000_000_000+i/len(status)), status[i%len(status)], "none").AppendKey(key[:0])
			tx.Add(key, nil, float64(i%97), now)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
