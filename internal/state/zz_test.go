package state
import ("testing";"fmt";"math/rand/v2")
func BenchmarkRandom(b *testing.B) {
	for _, n := range []int{1000, 8000, 100_000} {
	b.Run(fmt.Sprint(n), func(b *testing.B){
	s := open(b, b.TempDir(), Options{})
	l := ledger(b, s)
	keys := seriesNames(n)
	update(b, l, func(tx *Tx) { for _, key := range keys { tx.Add(key, 1, start()) } })
	b.ReportAllocs()
	for b.Loop() {
		update(b, l, func(tx *Tx) { for range 1000 { tx.Add(keys[rand.IntN(len(keys))], 1, start()) } })
	}
	})
	}
}
