package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// stack is an entry of a profile: bytes or milliseconds, and the functions of the stack,
// innermost first.
type stack struct {
	value  float64
	frames []string
}

// profile returns what a path of /debug/pprof/ tells of the process.
func (p *process) profile(b testing.TB, path, index, unit string) (stacks []stack) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "profile")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	get(b, p.debug+"/debug/pprof/"+path, "identity", f)
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(b.Context(), "go", "tool", "pprof", "-traces", "-unit="+unit, "-sample_index="+index, file).Output()
	if err != nil {
		b.Fatal(err)
	}
	for _, block := range strings.Split(string(out), "\n-----------+")[1:] {
		var s stack
		for _, line := range strings.Split(block, "\n")[1:] {
			if m := regexp.MustCompile(`^ *([\d.]+)` + unit + ` +(\S+)`).FindStringSubmatch(line); m != nil {
				s.value, _ = strconv.ParseFloat(m[1], 64)
				s.frames = append(s.frames, m[2])
			} else if name := strings.Fields(line); len(name) > 0 && len(s.frames) > 0 {
				s.frames = append(s.frames, name[0])
			}
		}
		stacks = append(stacks, s)
	}
	return stacks
}

// rule gives what a function does, or what it has allocated, to a part of the program.
type rule struct{ function, part string }

// owners are the parts that memory is of.
func owners() []rule {
	return []rule{
		{"/internal/page.", "page"},
		{"/internal/state.", "state"},
		{"scrape.(*snapshot)", "samples shown"},
		{"cumulative.(*Counters).sample", "samples shown"},
		{"/internal/cumulative.", "bounds and marks of counting"},
		{"/collector/operations.", "roster and staffing"},
		{"/collector", "labels, names"},
		{"/internal/translate.", "labels, names"},
		{"/internal/", "clients"},
	}
}

// tasks are the parts that processor time is of.
func tasks() []rule {
	return []rule{
		{"runtime.gcBgMarkWorker", "gc"},
		{"runtime.gcAssistAlloc", "gc"},
		{"runtime.bgsweep", "gc"},
		{"runtime.bgscavenge", "gc"},
		{"prometheus/procfs", "serve"},
		{"client_golang", "serve"},
		{"page.(*writer)", "serve"},
		{"scrape.(*snapshot)", "render"},
		{"cumulative.(*Counters).Append", "render"},
		{"/internal/page.", "render"},
		{"go.etcd.io/bbolt", "commit"},
		{"state.(*Store)", "commit"},
		{"state.(*Tx).items", "commit"},
		{"state.(*changes)", "commit"},
		{"/internal/state.", "count"},
		{"/internal/cumulative.", "count"},
		{"collector/operations.", "count"},
		{"net/http.(*body)", "fetch"},
		{"net/http.(*gzipReader)", "fetch"},
		{"net/http.(*persistConn)", "fetch"},
		{"net/http.(*Transport)", "fetch"},
		{"go-json-experiment", "decode"},
		{"internal/translate.", "decode"},
		{"/collector/liveperson.", "decode"},
		{"/collector/livevox.", "decode"},
		{"/internal/vendorhttp.", "fetch"},
		{"/internal/api.", "fetch"},
		{"/internal/live", "fetch"},
		{"net/http.(*conn)", "serve"},
	}
}

const rest = "rest"

// split adds the values of stacks up by part: that of the innermost function with a rule.
func split(stacks []stack, rules []rule) map[string]float64 {
	sums := map[string]float64{}
	for _, s := range stacks {
		sums[partOf(s.frames, rules)] += s.value
	}
	return sums
}

func partOf(frames []string, rules []rule) string {
	for _, f := range frames {
		for _, r := range rules {
			if strings.Contains(f, r.function) {
				return r.part
			}
		}
	}
	return rest
}

// printOwners prints by part what is in use of the heap, for each series.
func printOwners(b testing.TB, x *process, series int) {
	b.Helper()
	sums := split(x.profile(b, "heap?gc=1", "inuse_space", "B"), owners())
	fmt.Print("\n| owner | live heap, B/series |\n|---|---:|\n")
	printed := map[string]bool{}
	for _, r := range append(owners(), rule{part: rest}) {
		if !printed[r.part] {
			fmt.Printf("| %s | %.0f |\n", r.part, sums[r.part]/float64(series))
		}
		printed[r.part] = true
	}
}
