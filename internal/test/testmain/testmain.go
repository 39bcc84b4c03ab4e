// Package testmain prepares a test binary whose tests mostly wait: for programs, for
// servers or for the real clock.
package testmain

import (
	"flag"
	"runtime"
	"runtime/debug"
	"strconv"
)

// Prepare lets so many tests run at once unless -parallel says it, and collects garbage
// more seldom: heaps are small here and garbage is plentiful, so that this takes a
// third off the time. It calls InMemory, and is called by TestMain.
func Prepare(parallel int) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = f.Value.Set(strconv.Itoa(parallel)) // a number, which it takes
	}
	debug.SetGCPercent(800)
	InMemory()
}
