package vendorhttp

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceIsHalvedByEachThrottleAndGrowsBackSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewLimiter(Limits{RequestsPerSecond: 10, Burst: 20, MaxConcurrent: 20})
		speed := func() float64 { b.mu.Lock(); defer b.mu.Unlock(); b.bucket.fill(time.Now()); return b.bucket.speed() }
		for range 5 {
			b.throttled() // of requests that were under way together
		}
		if got := speed(); got != 5 {
			t.Errorf("%v requests a second after one throttle, want 5", got)
		}
		if n := b.spend(t, 10*time.Second); n < 48 || n > 60 {
			t.Errorf("%d requests in ten seconds at half the speed", n)
		}
		time.Sleep(50 * time.Second)
		if got := speed(); got < 5.9 || got > 6.1 {
			t.Errorf("%v requests a second after a minute, want 6", got)
		}
		for range 20 {
			b.throttled()
			time.Sleep(time.Second)
		}
		if got := speed(); got > 0.4 {
			t.Errorf("%v requests a second after twenty throttles", got)
		}
		time.Sleep(10 * time.Minute)
		if got := speed(); got != 10 {
			t.Errorf("%v requests a second ten minutes later, want 10", got)
		}
	})
}

func TestPaceIsAtLeastARequestAMinute(t *testing.T) {
	p := tokenBucket{}
	p.limit(Limits{RequestsPerSecond: 0.5, Burst: 1})
	p.cut = 1 - minRateShare
	if got := p.speed(); got != 1./60 {
		t.Errorf("%v requests a second", got)
	}
	p.limit(Limits{RequestsPerSecond: 0.01, Burst: 1})
	if got := p.speed(); got != 0.01 {
		t.Errorf("%v requests a second, more than the limit", got)
	}
}

func TestWindowCountsARequestFromWhenTheVendorGotIt(t *testing.T) {
	begin := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	w := window{}
	w.limit(Limits{RequestsPerSecond: 0.05}) // three a minute
	for i := range 3 {
		w.add(begin.Add(time.Duration(i) * time.Second))
	}
	w.received(begin, begin.Add(500*time.Millisecond))
	if got, want := w.delay(begin.Add(10*time.Second)), 51*time.Second; got != want {
		t.Errorf("the next one waits %s, want %s", got, want)
	}
	w.received(begin, begin.Add(20*time.Second)) // the connection took that long
	if got, want := w.delay(begin.Add(20*time.Second)), 42*time.Second; got != want {
		t.Errorf("the next one waits %s, want %s: the second is now the oldest", got, want)
	}
	w.add(begin.Add(62 * time.Second))
	w.add(begin.Add(63 * time.Second))
	if got, want := w.delay(begin.Add(70*time.Second)), 11*time.Second; got != want {
		t.Errorf("the next one waits %s, want %s: the first arrived after 20 s", got, want)
	}
}

func TestWindowForgetsWhatNoLongerCounts(t *testing.T) {
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	w := window{}
	w.limit(Limits{RequestsPerSecond: 2})
	for range 10_000 {
		w.add(at)
		at = at.Add(500 * time.Millisecond)
	}
	if n := len(w.sent); n > 300 {
		t.Errorf("%d requests are kept, of which 120 count", n)
	}
}

func TestWindowRemembersWhatALowerLimitWouldNot(t *testing.T) {
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	w := window{}
	high, low := Limits{RequestsPerSecond: 4}, Limits{RequestsPerSecond: 0.1}
	w.limit(high)
	for range 240 {
		w.add(at)
	}
	w.limit(low)
	w.add(at.Add(10 * time.Second))
	w.limit(high)
	if got := w.delay(at.Add(20 * time.Second)); got != 41*time.Second {
		t.Errorf("the next one waits %s, want 41s: 240 a minute have been used up", got)
	}
}
