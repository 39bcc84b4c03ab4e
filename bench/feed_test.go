package bench

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// burst is how many events happen at once.
const burst = 1_000_000

// BenchmarkFeed has a vendor tell of a million events at once, and counts them.
func BenchmarkFeed(b *testing.B) {
	program := build(b)
	fmt.Print("\n| feed | events | s | events for each CPU second | RSS MiB before | peak |\n|---|---:|---:|---:|---:|---:|\n")
	for _, feed := range []string{"agent_events: {}", "interaction_events: {}", "interaction_events: {mode: sse}"} {
		b.Run(feed, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			accounts := simulator(b, program, 500)
			livevox := disabled("service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats") + "      " + feed + "\n"
			x := exporter(b, program, replicated(accounts, 1, map[string]string{"liveperson": disabled("agent_status", "status_changes"), "livevox": livevox}))
			counted := func() float64 { return value(x.text(b), "contactcenter_feed_events_total") }
			before, memory, cpu, begin := counted(), x.peak(b), x.cpu(b), time.Now()
			name, _, _ := strings.Cut(feed, ":")
			burstAt(b, regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(accounts), name)
			for counted()-before < burst {
				time.Sleep(500 * time.Millisecond)
			}
			took := time.Since(begin)
			cpu = x.cpu(b) - cpu
			fmt.Printf("| %s | %d | %.1f | %.0f | %.0f | %.0f |\n", feed, burst, took.Seconds(), burst/cpu.Seconds(), memory/(1<<20), x.peak(b)/(1<<20))
		})
	}
}

func burstAt(b testing.TB, vendor, feed string) {
	b.Helper()
	body := strings.NewReader(fmt.Sprintf(`{"feed":%q,"events":%d}`, feed, burst))
	resp, err := http.Post(vendor+"/sim/burst", "application/json", body) //nolint:noctx // loopback
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		b.Fatal(resp.Status)
	}
}
