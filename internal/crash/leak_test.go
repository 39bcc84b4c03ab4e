package crash

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// reading is what a program holds when all is quiet.
type reading struct {
	at                    time.Time
	goroutines, fds, heap float64
}

func (r reading) String() string {
	return fmt.Sprintf("%v goroutines, %v file descriptors, %.2f MiB of heap", r.goroutines, r.fds, r.heap/(1<<20))
}

// quiet waits until what was under way has ended, and reads the least of a few
// looks: a request may be on its way in any of them.
func (s *soak) quiet(t *testing.T) reading {
	t.Helper()
	time.Sleep(time.Second)
	least := reading{at: time.Now(), goroutines: math.Inf(1), fds: math.Inf(1), heap: math.Inf(1)}
	for range 5 {
		s.collect(t)
		s.collect(t) // what is pooled outlasts the first time
		s.x.looks(t, 2)
		for name, into := range map[string]*float64{
			"go_goroutines{}": &least.goroutines, "process_open_fds{}": &least.fds, "go_memstats_heap_alloc_bytes{}": &least.heap,
		} {
			v, ok := s.x.seen.gauge(name)
			if !ok {
				t.Fatalf("%s is missing", name)
			}
			*into = min(*into, v)
		}
	}
	return least
}

// collect has the program collect its garbage.
func (s *soak) collect(t *testing.T) {
	t.Helper()
	resp := must[*http.Response](t)(http.Get("http://" + s.debug + "/debug/pprof/heap?gc=1"))
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the profiler answers %s", resp.Status)
	}
	_, err := io.Copy(io.Discard, resp.Body)
	check(t, err)
}

// What the program knows of events grows until it has run for as long as it keeps
// their keys, and one percent of the heap in an hour can be distinguished from noise only
// over many hours.
const (
	keysKept = time.Hour
	longSoak = 6 * time.Hour
)

// warm returns the readings that are compared: those after the keys' hour if there
// are enough, else all but the first fifth.
func warm(rs []reading) []reading {
	for i, r := range rs {
		if r.at.Sub(rs[0].at) > keysKept && len(rs)-i >= 20 {
			return rs[i:]
		}
	}
	return rs[max(1, len(rs)/5):]
}

// leaks says what has piled up from the first to the last reading. What grows in
// an hour can be measured of a run that is as long; a short one may have grown by
// little.
func leaks(t *testing.T, rs []reading) (out []string) {
	t.Helper()
	of := func(what func(reading) float64) (first, last, perHour float64) {
		half := len(rs) / 2
		return median(rs[:half], what), median(rs[len(rs)-half:], what), slope(rs, what)
	}
	first, last, perHour := of(func(r reading) float64 { return r.goroutines })
	t.Logf("goroutines: from %v to %v, %+.1f in an hour", first, last, perHour)
	if math.Abs(last-first) > 5 {
		out = append(out, fmt.Sprintf("goroutines went from %v to %v", first, last))
	}
	first, last, perHour = of(func(r reading) float64 { return r.fds })
	t.Logf("file descriptors: from %v to %v, %+.1f in an hour", first, last, perHour)
	if math.Abs(last-first) > 2 {
		out = append(out, fmt.Sprintf("file descriptors went from %v to %v", first, last))
	}
	first, last, perHour = of(func(r reading) float64 { return r.heap })
	share := perHour / first * 100
	t.Logf("heap: from %.2f to %.2f MiB, %+.1f %% in an hour", first/(1<<20), last/(1<<20), share)
	if long := rs[len(rs)-1].at.Sub(rs[0].at) >= longSoak; long && share > 1 || last > 1.2*first+2<<20 {
		out = append(out, fmt.Sprintf("the heap went from %v to %v bytes, %.1f %% in an hour", first, last, share))
	}
	return out
}

func median(rs []reading, what func(reading) float64) float64 {
	var vs []float64
	for _, r := range rs {
		vs = append(vs, what(r))
	}
	slices.Sort(vs)
	return (vs[(len(vs)-1)/2] + vs[len(vs)/2]) / 2
}

// slope is the growth in an hour, by least squares.
func slope(rs []reading, what func(reading) float64) float64 {
	var n, x, y, xx, xy float64
	for _, r := range rs {
		at, v := r.at.Sub(rs[0].at).Hours(), what(r)
		n, x, y, xx, xy = n+1, x+at, y+v, xx+at*at, xy+at*v
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// settle lets the vendors stand still and waits until all is counted.
func (s *soak) settle(t *testing.T) {
	t.Helper()
	check(t, s.vendor.Play(simulator.Scene{Scene: "frozen"}))
	var wrong []string
	end := time.Now().Add(2 * time.Minute) // as long as a feed may pause
	for time.Now().Before(end) {
		want := s.truth()
		if wrong = difference(s.x.seen, want); len(wrong) == 0 {
			t.Logf("%d counters are as they should be, %v and %v events of the feeds among them", len(want), want[agentEvents], want[interactionEvents])
			return
		}
		s.x.looks(t, 1)
	}
	t.Errorf("%d differences: %q", len(wrong), wrong[:min(len(wrong), 10)])
}

// truth is what has happened at both vendors.
func (s *soak) truth() map[string]float64 {
	want := truth(s.vendor)
	now := time.Now()
	all := s.vendor.TruthBetween(now.Add(-47*time.Hour), now) // with lookback: 48h
	for agent, a := range all.LivePerson.Agents {
		me := "{account=shop,agent_id=" + agent
		want["liveperson_agent_logins_total"+me+"}"] = float64(a.Logins)
		want["liveperson_agent_logouts_total"+me+"}"] = float64(a.Logouts)
		for status, reasons := range a.Changes {
			for reason, n := range reasons {
				want["liveperson_agent_status_changes_total"+me+",reason="+reason+",status="+status+"}"] = float64(n)
			}
		}
	}
	for login, services := range all.LiveVox.Agents {
		for service, day := range services {
			me := "{agent_id=" + login + ",service_id=" + service + "}"
			for field, name := range map[string]string{"readyDuration": "ready", "totalNotReadyDuration": "not_ready", "wrapupDuration": "wrap_up", "talkDuration": "talk"} {
				key := "livevox_agent_" + name + "_seconds_total" + me
				want[key] = float64(day.Began[field] + day.Counted[field])
				if s.began != nil { // the totals of the first answer are what was before
					want[key] -= s.began[key]
				}
			}
		}
	}
	return want
}

func TestALeakIsFound(t *testing.T) {
	t.Parallel()
	var still, grows []reading
	for i := range 20 {
		at := time.UnixMilli(0).Add(time.Duration(i) * 30 * time.Minute)
		still = append(still, reading{at, float64(40 + i%3), float64(20 + i%2), float64(8<<20 + i%4*1000)})
		grows = append(grows, reading{at, float64(40 + i), float64(20 + i), float64(8<<20 + i<<18)})
	}
	if got := leaks(t, still); len(got) != 0 {
		t.Errorf("nothing leaks, and is found: %q", got)
	}
	if got := leaks(t, grows); len(got) != 3 {
		t.Errorf("three things leak, found: %q", got)
	}
}
