package vendorhttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/conntrack"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answerOf returns an answer with a status, pairs of header lines and a body.
func answerOf(code int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// clientOf returns a client whose requests next answers.
func clientOf(next roundTrip, timeout time.Duration) (*http.Client, *traffic) {
	tr := newTraffic(func() {})
	return &http.Client{
		Transport: &transport{
			next:    next,
			conns:   &conntrack.Dialer{},
			limiter: NewLimiter(Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 2}),
			breaker: &breaker{longest: time.Minute},
			timeout: timeout,
			maxBody: 1000,
			retry:   newRetryPolicy(maxCredit),
			traffic: tr,
			log:     log.NewNopLogger(),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, tr
}

func request(ctx context.Context, t *testing.T, method, body string, reads bool) *http.Request {
	t.Helper()
	how := api.Request{Endpoint: "x", Idempotent: reads || method == http.MethodGet}
	r, err := http.NewRequestWithContext(api.WithRequest(ctx, how), method, "http://vendor.example/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTransportRepeatsWhatReadsAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		name   string
		method string
		reads  bool
		answer func() (*http.Response, error)
		want   int
	}{
		{"GET, 500", http.MethodGet, false, func() (*http.Response, error) { return answerOf(500, ""), nil }, 4},
		{"GET, 503", http.MethodGet, false, func() (*http.Response, error) { return answerOf(503, ""), nil }, 4},
		{"POST that reads, 502", http.MethodPost, true, func() (*http.Response, error) { return answerOf(502, ""), nil }, 4},
		{"login, 500", http.MethodPost, false, func() (*http.Response, error) { return answerOf(500, ""), nil }, 1},
		{"login, 429", http.MethodPost, false, func() (*http.Response, error) { return answerOf(429, ""), nil }, 1},
		{"login, broken connection", http.MethodPost, false, func() (*http.Response, error) { return nil, errors.New("reset") }, 1},
		{"GET, broken connection", http.MethodGet, false, func() (*http.Response, error) { return nil, errors.New("reset") }, 4},
		{"GET, the proxy wants other credentials", http.MethodGet, false, func() (*http.Response, error) { return nil, proxy.ErrCredentials }, 1},
		{"GET, 400", http.MethodGet, false, func() (*http.Response, error) { return answerOf(400, ""), nil }, 1},
		{"GET, 401", http.MethodGet, false, func() (*http.Response, error) { return answerOf(401, ""), nil }, 1},
		{"GET, 501", http.MethodGet, false, func() (*http.Response, error) { return answerOf(501, ""), nil }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				hc, _ := clientOf(func(r *http.Request) (*http.Response, error) {
					sent++
					if b, _ := io.ReadAll(r.Body); string(b) != "body" {
						t.Errorf("request %d has the body %q", sent, b)
					}
					return c.answer()
				}, time.Minute)
				resp, err := hc.Do(request(t.Context(), t, c.method, "body", c.reads))
				if err == nil {
					resp.Body.Close()
				}
				if sent != c.want {
					t.Errorf("sent %d times, want %d", sent, c.want)
				}
			})
		})
	}
}

func TestTransportWaitsAtLeastAsLongAsTheVendorAsks(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 20, 0, time.UTC) // synctest begins at midnight
	for _, c := range []struct {
		name   string
		header []string
		least  time.Duration
	}{
		{"429 without a word", nil, time.Second},
		{"seconds", []string{"Retry-After", "7"}, 7 * time.Second},
		{"a date", []string{"Retry-After", at.Format(http.TimeFormat)}, 19 * time.Second},
		{"a date of a vendor whose clock is an hour ahead", []string{"Retry-After", at.Add(time.Hour).Format(http.TimeFormat), "Date", at.Add(time.Hour - 7*time.Second).Format(http.TimeFormat)}, 7 * time.Second},
		{"a date of a vendor whose clock is years behind", []string{"Retry-After", "Tue, 01 Jan 1980 00:00:09 GMT", "Date", "Tue, 01 Jan 1980 00:00:00 GMT"}, 9 * time.Second},
		{"a date beside a Date of 1970", []string{"Retry-After", at.Format(http.TimeFormat), "Date", "Thu, 01 Jan 1970 00:00:00 GMT"}, 19 * time.Second},
		{"a date beside a Date of last year", []string{"Retry-After", at.Format(http.TimeFormat), "Date", at.AddDate(-1, 0, 0).Format(http.TimeFormat)}, 19 * time.Second},
		{"a date beside a Date of 2099", []string{"Retry-After", at.Format(http.TimeFormat), "Date", "Thu, 01 Jan 2099 00:00:00 GMT"}, 19 * time.Second},
		{"a date that is over, without a Date", []string{"Retry-After", "Tue, 01 Jan 1980 00:00:09 GMT"}, time.Second},
		{"a number that overflows", []string{"Retry-After", "99999999999999999999999"}, time.Second},
		{"nonsense", []string{"Retry-After", "soon"}, time.Second},
		{"less than nothing", []string{"Retry-After", "-5"}, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent []time.Time
				hc, tr := clientOf(func(*http.Request) (*http.Response, error) {
					sent = append(sent, time.Now())
					if len(sent) == 1 {
						return answerOf(429, "", c.header...), nil
					}
					return answerOf(200, ""), nil
				}, time.Minute)
				resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
				if err != nil || resp.StatusCode != 200 {
					t.Fatal(resp, err)
				}
				resp.Body.Close()
				if wait := sent[1].Sub(sent[0]); wait < c.least || wait > c.least+2*time.Second {
					t.Errorf("waited %s, want %s and a little", wait, c.least)
				}
				if tr.throttled != 1 || tr.retries != 1 {
					t.Errorf("throttled %d, retries %d", tr.throttled, tr.retries)
				}
			})
		})
	}
}

