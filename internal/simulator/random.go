package simulator

import (
	"math/rand/v2"
	"time"
)

// dice draws the model's chances. Each model has its own, and only the model's own events draw from it: a request
// never does, so that the centre is the same for every reader.
type dice struct{ *rand.Rand }

func newDice(seed int64, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(uint64(seed), stream))}
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

func (d dice) between(low, high time.Duration) time.Duration {
	if high <= low {
		return low
	}
	return low + time.Duration(d.Int64N(int64(high-low)))
}

// wait is the exponentially distributed time until something happens that happens once in mean.
func (d dice) wait(mean time.Duration) time.Duration {
	return time.Duration(d.ExpFloat64() * float64(mean))
}

// about is a duration of work: the mean of two waits, so that very short ones are rare.
func (d dice) about(mean time.Duration) time.Duration {
	return (d.wait(mean) + d.wait(mean)) / 2
}

// weighed is an index of weights, drawn by weight.
func (d dice) weighed(weights ...float64) int { return weighed(d.Float64(), weights...) }

// weighed is the index of weights in whose share a part of the whole lies, between 0 and 1.
func weighed(part float64, weights ...float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := part * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
