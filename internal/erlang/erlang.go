// Package erlang holds the arithmetic of staffing: calls that arrive at random, wait in
// one queue without giving up, and are answered by equal agents (M/M/n, Erlang C).
package erlang

import (
	"math"
	"time"
)

// MaxAgents bounds what Agents looks for: no group is larger.
const MaxAgents = 100_000

// next returns the blocking (Erlang B) of i agents from that of one agent less: the
// recursion neither overflows nor loses digits as powers and factorials do.
func next(load float64, i int, b float64) float64 { return load * b / (float64(i) + load*b) }

// wait returns Erlang C, the probability that a call has to wait, of n agents whose Erlang B is b.
func wait(load float64, n int, b float64) float64 {
	if float64(n) <= load {
		return 1
	}
	return b / (1 - load/float64(n)*(1-b))
}

// level returns the share of calls, 0 to 1, that n agents whose Erlang C is c answer
// within a time. handle is the mean time that a call takes an agent.
func level(load float64, n int, c float64, within, handle time.Duration) float64 {
	spare := float64(n) - load
	if spare <= 0 || handle <= 0 {
		return 0
	}
	return 1 - c*math.Exp(-spare*within.Seconds()/handle.Seconds())
}

// Agents returns the fewest agents that answer a share of the calls within a time. It
// is false where a number is none, or where even MaxAgents are too few.
func Agents(load float64, handle time.Duration, target float64, within time.Duration) (int, bool) {
	if !(load >= 0 && load < MaxAgents) || !(target >= 0 && target < 1) || handle <= 0 || within < 0 {
		return 0, false
	}
	if load == 0 {
		return 0, true
	}
	b := 1.0
	for n := 1; n <= MaxAgents; n++ {
		b = next(load, n, b)
		if level(load, n, wait(load, n, b), within, handle) >= target && float64(n) > load {
			return n, true
		}
	}
	return 0, false
}
