package main

import "github.com/KimMachineGun/automemlimit/memlimit"

// memoryShare is how much of the container's memory the heap and the runtime
// may fill before the garbage collector works harder; the rest is for the stacks
// of the kernel and for what the runtime doesn't count.
const memoryShare = 0.8

// limitMemory takes the limit of the process's cgroup for the garbage collector,
// unless GOMEMLIMIT says another. Where no limit can be read there is none:
// go_gc_gomemlimit_bytes shows which one holds.
func limitMemory() {
	_, _ = memlimit.Set(memlimit.WithRatio(memoryShare))
}
