package bench

import (
	"fmt"
	"testing"
	"time"
)

// burst is how many events happen at once.
const burst = 1_000_000

// settling is how long after a burst of agents' events the times in their states are
// counted: the source waits for half a minute, the vendor holds a request for ten seconds.
const settling = 45 * time.Second

// BenchmarkFeed has a vendor deliver a million events at once, and counts them.
func BenchmarkFeed(b *testing.B) {
	program := build(b)
	parts := []string{"fetch", "decode", "count", "commit", "render", "serve", "gc", rest}
	fmt.Print("\n| feed | s | events for each CPU second | RSS MiB before | peak |")
	for _, p := range parts {
		fmt.Printf(" %s %% |", p)
	}
	fmt.Println("\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, feed := range []struct{ name, source string }{
		{"agent_events", "agent_events: {}"},
		{"interaction_events", "interaction_events: {}"},
		{"interaction_events by sse", "interaction_events: {mode: sse}"},
	} {
		b.Run(feed.name, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			v := record(b, feed.name, burst)
			x := exporter(b, program, v.listen(b, feed.source))
			memory, cpu, begin := x.peak(b), x.cpu(b), time.Now()
			profiled := make(chan []stack)
			go func() { profiled <- x.profile(b, "profile?seconds=4", "cpu", "ms") }()
			close(v.begin)
			for value(x.text(b), "contactcenter_feed_events_total") < burst {
				time.Sleep(500 * time.Millisecond)
			}
			took := time.Since(begin)
			cpu = x.cpu(b) - cpu
			sums := split(<-profiled, tasks())
			if feed.name == "agent_events" {
				time.Sleep(settling)
			}
			fmt.Printf("| %s | %.1f | %.0f | %.0f | %.0f |", feed.name, took.Seconds(), burst/cpu.Seconds(), memory/(1<<20), x.peak(b)/(1<<20))
			all := 0.
			for _, v := range sums {
				all += v
			}
			for _, p := range parts {
				fmt.Printf(" %.0f |", 100*sums[p]/max(all, 1))
			}
			fmt.Println()
		})
	}
}
