package promises

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// moody is a vendor that answers what mood says, where that is not nil.
type moody struct {
	next http.RoundTripper
	mood atomic.Pointer[func(*http.Request) *http.Response]
}

func (m *moody) RoundTrip(r *http.Request) (*http.Response, error) {
	if mood := m.mood.Load(); mood != nil {
		if resp := (*mood)(r); resp != nil {
			return resp, nil
		}
	}
	return m.next.RoundTrip(r)
}

func (m *moody) set(mood func(*http.Request) *http.Response) { m.mood.Store(&mood) }

// refusal is an answer without a body, with pairs of header lines.
func refusal(status int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(""))}
}

// halfOfThem answers two of four successive requests to each address with refuse, in
// random order: at most four in a row.
func halfOfThem(refuse func() *http.Response) func(*http.Request) *http.Response {
	var mu sync.Mutex
	next := map[string][]bool{}
	return func(r *http.Request) *http.Response {
		mu.Lock()
		defer mu.Unlock()
		to := r.URL.Host + r.URL.Path
		if len(next[to]) == 0 {
			four := []bool{true, true, false, false}
			rand.Shuffle(len(four), func(i, j int) { four[i], four[j] = four[j], four[i] })
			next[to] = four
		}
		refused := next[to][0]
		next[to] = next[to][1:]
		if refused {
			return refuse()
		}
		return nil
	}
}

// crew are a number of accounts of both vendors behind one meter.
func crew(s *simulator.Simulator, n int) (wire hosts, at *meter, vendor *moody, file string) {
	vendor = &moody{next: s}
	at = &meter{next: vendor}
	wire = hosts{shopHost: at, dialerHost: at}
	var entries []string
	for i := range n {
		entries = append(entries, shop(fmt.Sprintf("shop-%d", i), shopHost, s), dialer(fmt.Sprintf("dialer-%d", i), dialerHost, s))
	}
	return wire, at, vendor, accounts(entries...)
}

// firstSuccesses waits until every source has succeeded again, three minutes at
// the longest, and returns how long each took.
func (x *exporter) firstSuccesses() (took []time.Duration) {
	x.t.Helper()
	begin := time.Now()
	done := map[string]bool{}
	for time.Since(begin) < 3*time.Minute {
		time.Sleep(time.Second)
		for _, account := range x.manager.Status() {
			for _, s := range account.Sources {
				if k := account.Account + " " + s.Name; s.Err == nil && !done[k] {
					done[k] = true
					took = append(took, time.Since(begin))
				}
			}
		}
	}
	for _, account := range x.manager.Status() {
		for _, s := range account.Sources {
			if !done[account.Account+" "+s.Name] {
				x.t.Errorf("%s of %s does not recover: %v", s.Name, account.Account, s.Err)
			}
		}
	}
	return took
}

func TestAnHourOfErrorsCostsAFifthAndEndsSoonAndSmoothly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		mood func(*http.Request) *http.Response
	}{
		{"503", func(*http.Request) *http.Response { return refusal(503) }},
		{"429", func(*http.Request) *http.Response { return refusal(429) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const members = 10 // of each vendor
				s := simulator.New(simulator.Options{Seed: 91, Agents: 4, FeedsOff: true})
				wire, at, vendor, file := crew(s, members)
				x := run(t, wire, "", file)
				time.Sleep(10 * time.Minute)
				normal := at.during(time.Now().Add(-5*time.Minute), 5*time.Minute) * 12

				vendor.set(c.mood)
				begin := time.Now()
				time.Sleep(time.Hour)
				cost := at.during(begin, time.Hour)
				vendor.set(func(*http.Request) *http.Response { return nil })
				ended := time.Now()
				took := x.firstSuccesses()
				slices.Sort(took)
				p95 := took[len(took)*95/100]
				t.Logf("%d requests in an hour of errors, %d as a rule: %.1f %%; back after %s (p50), %s (p95), %s (all)",
					cost, normal, 100*float64(cost)/float64(normal), took[len(took)/2], p95, took[len(took)-1])
				if cost*5 > normal {
					t.Errorf("%d requests in an hour of errors, where %d are the rule: more than a fifth", cost, normal)
				}
				if p95 > 2*time.Minute {
					t.Errorf("a source in twenty is back only after %s", p95)
				}
				var back []time.Time
				for _, at := range at.times() {
					if at.After(ended) && at.Before(ended.Add(2*time.Minute)) {
						back = append(back, at)
					}
				}
				if most := busiest(back, time.Second); most > len(back)/8 {
					t.Errorf("%d of the %d requests in the two minutes after it come within a second", most, len(back))
				}
			})
		})
	}
}

