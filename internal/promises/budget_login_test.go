package promises

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// isLogin reports whether a path is that of a login or token request.
func isLogin(path string) bool {
	return strings.HasSuffix(path, "/session/login") || strings.HasSuffix(path, "/app/token")
}

// those returns when requests to paths have come that is accepts.
func (m *meter) those(is func(path string) bool) (out []time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, at := range m.sent {
		if is(m.to[i]) {
			out = append(out, at)
		}
	}
	return out
}

// shortest returns the shortest time between two.
func shortest(times []time.Time) time.Duration {
	least := time.Duration(1<<63 - 1)
	for i := 1; i < len(times); i++ {
		least = min(least, times[i].Sub(times[i-1]))
	}
	return least
}

// Three hours of logins that fail, or that lead to nothing.
func TestLoginsThatLeadToNothingAreFew(t *testing.T) {
	t.Parallel()
	refuse := func(status int, of func(string) bool) func(*http.Request) *http.Response {
		return func(r *http.Request) *http.Response {
			if of(r.URL.Path) {
				return refusal(status)
			}
			return nil
		}
	}
	data := func(path string) bool {
		return !isLogin(path) && !strings.Contains(path, "/baseURI")
	}
	one := func(path string) bool {
		return strings.HasSuffix(path, "/campaign/stats") || strings.HasSuffix(path, "/agent-view/status")
	}
	shopDown := 12 // in a quarter of an hour: it may be asked every two minutes
	for _, c := range []struct {
		name         string
		mood         func(*http.Request) *http.Response
		fails        bool // the login itself
		shop, dialer int  // at most in a quarter of an hour
	}{
		{"the login is refused with 401", refuse(401, isLogin), true, 5, 5},
		{"the login is refused with 403", refuse(403, isLogin), true, 5, 5},
		{"the login is throttled", refuse(429, isLogin), true, shopDown, 5},
		{"the login is down", refuse(503, isLogin), true, shopDown, 5},
		{"the login succeeds and each call is refused", refuse(401, data), false, 3, 3},
		{"the login succeeds and one call is refused", refuse(401, one), false, 3, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 98, Agents: 4, FeedsOff: true})
				atShop, atDialer := &meter{}, &meter{}
				for _, at := range []*meter{atShop, atDialer} {
					vendor := &moody{next: s}
					vendor.set(c.mood)
					at.next = vendor
				}
				run(t, hosts{shopHost: atShop, dialerHost: atDialer}, "", accounts(shop("shop", shopHost, s), dialer("dialer", dialerHost, s)))
				time.Sleep(3 * time.Hour)
				for name, at := range map[string]struct {
					*meter
					most int
				}{"shop": {atShop, c.shop}, "dialer": {atDialer, c.dialer}} {
					logins := at.those(isLogin)
					if most := busiest(logins, 15*time.Minute); most > at.most {
						t.Errorf("%s: %d logins in a quarter of an hour, %d are allowed", name, most, at.most)
					}
					if gap := shortest(logins); gap < 5*time.Second && c.fails {
						t.Errorf("%s: two logins %s apart", name, gap)
					}
					if len(logins) < 5 {
						t.Errorf("%s: only %d logins in three hours: it does not come back by itself", name, len(logins))
					}
				}
			})
		})
	}
}

func TestASessionThatOthersEndEveryMinuteCostsFewLogins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 99, Agents: 10, FeedsOff: true})
		at := &meter{next: s}
		x := run(t, hosts{dialerHost: at}, "", accounts(dialer("dialer", dialerHost, s)))
		time.Sleep(time.Minute)
		for range 60 {
			mustFault(t, s, simulator.Fault{Kind: "session_revoked", Count: 1})
			time.Sleep(time.Minute)
		}
		logins := at.those(isLogin)
		if most := busiest(logins, 15*time.Minute); most > 5 || len(logins) < 15 {
			t.Errorf("%d logins in a quarter of an hour, %d in all", most, len(logins))
		}
		if most := busiest(at.times(), time.Minute); most > 120 {
			t.Errorf("%d requests in a minute", most)
		}
		time.Sleep(16 * time.Minute)
		for _, src := range x.manager.Status()[0].Sources {
			if src.Err != nil {
				t.Errorf("%s doesn't recover: %v", src.Name, src.Err)
			}
		}
	})
}

