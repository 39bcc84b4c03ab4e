package e2e

import "testing"

func TestHastenDividesForAndWindowsButNoOffsets(t *testing.T) {
	const in = `
        expr: increase(a[1h]) > 3600 and avg_over_time(b[5m] offset 1w)
        for: 10m
`
	const want = `
        expr: increase(a[180s]) > 3600 and avg_over_time(b[30s] offset 1w)
        for: 30s
`
	if got := hasten(in, 20); got != want {
		t.Errorf("got %s", got)
	}
}
