package main

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// memoryShare is how much of the container's memory the heap and the runtime
	// may fill before the garbage collector works harder; the rest is for the stacks
	// of the kernel and for what the runtime doesn't count.
	memoryShare = 0.8
	// heapGrowth is by how many percent the heap may grow before it is collected.
	// What is fetched becomes garbage all at once, so that Go's 100 doubles the
	// memory of a process that uses little of a core.
	heapGrowth = 50
)

// limitMemory takes the limit of the process's cgroup for the garbage collector,
// unless GOMEMLIMIT says another. Where no limit can be read there is none:
// go_gc_gomemlimit_bytes shows which one holds.
func limitMemory() {
	_, _ = memlimit.Set(memlimit.WithRatio(memoryShare))
}

// collectSooner keeps the heap small, unless GOGC says how large it may grow.
func collectSooner() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}
