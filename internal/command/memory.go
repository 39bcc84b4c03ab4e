package command

import (
	"math"
	"runtime/debug"
)

// seriesBytes is what one series takes of the memory: its sample, its counter and
// its text on the pages, with what is garbage until it is collected.
const seriesBytes = 2 << 10

// seriesLimit is how many series of one source the memory limit of the process
// (GOMEMLIMIT, or that of the container) holds.
func seriesLimit() int { return int(min(debug.SetMemoryLimit(-1)/seriesBytes, math.MaxInt)) }
