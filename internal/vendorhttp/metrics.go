package vendorhttp

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// The metrics of an account's requests.
var (
	apiRequests = metric.Counter.Desc("contactcenter_api_requests_total", "{request}",
		"HTTP requests sent to the vendor, by endpoint and status code; the code is error where no answer came.", "endpoint", "code")
	apiDuration = metric.Histogram.Desc("contactcenter_api_request_duration_seconds", "s",
		"Time from sending one HTTP request to the header of its answer, in seconds.", "endpoint").Bucketed(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
	apiWait = metric.Counter.Desc("contactcenter_api_wait_seconds_total", "s",
		"Seconds that requests waited for the limits of the account.")
	apiRetries = metric.Counter.Desc("contactcenter_api_retries_total", "{request}",
		"Requests sent again after an error of the network or the vendor; those sent again with new credentials are not among them.")
	apiThrottled = metric.Counter.Desc("contactcenter_api_throttled_total", "{answer}",
		"Answers by which the vendor asked to slow down: 429, and 503 with Retry-After.")
	authRenewals = metric.Counter.Desc("contactcenter_auth_renewals_total", "{login}",
		"Logins and token requests, by outcome (success, failure).", "outcome")
)

// traffic counts the requests of one account.
type traffic struct {
	since   time.Time
	changed func() // called at every change

	mu        sync.Mutex
	requests  map[[2]string]uint64 // by endpoint and code
	durations map[string]*metric.Distribution
	wait      time.Duration
	retries   uint64
	throttled uint64
	renewals  map[string]uint64 // by outcome
}

func newTraffic(changed func()) *traffic {
	return &traffic{
		since:     time.Now(),
		changed:   changed,
		requests:  map[[2]string]uint64{},
		durations: map[string]*metric.Distribution{},
		renewals:  map[string]uint64{"success": 0, "failure": 0},
	}
}

// continueFrom takes the counts of the client of an account that has stopped.
func (t *traffic) continueFrom(stopped *traffic) {
	stopped.mu.Lock()
	defer stopped.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since, t.wait, t.retries, t.throttled = stopped.since, stopped.wait, stopped.retries, stopped.throttled
	t.requests, t.renewals = maps.Clone(stopped.requests), maps.Clone(stopped.renewals)
	for endpoint, d := range stopped.durations {
		t.durations[endpoint] = d.Clone()
	}
}

// note changes the counts by do.
func (t *traffic) note(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changed()
	do()
}

// answered counts one request and the time to the header of its answer, which
// is nil if none came. slow is whether it asks to slow down.
func (t *traffic) answered(endpoint string, resp *http.Response, slow bool, took time.Duration) {
	code := "error"
	if resp != nil {
		code = strconv.Itoa(resp.StatusCode)
	}
	t.note(func() {
		t.requests[[2]string{endpoint, code}]++
		if t.durations[endpoint] == nil {
			t.durations[endpoint] = &metric.Distribution{}
		}
		t.durations[endpoint].Observe(apiDuration.Buckets, took.Seconds())
		if slow {
			t.throttled++
		}
	})
}

func (t *traffic) waited(d time.Duration) {
	if d > 0 {
		t.note(func() { t.wait += d })
	}
}

func (t *traffic) retried() { t.note(func() { t.retries++ }) }

// renewed counts a login or token request.
func (t *traffic) renewed(err error) {
	outcome := "success"
	if err != nil {
		outcome = "failure"
	}
	t.note(func() { t.renewals[outcome]++ })
}

func (t *traffic) samples() []metric.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	samples := []metric.Sample{
		t.count(apiWait, t.wait.Seconds()),
		t.count(apiRetries, float64(t.retries)),
		t.count(apiThrottled, float64(t.throttled)),
	}
	for outcome, n := range t.renewals {
		samples = append(samples, t.count(authRenewals, float64(n), outcome))
	}
	for k, n := range t.requests {
		samples = append(samples, t.count(apiRequests, float64(n), k[0], k[1]))
	}
	for endpoint, d := range t.durations {
		s := t.count(apiDuration, d.Sum, endpoint)
		s.Histogram = d.Clone()
		samples = append(samples, s)
	}
	return samples
}

func (t *traffic) count(d *metric.Desc, value float64, labels ...string) metric.Sample {
	return d.Of(value, labels...).From(t.since)
}
