package scrape

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// arrivals are the times at which a vendor receives requests.
type arrivals struct {
	mu  sync.Mutex
	all []time.Time
}

// RoundTrip implements http.RoundTripper.
func (v *arrivals) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.all = append(v.all, time.Now())
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// between returns how many requests came in a time.
func (v *arrivals) between(from, to time.Time) (n int) {
	for _, at := range v.all {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// flood asks as often as a limiter permits while there is reason to, until ctx ends.
func (v *arrivals) flood(ctx context.Context, c config.Account, limiter *vendorhttp.Limiter, busy *atomic.Bool) {
	o := access.Options(c, limiter)
	o.Transport, o.Log, o.Hosts.Local = v, log.NewNopLogger(), true
	o.Hosts.Named = []string{"http://vendor.example"}
	client := vendorhttp.New(o)
	for ctx.Err() == nil {
		if !busy.Load() {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://vendor.example/", strings.NewReader(""))
		if answer, err := client.HTTP().Do(req); err == nil {
			_ = answer.Body.Close()
		}
	}
}

// An exporter and a back-fill that ask as often as they may, and save up in between, stay
// within the limits of the account in each minute, from before the back-fill until after it.
func TestABackfillAndAnExporterStayWithinTheLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config.Account{Name: "shop", Limits: config.Limits{RequestsPerSecond: 2, Burst: 100, MaxConcurrent: 4, Timeout: time.Minute, MaxResponseBytes: 1000}}
		var live, past arrivals
		var filling, busy, always atomic.Bool
		always.Store(true)
		ctx, cancel := context.WithCancel(t.Context())
		a := &account{config: c, limiter: vendorhttp.NewLimiter(access.Limits(c))}
		var working sync.WaitGroup
		working.Go(func() { a.share(ctx, func(string) bool { return filling.Load() }) })
		working.Go(func() { live.flood(ctx, c, a.limiter, &busy) })
		begin := time.Now()
		time.Sleep(3 * time.Minute)
		busy.Store(true) // sends what was saved up

		filling.Store(true)
		time.Sleep(2 * WatchShare)
		limiter, assumeUsed := access.PastLimiter(c)
		assumeUsed()
		half, ended := context.WithTimeout(ctx, 6*time.Minute)
		time.AfterFunc(4*time.Minute, func() { busy.Store(false) })
		past.flood(half, c, limiter, &always)
		ended()
		end := time.Now()
		time.AfterFunc(10*time.Second, func() { busy.Store(true) })
		time.Sleep(shareTime)
		filling.Store(false)
		time.Sleep(5 * time.Minute)
		cancel()
		working.Wait()

		const most = 120 // a minute
		for at := begin; at.Before(end.Add(5 * time.Minute)); at = at.Add(time.Second) {
			if n := live.between(at, at.Add(time.Minute)) + past.between(at, at.Add(time.Minute)); n > most {
				t.Fatalf("%d requests in the minute from %s on", n, at.Sub(begin))
			}
		}
		middle := begin.Add(5 * time.Minute)
		for name, n := range map[string]int{
			"the back-fill, twice":     2 * past.between(middle, middle.Add(time.Minute)),
			"the exporter, twice":      2 * live.between(middle, middle.Add(time.Minute)),
			"the exporter alone again": live.between(end.Add(4*time.Minute), end.Add(5*time.Minute)),
		} {
			if n < most*8/10 {
				t.Errorf("%s: %d requests a minute, of %d", name, n, most)
			}
		}
	})
}

// shareTime is for how long after its end a back-fill is seen.
const shareTime = 65 * time.Second
