package bench

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// scrapeEvery is the interval of a usual scraper.
const scrapeEvery = 15 * time.Second

// watched is how long a working exporter is watched: BENCH_WATCH, or two minutes.
func watched() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("BENCH_WATCH")); err == nil {
		return d
	}
	return 2 * time.Minute
}

// BenchmarkDay measures the processor time of an exporter with its default sources that
// is scraped every 15 seconds, as that of a day.
func BenchmarkDay(b *testing.B) {
	program := build(b)
	parts := []string{"fetch", "decode", "count", "commit", "render", "serve", "gc", rest}
	fmt.Print("\n| agents | series | CPU s a day | % of a core |")
	for _, p := range parts {
		fmt.Printf(" %s %% |", p)
	}
	fmt.Println("\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, agents := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			standard := map[string]string{"liveperson": "      {}\n", "livevox": "      {}\n"}
			x := exporterAt(b, program, replicated(simulator(b, program, agents/2), 1, standard), b.TempDir())
			stacks, cpu, took := x.work(b, watched())
			sums, all := split(stacks, tasks()), 0.
			for _, v := range sums {
				all += v
			}
			share := cpu.Seconds() / took.Seconds()
			fmt.Printf("| %d | %d | %.0f | %.2f |", agents, len(seriesLine.FindAll(x.text(b), -1)), share*86400, share*100)
			for _, p := range parts {
				fmt.Printf(" %.0f |", 100*sums[p]/max(all, 1))
			}
			fmt.Println()
		})
	}
}

// work scrapes for a time and returns what the process did meanwhile.
func (p *process) work(b testing.TB, d time.Duration) (stacks []stack, cpu, took time.Duration) {
	b.Helper()
	p.scrape(b, "gzip")
	time.Sleep(scrapeEvery)
	p.scrape(b, "gzip")
	begin, before := time.Now(), p.cpu(b)
	profiled := make(chan []stack)
	go func() {
		profiled <- p.profile(b, fmt.Sprintf("profile?seconds=%.0f", d.Seconds()), "cpu", "ms")
	}()
	ticker := time.NewTicker(scrapeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.scrape(b, "gzip")
		case stacks = <-profiled:
			return stacks, p.cpu(b) - before, time.Since(begin)
		}
	}
}
