package bench

import (
	"os"
	"testing"
	"time"
)

// TestSmoke measures 1,000 agents in less than a minute and asserts what does not depend on the
// machine: bytes and allocation. The bounds are a quarter and more above what is measured, of
// polls twice as much, since what else the exporter does falls into them.
func TestSmoke(t *testing.T) {
	if os.Getenv("BENCH_SMOKE") == "" {
		t.Skip("BENCH_SMOKE is not set")
	}
	program := build(t)
	accounts := simulator(t, program, 500)
	x := exporter(t, program, replicated(accounts, 1, quiet))
	page, packed := x.page(t, "identity"), x.page(t, "gzip")
	series := float64(len(seriesLine.FindAll(page, -1)))
	_, allocated := x.use(t, "gzip")
	_, live := x.heap(t)
	for _, c := range []struct {
		what       string
		got, bound float64
	}{
		{"bytes of the page for each series", float64(len(page)) / series, 140},
		{"bytes with gzip for each series", float64(len(packed)) / series, 16},
		{"bytes allocated for a scrape with gzip", allocated, 16 << 10},
		{"bytes of live heap", live, 10<<20 + 500*series},
		{"bytes allocated for a poll of all sources", allocatedByPolls(t, exporter(t, program, replicated(accounts, 1, busy))), 32 << 20},
	} {
		t.Logf("%s: %.1f, bound %.1f", c.what, c.got, c.bound)
		if c.got > c.bound {
			t.Errorf("%s: %.1f, want %.1f at most", c.what, c.got, c.bound)
		}
	}
	if series < 10_000 {
		t.Errorf("%.0f series of 1,000 agents", series)
	}
}

// allocatedByPolls returns what an exporter with busy sources allocates each time that it
// polls all of them, pages included.
func allocatedByPolls(t *testing.T, x *process) float64 {
	t.Helper()
	const sources = 6
	fetches := func() float64 { return value(x.text(t), "contactcenter_source_fetches_total") }
	first, _ := x.heap(t)
	before, _ := x.heap(t)
	begin := fetches()
	time.Sleep(20 * time.Second) // two polls
	n := fetches() - begin
	after, _ := x.heap(t)
	return (after - before - (before - first)) / n * sources // less what telling allocates
}