func TestTransportLeavesAnEndpointAloneThatAskedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		hc, _ := clientOf(func(*http.Request) (*http.Response, error) {
			sent++
			return answerOf(429, "", "Retry-After", "31536000"), nil
		}, time.Minute)
		for range 20 {
			resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
			if err == nil {
				resp.Body.Close()
			} else if api.ClassOf(err) != api.RateLimited {
				t.Errorf("class %q: %v", api.ClassOf(err), err)
			}
			time.Sleep(30 * time.Second)
		}
		if sent != 1 {
			t.Errorf("%d requests in ten minutes to an endpoint that wants a year", sent)
		}
		time.Sleep(maxRetryAfter)
		if resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false)); err == nil {
			resp.Body.Close()
		}
		if sent != 2 {
			t.Error("a mistaken Retry-After stops the endpoint for good")
		}
	})
}

func TestTransportPaysRetriesFromRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		hc, tr := clientOf(func(*http.Request) (*http.Response, error) {
			if sent++; sent%4 == 0 {
				return answerOf(200, ""), nil // what never answers is asked less
			}
			return answerOf(500, ""), nil
		}, time.Minute)
		const fetches = 200
		for range fetches {
			resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			time.Sleep(10 * time.Second)
		}
		if most := fetches + int(fetches*creditPerRequest) + maxCredit; sent > most {
			t.Errorf("an outage was answered with %d requests, %d are allowed", sent, most)
		}
		if tr.retries == 0 {
			t.Error("nothing was tried again")
		}
	})
}

func TestTransportEndsAnAttemptInTime(t *testing.T) {
	slow := func(r *http.Request) (*http.Response, error) {
		body, w := io.Pipe()
		go func() { <-r.Context().Done(); w.CloseWithError(r.Context().Err()) }()
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body}, nil
	}
	silent := func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
	for name, next := range map[string]roundTrip{"no header": silent, "no body": slow} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hc, _ := clientOf(next, 30*time.Second)
				begin := time.Now()
				resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
				if err == nil {
					_, err = io.ReadAll(resp.Body)
					resp.Body.Close()
				}
				if took := time.Since(begin); took != 30*time.Second || api.ClassOf(err) != api.Timeout {
					t.Errorf("ended after %s with class %q: %v", took, api.ClassOf(err), err)
				}
			})
		})
	}
}

func TestTransportBoundsTheBody(t *testing.T) {
	hc, _ := clientOf(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(make([]byte, 2000)))}, nil
	}, time.Minute)
	resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); api.ClassOf(err) != api.TooLarge || len(b) > 1000 {
		t.Errorf("read %d bytes, class %q: %v", len(b), api.ClassOf(err), err)
	}
}

func TestTransportFollowsNoRedirect(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			sent := 0
			hc, _ := clientOf(func(*http.Request) (*http.Response, error) {
				sent++
				return answerOf(code, "", "Location", "http://elsewhere.example/"), nil
			}, time.Minute)
			resp, err := hc.Do(request(t.Context(), t, http.MethodPost, "secret", true))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if sent != 1 || resp.StatusCode != code {
				t.Errorf("%d requests, status %d", sent, resp.StatusCode)
			}
		})
	}
}

func TestTransportGivesAPlaceBackWhenTheBodyIsClosed(t *testing.T) {
	hc, _ := clientOf(func(*http.Request) (*http.Response, error) { return answerOf(200, "x"), nil }, time.Minute)
	for range 10 { // more than places
		resp, err := hc.Do(request(t.Context(), t, http.MethodGet, "", false))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

func TestEachRequestIsLoggedWithoutQueryAndContent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		answers := []func() (*http.Response, error){
			func() (*http.Response, error) { return nil, errors.New("canary") },
			func() (*http.Response, error) { time.Sleep(7 * time.Millisecond); return answerOf(200, "canary"), nil },
		}
		c := New(Options{
			Limits:  Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 2, Timeout: time.Minute, MaxResponseBytes: 1000},
			Limiter: NewLimiter(Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 2}), LongestBreak: time.Minute,
			Log: log.NewLogfmtLogger(&lines),
			Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				next := answers[0]
				answers = answers[1:]
				return next()
			}),
		})
		r := request(t.Context(), t, http.MethodGet, "", true)
		r.URL.RawQuery = "canary=1"
		resp, err := c.HTTP().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(resp.Body)
		resp.Body.Close()
		want := "level=debug msg=request endpoint=x status=connect bytes=0 ms=0\nlevel=debug msg=request endpoint=x status=200 bytes=6 ms=7\n"
		if got := lines.String(); got != want {
			t.Errorf("the log is\n%swant\n%s", got, want)
		}
	})
}

// untilLeft is a body whose connection looks broken once the request has ended.
type untilLeft struct{ ctx context.Context }

func (u untilLeft) Read([]byte) (int, error) {
	<-u.ctx.Done()
	return 0, io.ErrUnexpectedEOF
}

// An answer that its reader gave up was not cut by the vendor.
func TestTransportTellsATimeOutFromABrokenBody(t *testing.T) {
	for name, whole := range map[string]time.Duration{"the time of the attempt": time.Hour, "the time of the whole fetch": time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hc, _ := clientOf(func(r *http.Request) (*http.Response, error) {
					resp := answerOf(200, "")
					resp.Body = io.NopCloser(untilLeft{r.Context()})
					return resp, nil
				}, time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), whole)
				defer cancel()
				resp, err := hc.Do(request(ctx, t, http.MethodGet, "", true))
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if _, err = io.ReadAll(resp.Body); api.ClassOf(err) != api.Timeout {
					t.Errorf("class %s, %v", api.ClassOf(err), err)
				}
			})
		})
	}
}
