package state

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkFirstCommit commits the day totals of many agents at once: 16 series and
// one record for each. The time per agent must not grow with their number. held-ms
// is the longest small commit of another ledger meanwhile.
func BenchmarkFirstCommit(b *testing.B) {
	for _, agents := range []int{1_000, 8_000, 32_000} {
		b.Run(fmt.Sprint(agents), func(b *testing.B) {
			var held time.Duration
			for b.Loop() {
				b.StopTimer()
				s := open(b, b.TempDir(), Options{})
				l := ledgerOf(b, s)
				longest := longestCommit(b, s)
				b.StartTimer()
				update(b, l, func(tx testTx) { stageAgents(tx, agents) })
				b.StopTimer()
				held = max(held, longest())
				shut(b, s)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(agents), "µs/agent")
			b.ReportMetric(float64(held.Milliseconds()), "held-ms")
		})
	}
}

// stageAgents stages the day totals of agents, in the order of an answer.
func stageAgents(tx testTx, agents int) {
	record := make([]byte, 300)
	for i := range agents {
		name := fmt.Sprintf("agent-%06d", i*7919%agents)
		for total := range 16 {
			tx.Add(fmt.Sprintf("livevox_agent_total_%02d\xff%s\xffservice", total, name), float64(i), start())
		}
		tx.Put("height", name, record)
	}
}

// longestCommit commits to a small ledger again and again, until the function that
// it returns is called, which returns the longest time of a commit.
func longestCommit(b *testing.B, s *Store) func() time.Duration {
	l, err := s.ledger("other/agent_events")
	if err != nil {
		b.Fatal(err)
	}
	stop, longest := make(chan struct{}), make(chan time.Duration)
	go func() {
		var most time.Duration
		for n := 0; ; n++ {
			begin := time.Now()
			if err := stage(l, add(1, fmt.Sprint(n))); err != nil {
				b.Error(err)
			}
			most = max(most, time.Since(begin))
			select {
			case <-stop:
				longest <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() time.Duration { close(stop); return <-longest }
}