// A vendor that refuses some calls although the session is good gets no login for each
// of them: the source that was refused waits.
func TestCallsThatAreRefusedAtRandomCostFewLogins(t *testing.T) {
	t.Parallel()
	for _, every := range []int{2, 3, 10} {
		t.Run(fmt.Sprint("every ", every), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 97, Agents: 4, FeedsOff: true})
				var calls atomic.Int64
				mood := func(r *http.Request) *http.Response {
					if isLogin(r.URL.Path) || strings.Contains(r.URL.Path, "/baseURI") || calls.Add(1)%int64(every) != 0 {
						return nil
					}
					return refusal(http.StatusUnauthorized)
				}
				atShop, atDialer := &meter{}, &meter{}
				for _, at := range []*meter{atShop, atDialer} {
					vendor := &moody{next: s}
					vendor.set(mood)
					at.next = vendor
				}
				x := run(t, hosts{shopHost: atShop, dialerHost: atDialer}, "",
					accounts(shop("shop", shopHost, s), dialer("dialer", dialerHost, s)))
				stale, looks := 0, 0
				for range 60 {
					time.Sleep(time.Minute)
					for _, account := range x.manager.Status() {
						for _, src := range account.Sources {
							if looks++; !src.Fresh {
								stale++
							}
						}
					}
				}
				for name, at := range map[string]*meter{"shop": atShop, "dialer": atDialer} {
					logins := at.those(isLogin)
					if most, gap := busiest(logins, 15*time.Minute), shortest(logins); most > 5 || gap < 5*time.Second {
						t.Errorf("%s: %d logins in a quarter of an hour, two of them %s apart", name, most, gap)
					}
				}
				if stale*4 > looks {
					t.Errorf("%d of %d times a source has nothing to show", stale, looks)
				}
			})
		})
	}
}

func TestWhatIsForbiddenOrGoneIsAskedSeldomAndCostsNoLogin(t *testing.T) {
	t.Parallel()
	// The sources that don't matter here ask seldom.
	const slowPolls = "sources: {service_stats: {interval: 2m}, agents_status: {interval: 5m}, agent_stats: {interval: 5m}, calls_on_hold: {interval: 5m}, campaign_stats: {interval: 1m}, "
	for _, c := range []struct {
		name, path  string
		status      int
		first, then time.Duration // least pauses after the first failure and after later ones
		least       int           // requests in six hours
	}{
		{"a source is forbidden", "/campaign/stats", 403, 5 * time.Minute, 30 * time.Minute, 8},
		{"a feed is forbidden", "/agentEvent/feed", 403, 5 * time.Minute, 30 * time.Minute, 8},
		{"a feed is gone", "/agentEvent/feed", 410, time.Hour, time.Hour, 4},
		{"a feed is not found", "/agentEvent/feed", 404, time.Hour, time.Hour, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 100, Agents: 10})
				play(t, s, "frozen")
				vendor := &moody{next: s}
				at := &meter{next: vendor}
				is := func(path string) bool { return strings.HasSuffix(path, c.path) }
				x := run(t, hosts{dialerHost: at}, "", accounts(dialer("dialer", dialerHost, s, slowPolls+"agent_events: {}}")))
				time.Sleep(2 * time.Minute)
				before := len(at.those(is))
				logins := len(at.those(isLogin))
				if before == 0 {
					t.Fatalf("nothing asks %s: %v", c.path, slices.Compact(slices.Sorted(slices.Values(at.to))))
				}
				vendor.set(func(r *http.Request) *http.Response {
					if is(r.URL.Path) {
						return refusal(c.status)
					}
					return nil
				})
				time.Sleep(6 * time.Hour)
				refused := at.those(is)[before:]
				for i := 1; i < len(refused); i++ {
					least := c.then
					if i == 1 {
						least = c.first
					}
					if gap := refused[i].Sub(refused[i-1]); gap < least {
						t.Errorf("asked again after %s, want %s at least", gap, least)
					}
				}
				if len(refused) < c.least {
					t.Errorf("asked %d times in six hours, want %d and more", len(refused), c.least)
				}
				if n := len(at.those(isLogin)); n != logins {
					t.Errorf("%d logins more", n-logins)
				}
				if up := x.shown("dialer").value(t, "contactcenter_source_up", "source", "service_stats"); up != 1 {
					t.Error("another source suffers")
				}
			})
		})
	}
}
