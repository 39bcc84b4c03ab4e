package erlang

import (
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// erlangC is Erlang C by the recursion of Agents.
func erlangC(load float64, n int) float64 {
	b := 1.0
	for i := 1; i <= n; i++ {
		b = next(load, i, b)
	}
	return wait(load, n, b)
}

func serviceLevel(load float64, n int, within, handle time.Duration) float64 {
	return level(load, n, erlangC(load, n), within, handle)
}

// The figures are those of published tables of Erlang C, to four digits.
func TestErlangCIsThatOfTheTables(t *testing.T) {
	for _, row := range []struct {
		load float64
		n    int
		want float64
	}{
		{1, 2, 0.3333},
		{2, 3, 0.4444},
		{3, 5, 0.2362},
		{5, 6, 0.5875},
		{8, 10, 0.4092},
		{10, 11, 0.6821},
		{10, 14, 0.1741},
		{20, 22, 0.5679},
		{50, 55, 0.3845},
		{100, 105, 0.5157},
	} {
		if got := erlangC(row.load, row.n); math.Abs(got-row.want) > 0.00005 {
			t.Errorf("C(%v, %d) = %.5f, want %v", row.load, row.n, got, row.want)
		}
	}
	if got := serviceLevel(8, 10, 20*time.Second, 180*time.Second); math.Abs(got-0.6724) > 0.00005 {
		t.Errorf("service level %.5f", got)
	}
}

// exactC sums the formula's own series in numbers of any size: the recursion is
// compared with it where tables end.
func exactC(load float64, n int) float64 {
	num := func(f float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(f) }
	term, sum := num(1), num(0)
	for k := range n {
		sum.Add(sum, term)
		term.Mul(term, num(load)).Quo(term, num(float64(k+1)))
	}
	last := term.Mul(term, num(float64(n)/(float64(n)-load)))
	c, _ := new(big.Float).Quo(last, sum.Add(sum, last)).Float64()
	return c
}

func TestErlangCIsExactUpToLoadsOfTwoThousand(t *testing.T) {
	for _, load := range []float64{0.01, 0.5, 7.3, 140, 700, 1200, 2000} {
		for _, spare := range []int{1, 2, 10, 60} {
			n := int(load) + spare
			if got, want := erlangC(load, n), exactC(load, n); math.Abs(got-want) > 1e-9 {
				t.Errorf("C(%v, %d) = %v, want %v", load, n, got, want)
			}
		}
	}
}

func TestAgentsAreTheFewestThatReachTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load := rapid.Float64Range(0.01, 2000).Draw(t, "load")
		handle := time.Duration(rapid.IntRange(5, 3600).Draw(t, "handle")) * time.Second
		target := rapid.Float64Range(0.01, 0.99).Draw(t, "target")
		within := time.Duration(rapid.IntRange(0, 600).Draw(t, "within")) * time.Second
		n, ok := Agents(load, handle, target, within)
		if !ok || float64(n) <= load {
			t.Fatalf("%d agents (%v) for %v Erlangs", n, ok, load)
		}
		if got := serviceLevel(load, n, within, handle); got < target {
			t.Errorf("%d agents reach %v, want %v", n, got, target)
		}
		if got := serviceLevel(load, n-1, within, handle); got >= target {
			t.Errorf("%d agents reach %v already", n-1, got)
		}
	})
}

func TestNothingIsGuessedFromNumbersThatAreNone(t *testing.T) {
	for _, c := range []struct {
		load   float64
		handle time.Duration
		target float64
	}{
		{math.NaN(), time.Minute, 0.8},
		{math.Inf(1), time.Minute, 0.8},
		{-1, time.Minute, 0.8},
		{5, 0, 0.8},
		{5, time.Minute, 1},
		{5, time.Minute, math.NaN()},
		{MaxAgents, time.Minute, 0.8},
	} {
		if n, ok := Agents(c.load, c.handle, c.target, 20*time.Second); ok {
			t.Errorf("%+v needs %d agents", c, n)
		}
	}
	if n, ok := Agents(0, time.Minute, 0.8, 0); !ok || n != 0 {
		t.Errorf("no calls need %d agents", n)
	}
	if erlangC(10, 10) != 1 || erlangC(10, 3) != 1 || serviceLevel(10, 10, time.Minute, time.Minute) != 0 {
		t.Error("agents who can't bear the load answer in time")
	}
}
