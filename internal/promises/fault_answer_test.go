package promises

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestFaultsOfAnswers(t *testing.T) { perform(t, answerFaults()) }

// answerFaults are what HTTP itself can do wrong, of one endpoint or a vendor.
func answerFaults() []stagedFault {
	rows := append(statusFaults(), throttleFaults()...)
	return append(append(rows, bodyFaults()...), delayFaults()...)
}

// says is an answer with a status of an endpoint.
func says(status int) simulator.Fault { return simulator.Fault{Kind: "status", Status: status} }

func statusFaults() []stagedFault {
	row := func(id, injected, class, at string, status int) stagedFault {
		f := says(status)
		if status == http.StatusNoContent || status == http.StatusResetContent {
			f.Body = " "
		}
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class)}, at: at, Fault: f}
	}
	return []stagedFault{
		row("H12a", "500 of one endpoint", "vendor_error", "service_stats", 500),
		row("H12b", "502 of one endpoint", "vendor_error", "agents_status", 502),
		row("H12c", "503 of one endpoint", "vendor_error", "agent_status", 503),
		row("H12d", "504 of one endpoint", "vendor_error", "status_changes", 504),
		row("H12e", "503 of a whole vendor, LiveVox", "vendor_error", "livevox", 503),
		row("H12f", "503 of a whole vendor, LivePerson", "vendor_error", "liveperson", 503),
		row("H13a", "501", "vendor_error", "agent_stats", 501),
		row("H13b", "505", "vendor_error", "service_stats", 505),
		row("H13c", "status 999, which is not defined", "vendor_error", "agent_status", 999),
		row("H13d", "400", "client_error", "agents_status", 400),
		row("H13e", "404", "client_error", "agent_status", 404),
		row("H13f", "418", "client_error", "status_changes", 418),
		row("H17a", "204 without a body", "schema", "service_stats", 204),
		row("H17b", "205 without a body", "schema", "agent_status", 205),
		row("H17c", "304 to a request without a condition", "client_error", "agents_status", 304),
		row("H17d", "206, which is a part, without a request for a part", "client_error", "agent_stats", 206),
		row("H24a", "301 to another host", "client_error", "agents_status", 301).to("https://" + sinkHost + "/"),
		row("H24b", "302 to another host", "client_error", "service_stats", 302).to("https://" + sinkHost + "/"),
		row("H24c", "303 to another host", "client_error", "agent_status", 303).to("https://" + sinkHost + "/"),
		row("H24d", "307, which repeats the body, to another host", "client_error", "agents_status", 307).to("https://" + sinkHost + "/"),
		row("H24e", "308, which repeats the body, to another port", "client_error", "status_changes", 308).to("https://" + shopHost + ":8443/"),
		row("H24f", "302 to plain http", "client_error", "service_stats", 302).to("http://" + dialerHost + "/"),
		row("H24g", "302 to the address of a cloud's metadata service", "client_error", "service_stats", 302).to("http://169.254.169.254/latest/"),
		row("H24h", "302 to localhost", "client_error", "agent_status", 302).to("http://localhost:9925/"),
		row("H24i", "302 to itself, without end", "client_error", "agents_status", 302).to("/RealTimeReporting/v1.1/agents/status"),
	}
}

// to turns a status into a redirect. It costs one request as any refusal.
func (row stagedFault) to(url string) stagedFault {
	row.Kind, row.URL = "redirect", url
	row.holds = "nothing is sent to where it leads"
	return row
}

func throttleFaults() []stagedFault {
	limited := func(id, injected, at, after string, least time.Duration, holds string) stagedFault {
		f := says(http.StatusTooManyRequests)
		f.RetryAfter = after
		return stagedFault{
			fault: fault{id: id, injected: injected, class: "rate_limited", holds: holds}, at: at, Fault: f,
			back: 16 * time.Minute, check: func(st *stage) { st.apart(least) },
		}
	}
	return []stagedFault{
		limited("H07", "429 without Retry-After", "service_stats", "", time.Second, "a second at least between two requests"),
		limited("H08a", "429 with Retry-After: 30", "agents_status", "30", 30*time.Second, "30 s between two requests"),
		limited("H08b", "429 with the date in 90 s", "agent_status", "+90s", 89*time.Second, "89 s between two requests"),
		limited("H08c", "429 with Retry-After: a year", "service_stats", "31536000", 15*time.Minute, "asked again after 15 min"),
		limited("H08d", "429 with a Retry-After of more nanoseconds than 64 bits hold", "service_stats", "9223372037", 15*time.Minute, "asked again after 15 min, not at once"),
		limited("H08g", "429 with a Retry-After of more seconds than 64 bits hold", "service_stats", "99999999999999999999", time.Second, "taken as absent: a second at least between two requests"),
		limited("H08e", "429 with a negative Retry-After", "agent_stats", "-5", time.Second, "a second at least between two requests"),
		limited("H08f", "429 with a Retry-After that is no time", "status_changes", "soon", time.Second, "a second at least between two requests"),
		limited("H10", "429 of a whole vendor", "livevox", "", 0, "recovers within the longest pause"),
	}
}

