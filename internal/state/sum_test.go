package state

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func total(values []float64) (s sum) {
	for _, v := range values {
		s, _ = s.add(v)
	}
	return s
}

func TestASumIsTheSameInAnyOrderAndInAnyParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		millis := rapid.SliceOfN(rapid.Int64Range(0, 40_000_000), 1, 300).Draw(t, "milliseconds")
		values := make([]float64, len(millis))
		exact := new(big.Float).SetPrec(500)
		for i, ms := range millis {
			values[i] = float64(ms) / 1000
			exact.Add(exact, big.NewFloat(values[i]))
		}
		want, _ := exact.Float64()
		if got := total(values).high; got != want {
			t.Fatalf("sum %v, exactly %v", got, want)
		}
		rand.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		if got := total(values).high; got != want {
			t.Fatalf("in another order %v, exactly %v", got, want)
		}
	})
}

func TestWholeNumbersAreExact(t *testing.T) {
	s := sum{high: 1<<53 - 2}
	for range 3 {
		s, _ = s.add(1)
	}
	if s.high+s.low != 1<<53+1 && (s.high != 1<<53 || s.low != 1) {
		t.Errorf("%v", s)
	}
}

func TestASumNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sum
		for _, v := range rapid.SliceOfN(rapid.Float64Min(0), 1, 50).Draw(t, "values") {
			next, _ := s.add(v)
			if next.high < s.high {
				t.Fatalf("%v + %v = %v", s, v, next)
			}
			s = next
		}
	})
}
