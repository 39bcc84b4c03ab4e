package state

import (
	"fmt"
	"testing"
	"time"
)

const pageSize = 1000

// BenchmarkUpdate commits pages of 1,000 events, each of which is de-duplicated
// and added; the ledger holds 100,000 series, 200 of which a page touches.
func BenchmarkUpdate(b *testing.B) {
	for _, memory := range []bool{true, false} {
		for _, how := range []string{"added", "added once"} {
			b.Run(fmt.Sprintf("memory=%v/%s", memory, how), func(b *testing.B) {
				s := open(b, b.TempDir(), Options{MemoryOnly: memory})
				l := ledgerOf(b, s)
				var keys [][]byte
				update(b, l, func(tx testTx) {
					for _, key := range seriesNames(100_000) {
						tx.Add(key, 1, start())
						keys = append(keys, []byte(key))
					}
				})
				events := make([]string, pageSize)
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					b.StopTimer()
					for i := range events {
						events[i] = fmt.Sprintf("6f1c3a52-0d7e-4e0f-9d0b-%012d/ACD/STATE", n*pageSize+i)
					}
					b.StartTimer()
					update(b, l, func(tx testTx) {
						for i := range pageSize {
							at := (n*200 + i%200) % len(keys)
							if how == "added" || tx.Once(events[i], start().Add(24*time.Hour)) {
								tx.Tx.Add(keys[at], nil, 1, start())
							}
						}
						tx.SetCursor(fmt.Sprint(n))
					})
				}
				b.ReportMetric(float64(b.N)*pageSize/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

func seriesNames(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("livevox_agent_state_events_total\xffagent-%06d\xffservice-%03d\xffready", i/4, i%4)
	}
	return out
}

// BenchmarkObserve is one value in a histogram, staged only.
func BenchmarkObserve(b *testing.B) {
	l := ledgerOf(b, open(b, "", Options{MemoryOnly: true}))
	bounds := []float64{1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600}
	update(b, l, func(tx testTx) {
		key := []byte("talk")
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			tx.Tx.Add(key, bounds, float64(i%4000), start())
		}
	})
}

// BenchmarkOpen reads a file of 100,000 series and 100,000 seen keys.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir, Options{})
	update(b, ledgerOf(b, s), func(tx testTx) {
		for i, key := range seriesNames(100_000) {
			tx.Add(key, 1, start())
			tx.Remember(fmt.Sprint(i), start().Add(24*time.Hour))
		}
	})
	shut(b, s)
	b.ReportMetric(float64(s.Size()), "file-bytes")
	for b.Loop() {
		s, err := Open(dir, quiet(Options{}))
		if err != nil {
			b.Fatal(err)
		}
		shut(b, s)
	}
	b.ReportMetric(float64(s.Size()), "file-bytes")
}
