package vendorhttp

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestBudgetNeverExceedsItsRateInAnyWindow(t *testing.T) {
	for name, l := range map[string]Limits{
		"default":             {RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2},
		"burst of a minute":   {RequestsPerSecond: 1, Burst: 60, MaxConcurrent: 10},
		"once in two minutes": {RequestsPerSecond: 1. / 120, Burst: 3, MaxConcurrent: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewLimiter(l)
				var mu sync.Mutex
				var sent []time.Time
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
				defer cancel()
				var wg sync.WaitGroup
				for range 10 {
					wg.Go(func() {
						for {
							turn, err := b.acquire(ctx, api.Request{})
							if err != nil {
								return
							}
							mu.Lock()
							sent = append(sent, time.Now())
							mu.Unlock()
							b.release(turn)
						}
					})
				}
				wg.Wait()
				if n := len(sent); n < int(l.RequestsPerSecond*20*60*9/10) {
					t.Errorf("only %d requests in 20 minutes", n)
				}
				span := max(windowTime, time.Duration(float64(time.Second)/l.RequestsPerSecond))
				most := max(1, int(l.RequestsPerSecond*windowTime.Seconds()))
				for i := range sent {
					j, _ := slices.BinarySearchFunc(sent, sent[i].Add(span), time.Time.Compare)
					if j-i > most {
						t.Fatalf("%d requests in %s from %d on, %d are allowed", j-i, span, i, most)
					}
				}
			})
		})
	}
}

func TestBudgetServesByRankThenByArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewLimiter(Limits{RequestsPerSecond: 1, Burst: 1, MaxConcurrent: 1})
		begin := time.Now()
		hold, err := b.acquire(t.Context(), api.Request{})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		for _, w := range []struct {
			name string
			rank api.Priority
			due  time.Duration
		}{{"far", api.PrioritySource, time.Hour}, {"near", api.PrioritySource, time.Minute}, {"near too", api.PrioritySource, time.Minute}, {"login", api.PriorityLogin, 0}, {"feed", api.PriorityFeed, 0}} {
			due := begin.Add(w.due)
			go func() {
				turn, err := b.acquire(t.Context(), api.Request{Priority: w.rank, Due: due})
				if err != nil {
					return
				}
				mu.Lock()
				order = append(order, w.name)
				mu.Unlock()
				b.release(turn)
			}()
			synctest.Wait()
		}
		b.release(hold)
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if want := []string{"login", "feed", "near", "near too", "far"}; !slices.Equal(order, want) {
			t.Errorf("served %q, want %q", order, want)
		}
	})
}

// of is a request of a priority: long polls of feeds are held.
func of(p api.Priority) api.Request {
	if p == api.PriorityFeed {
		return api.Request{Priority: p, Hold: time.Second}
	}
	return api.Request{Priority: p}
}

func TestFeedsAndSourcesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewLimiter(Limits{RequestsPerSecond: 1, Burst: 1, MaxConcurrent: 1})
		var mu sync.Mutex
		var order []api.Priority
		for range 2 {
			for range 10 {
				for _, r := range []api.Priority{api.PriorityFeed, api.PriorityFeed, api.PrioritySource} {
					go func() {
						turn, err := b.acquire(t.Context(), of(r))
						if err != nil {
							return
						}
						mu.Lock()
						order = append(order, r)
						mu.Unlock()
						b.release(turn)
					}()
				}
			}
			synctest.Wait()
			time.Sleep(time.Minute)
		}
		mu.Lock()
		defer mu.Unlock()
		if len(order) != 60 {
			t.Fatalf("%d went of 60", len(order))
		}
		for i := 1; i < 20; i++ {
			if order[i] == order[i-1] {
				t.Fatalf("served %v: the same twice while others wait", order)
			}
		}
	})
}

