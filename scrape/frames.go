package scrape

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// maxFrames bounds the frames that are logged of a panic.
const maxFrames = 12

// frames returns where a panic happened, as function:line from the inside out,
// without values. It is called by the deferred function that recovers.
func frames() string {
	pcs := make([]uintptr, 64)
	all := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var out []string
	for more, panicked := true, false; more && len(out) < maxFrames; {
		var f runtime.Frame
		f, more = all.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(f.Function, "runtime."):
			out = append(out, fmt.Sprintf("%s:%d", path.Base(f.Function), f.Line))
		}
	}
	return strings.Join(out, " ")
}