func TestErrorsOfEverySecondRequestCostLittleDataAndNoStorm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 92, Agents: 4, FeedsOff: true})
		wire, at, vendor, file := crew(s, 8) // so many that the bad luck of one account does not count
		x := run(t, wire, "", file)
		time.Sleep(10 * time.Minute)
		normal := at.during(time.Now().Add(-5*time.Minute), 5*time.Minute) * 12
		vendor.set(halfOfThem(func() *http.Response { return refusal(500) }))
		begin := time.Now()
		looks, misses := 0, 0
		for range 60 {
			time.Sleep(time.Minute)
			for _, account := range x.manager.Status() {
				for _, s := range account.Sources {
					if looks++; !s.Fresh {
						misses++
					}
				}
			}
		}
		if misses*8 > looks { // five failures in a row do happen, and then the account is left alone
			t.Errorf("%d of %d times a source has nothing to show", misses, looks)
		}
		if cost := at.during(begin, time.Hour); cost > normal*13/10 {
			t.Errorf("%d requests, where %d are the rule", cost, normal)
		}
		for _, account := range []string{"shop-0", "dialer-0"} {
			got := x.shown(account)
			if all, again := got.of("contactcenter_api_requests_total").sum(), got.of("contactcenter_api_retries_total").sum(); again > all/5 {
				t.Errorf("%v of %v requests of %s are repetitions", again, all, account)
			}
		}
	})
}

func TestNobodyIsAskedBeforeTheTimeThatTheVendorNamed(t *testing.T) {
	t.Parallel()
	const longest = 135 * time.Second // the longest pause, its jitter, and a throttled limiter's wait for one request
	for _, c := range []struct {
		name   string
		status int
		after  func() string
		least  time.Duration
		most   time.Duration // between any two requests
	}{
		{"seconds", 429, func() string { return "30" }, 30 * time.Second, 3 * time.Minute},
		{"a date", 429, func() string { return time.Now().Add(45 * time.Second).UTC().Format(http.TimeFormat) }, 44 * time.Second, 3 * time.Minute},
		{"with 503", 503, func() string { return "40" }, 40 * time.Second, 3 * time.Minute},
		{"nothing", 429, func() string { return "" }, time.Second, longest},
		{"a year", 429, func() string { return "31536000" }, 15 * time.Minute, 20 * time.Minute},
		{"more than a number holds", 429, func() string { return "9223372037" }, 15 * time.Minute, 20 * time.Minute},
		{"less than nothing", 429, func() string { return "-60" }, time.Second, longest},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 93, Agents: 4, FeedsOff: true})
				wire, at, vendor, file := crew(s, 1)
				run(t, wire, "", file)
				time.Sleep(time.Minute)
				begin := time.Now()
				vendor.set(func(*http.Request) *http.Response { return refusal(c.status, "Retry-After", c.after()) })
				time.Sleep(40 * time.Minute)
				last, newest := map[string]time.Time{}, begin
				for i, when := range at.times() {
					if !when.After(begin) {
						continue
					}
					path := at.to[i]
					if gap := when.Sub(last[path]); gap < c.least {
						t.Errorf("%s is asked again after %s, want %s at least", path, gap, c.least)
					}
					if gap := when.Sub(newest); gap > c.most && newest != begin {
						t.Errorf("the vendor is asked again after %s, want %s at most", gap, c.most)
					}
					last[path], newest = when, when
				}
				if time.Since(newest) > c.most {
					t.Error("the vendor is never asked again")
				}
			})
		})
	}
}

func TestAVendorThatThrottlesWhatIsTooFastIsAskedMoreSlowly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 94, Agents: 4, FeedsOff: true})
		vendor := &moody{next: s}
		at := &meter{next: vendor}
		// The vendor takes 30 requests a minute, a quarter of what the limits allow.
		vendor.set(func(*http.Request) *http.Response {
			times := at.times()
			recent, _ := slices.BinarySearchFunc(times, time.Now().Add(-time.Minute), time.Time.Compare)
			if len(times)-recent > 30 {
				return refusal(429)
			}
			return nil
		})
		x := run(t, hosts{dialerHost: at}, "", accounts(dialer("dialer", dialerHost, s, strings.Replace(greedyDialer, "interaction_events: {}, agent_events: {}", "", 1))))
		time.Sleep(30 * time.Minute)
		got := x.shown("dialer")
		throttled, all := got.of("contactcenter_api_throttled_total").sum(), got.of("contactcenter_api_requests_total").sum()
		t.Logf("%v of %v requests were refused, %.1f a minute", throttled, all, all/30)
		if throttled > all/4 {
			t.Errorf("%v of %v requests were refused", throttled, all)
		}
		if all-throttled < 300 {
			t.Errorf("only %v requests succeeded in half an hour", all-throttled)
		}
	})
}