// apart looks at the distance of the requests that the endpoint got.
func (st *stage) apart(least time.Duration) {
	var last time.Time
	for _, r := range st.ill.Requests().Newest {
		if r.Endpoint != st.row.at || r.Status != http.StatusTooManyRequests {
			continue
		}
		if d := r.Time.Sub(last); !last.IsZero() && d < least {
			st.t.Errorf("%s was asked again after %s, want %s at least", st.row.at, d, least)
		}
		last = r.Time
	}
	if last.IsZero() && least > 0 {
		st.t.Error("no request met the fault")
	}
}

func bodyFaults() []stagedFault {
	row := func(id, injected, class, at string, f simulator.Fault) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class)}, at: at, Fault: f}
	}
	wired := func(id, injected, class, at string, change func(*http.Response)) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class)}, at: at, wire: answering(at, change)}
	}
	typed := wired("H18", "JSON with the content type text/plain", "", "service_stats", func(r *http.Response) { r.Header.Set("Content-Type", "text/plain") })
	typed.holds = "the answer is taken"
	return []stagedFault{
		row("H05", "a connection that breaks in the middle of the body", "truncated", "agent_status", simulator.Fault{Kind: "cut"}),
		row("H06a", "a body shorter than Content-Length", "truncated", "service_stats", simulator.Fault{Kind: "truncated"}),
		row("H06b", "half of the JSON as if it were all", "truncated", "status_changes", simulator.Fault{Kind: "short_json"}),
		row("H15a", "a page of HTML with status 200", "schema", "agent_status", simulator.Fault{Kind: "html"}),
		row("H15b", "a page of HTML with status 200 of a whole vendor", "schema", "livevox", simulator.Fault{Kind: "html"}),
		row("H15c", "HTML with the content type of JSON", "schema", "agents_status", simulator.Fault{Kind: "garbage", Body: "<html><body>Log in</body></html>"}),
		row("H16a", "no body at all", "schema", "agents_status", simulator.Fault{Kind: "empty"}),
		row("H16b", "null", "schema", "agents_status", simulator.Fault{Kind: "null"}),
		row("H16c", "null of agent status", "schema", "agent_status", simulator.Fault{Kind: "null"}),
		row("H16d", "an empty text", "schema", "service_stats", simulator.Fault{Kind: "garbage", Body: `""`}),
		row("H16e", "blanks", "schema", "status_changes", simulator.Fault{Kind: "garbage", Body: " \n\t "}),
		typed,
		row("H20a", "a gzip bomb", "too_large", "agents_status", simulator.Fault{Kind: "gzip_bomb", Size: 64 << 20}),
		row("H20b", "a body without end", "too_large", "agent_status", simulator.Fault{Kind: "huge_body", Size: 64 << 20}),
		wired("H21", "a body that says it is gzip and is not", "schema", "service_stats", func(r *http.Response) {
			r.Body = io.NopCloser(bytes.NewReader([]byte{0x1f, 0x8b, 0, 1, 2, 3}))
		}),
	}
}

// answering lets change work on the answers of an endpoint.
func answering(endpoint string, change func(*http.Response)) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil && strings.HasSuffix(r.URL.Path, pathOf(endpoint)) {
				change(resp)
			}
			return resp, err
		})
	}
}

func delayFaults() []stagedFault {
	row := func(id, injected, class, at string, f simulator.Fault) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class)}, at: at, Fault: f}
	}
	late := row("H32a", "answers a moment before limits.timeout", "", "agents_status", simulator.Fault{Kind: "delay", Delay: simulator.Duration(19900 * time.Millisecond)})
	late.holds = "taken, once"
	flapping := row("H14", "every second answer is an error, for an hour", "", "agents_status", simulator.Fault{Kind: "status", Status: 503, Every: 2})
	flapping.holds, flapping.lasts = "retries hide it; they cost a fifth of the requests at most", time.Hour
	flapping.others, flapping.lines = true, -1
	brief := row("H31a", "a vendor out of reach for 10 s", "", "livevox", simulator.Fault{Kind: "reset", Until: simulator.Duration(10 * time.Second)})
	brief.others, brief.lines, brief.holds = true, -1, "every event is counted once"
	long := row("H31b", "a vendor out of reach for 10 min", "connect", "livevox", simulator.Fault{Kind: "reset"})
	long.lasts, long.holds = 10*time.Minute, "every event is counted once"
	longer := row("H31c", "a vendor out of reach for 3 h", "connect", "livevox", simulator.Fault{Kind: "reset"})
	longer.lasts, longer.back, longer.holds = 3*time.Hour, 5*time.Minute, "every event is counted once; the session has ended meanwhile, and the login is tried every four minutes"
	hole := row("H03a", "no answer of a whole vendor for 10 min", "timeout", "livevox", simulator.Fault{Kind: "hang"})
	hole.lasts, hole.holds = 10*time.Minute, "scrapes don't wait"
	return []stagedFault{
		hole,
		row("H03b", "no answer of one endpoint", "timeout", "status_changes", simulator.Fault{Kind: "hang"}),
		row("H04a", "a byte a second", "timeout", "agents_status", simulator.Fault{Kind: "slow_body", Rate: 1}),
		row("H04b", "a byte a second, of the login too", "timeout", "liveperson", simulator.Fault{Kind: "slow_body", Rate: 1}),
		flapping, brief, long, longer, late,
		row("H32b", "answers a moment after limits.timeout", "timeout", "agents_status", simulator.Fault{Kind: "delay", Delay: simulator.Duration(20100 * time.Millisecond)}),
	}
}