func TestBudgetBoundsWhatIsUnderWayButNotWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewLimiter(Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 2})
		first, _ := b.acquire(t.Context(), api.Request{})
		_, _ = b.acquire(t.Context(), api.Request{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.acquire(ctx, api.Request{}); err == nil {
			t.Error("a third request is under way")
		}
		if _, err := b.acquire(t.Context(), api.Request{Priority: api.PriorityFeed, Hold: time.Second}); err != nil {
			t.Errorf("a long poll had to wait for a place: %v", err)
		}
		b.release(first)
		if _, err := b.acquire(t.Context(), api.Request{}); err != nil {
			t.Errorf("a place that was given back is not free: %v", err)
		}
	})
}

func TestBudgetForgetsWhoGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewLimiter(Limits{RequestsPerSecond: 1, Burst: 1, MaxConcurrent: 1})
		turn, _ := b.acquire(t.Context(), api.Request{})
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { _, err := b.acquire(ctx, api.Request{}); gone <- err }()
		synctest.Wait()
		cancel()
		if err := <-gone; err == nil {
			t.Error("no error for a request that was given up")
		}
		b.release(turn)
		if _, err := b.acquire(t.Context(), api.Request{}); err != nil {
			t.Errorf("the budget is stuck: %v", err)
		}
	})
}

// spend sends as much as can be sent within a time, and returns how much that is.
func (b *Limiter) spend(t *testing.T, long time.Duration) (n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	for {
		turn, err := b.acquire(ctx, api.Request{})
		if err != nil {
			return n
		}
		b.release(turn)
		n++
	}
}

// A first process uses its limits up, and each of the next ones knows nothing of the
// requests just before it: it is new, or one of two that have the account in turn.
func TestProcessesThatFollowEachOtherStayWithinTheLimitTogether(t *testing.T) {
	for name, c := range map[string]struct {
		Limits
		first time.Duration // until the first request of a process
	}{
		"default":           {Limits{RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2}, 3500 * time.Millisecond},
		"burst of a minute": {Limits{RequestsPerSecond: 1, Burst: 60, MaxConcurrent: 10}, 62 * time.Second},
		"few":               {Limits{RequestsPerSecond: 0.1, Burst: 3, MaxConcurrent: 10}, 41 * time.Second},
	} {
		for _, turns := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, in turn %v", name, turns), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { follow(t, c.Limits, c.first, turns) })
			})
		}
	}
}

func follow(t *testing.T, l Limits, first time.Duration, turns bool) {
	most := int(l.RequestsPerSecond * 60)
	processes := []*Limiter{NewLimiter(l), NewLimiter(l)}
	old := processes[0]
	var sent []time.Time
	for i, long := range []time.Duration{10 * time.Second, 15 * time.Second, 5 * time.Second, 90 * time.Second, time.Second, 3 * time.Minute} {
		end := time.Now().Add(long)
		for time.Now().Before(end) {
			sent = append(sent, slices.Repeat([]time.Time{time.Now()}, old.spend(t, time.Nanosecond))...)
			time.Sleep(50 * time.Millisecond)
		}
		if old = processes[(i+1)%2]; !turns {
			old = NewLimiter(l)
		}
		old.AssumeUsed(l)
	}
	for i := most; i < len(sent); i++ {
		if took := sent[i].Sub(sent[i-most]); took < time.Minute {
			t.Fatalf("%d requests in %s, %d a minute are allowed", most+1, took, most)
		}
	}
	for range 4 { // the account comes back soon
		time.Sleep(5 * time.Second)
		old.AssumeUsed(l)
	}
	begin := time.Now()
	turn, err := old.acquire(t.Context(), api.Request{})
	if err != nil {
		t.Fatal(err)
	}
	old.release(turn)
	if took := time.Since(begin); took > first+time.Second/2 {
		t.Errorf("a process waits %s for its first request, want about %s", took, first)
	}
	if n := old.spend(t, 2*time.Minute); n < most*9/10 {
		t.Errorf("%d requests in two minutes later, want about %d and more", n, most)
	}
}
