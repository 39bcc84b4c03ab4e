package replica

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// BenchmarkCommit measures commits of series of one ledger out of 100,000 on a server that
// syncs: those of a poll, which are next to each other, those of a page of events, which
// are anywhere, and all. wal-B/op is what the server writes to its log.
func BenchmarkCommit(b *testing.B) {
	const all = 100_000
	s := pgtest.Start(b, "fsync = on", "max_wal_size = 4GB")
	p := startProcess(b, s.URL(), "a", "shop")
	p.owns("shop")
	l := must(must(p.Store("shop")).Ledger("shop/feed"))
	touch := func(n int, which func(i int) int) {
		check(b, l.Update(func(tx ledger.Tx) error {
			for i := range n {
				n := which(i)
				tx.Add(fmt.Appendf(nil, "calls_total\x1fservice=%d,agent=agent-%06d", n%40, n), nil, 1, time.Now())
			}
			return nil
		}))
	}
	begin := time.Now()
	touch(all, func(i int) int { return i })
	b.Logf("first commit of %d series: %s", all, time.Since(begin))
	luck := rand.New(rand.NewPCG(1, 0)) //nolint:gosec // no secret
	for _, c := range []struct {
		name  string
		n     int
		which func(i int) int
	}{
		{"200 anywhere", 200, func(int) int { return luck.IntN(all) }},
		{"2000 anywhere", 2000, func(int) int { return luck.IntN(all) }},
		{"2000 together", 2000, func(i int) int { return i }},
		{"all", all, func(i int) int { return i }},
	} {
		b.Run(c.name, func(b *testing.B) {
			before := p.wal(b)
			for b.Loop() {
				touch(c.n, c.which)
			}
			b.ReportMetric((p.wal(b)-before)/float64(b.N), "wal-B/op")
		})
	}
	b.Run("read all", func(b *testing.B) {
		for b.Loop() {
			read := must(p.opts.Database.Read(b.Context()))
			if u := read[0].State.Usage(); u[0].Series < all {
				b.Fatalf("%+v", u)
			}
		}
	})
}

// wal returns how many bytes the server has logged.
func (p *process) wal(t testing.TB) (bytes float64) {
	t.Helper()
	check(t, p.opts.Database.leases.QueryRow(t.Context(), "select pg_current_wal_lsn() - '0/0'::pg_lsn").Scan(&bytes))
	return bytes
}
