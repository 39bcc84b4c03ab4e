//go:build unix

package scrape

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// ingestPages is how many pages of 1,000 events one round counts.
const ingestPages = 50

// BenchmarkIngest takes events from the bytes of the vendor's answers to counters
// that are synced to the disk, against encoding/json alone on the same bytes:
// decoded to a struct of what is needed of them.
func BenchmarkIngest(b *testing.B) {
	for _, feed := range []string{"agent_events", "interaction_events", "interaction_events_sse"} {
		v := recordFeed(b, feed)
		b.Run(feed+"/counted", func(b *testing.B) {
			var cpu time.Duration
			for b.Loop() {
				b.StopTimer()
				s, stop := v.source(b)
				b.StartTimer()
				begin := cpuTime()
				for v.counted(s) < ingestPages*1000 {
					if s.fetch(b.Context()); s.outcome.err != nil {
						b.Fatal(s.outcome.err)
					}
				}
				b.StopTimer()
				cpu += cpuTime() - begin
				stop()
				b.StartTimer()
			}
			report(b, cpu)
		})
		b.Run(feed+"/encoding_json", func(b *testing.B) {
			begin := cpuTime()
			for b.Loop() {
				for _, p := range v.pages {
					if err := json.Unmarshal(p, v.plain()); err != nil {
						b.Fatal(err)
					}
				}
			}
			report(b, cpuTime()-begin)
		})
	}
}

// report says how many events were dealt with in a second, and in a second of
// one core: the disk is waited for, and the machine may have more to do.
func report(b *testing.B, cpu time.Duration) {
	events := float64(b.N) * ingestPages * 1000
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(events/cpu.Seconds(), "events/core-s")
}

// cpuTime returns what the process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// recording is a vendor that plays back one feed.
type recording struct {
	*simulator.Simulator
	feed   string
	header http.Header
	first  []byte   // the answer without a token
	pages  [][]byte // those that follow
	stream []byte   // the same as server-sent events
	next   int
}

// recordFeed has a simulated vendor tell a feed once.
func recordFeed(b *testing.B, feed string) *recording {
	now := time.Now().UTC().Add(-20 * time.Hour) // within what the feed keeps
	v := &recording{feed: feed, Simulator: simulator.New(simulator.Options{Seed: 1, Frozen: true, Now: func() time.Time { return now }})}
	path := map[bool]string{true: "agentEvent/feed", false: "event/feed"}[feed == "agent_events"]
	session := v.login(b)
	token := ""
	for len(v.pages) < ingestPages {
		body := v.ask(b, "realtime/"+path, session, fmt.Sprintf(`{"token":%q}`, token))
		var page struct{ Token string }
		if err := json.Unmarshal(body, &page); err != nil {
			b.Fatal(err)
		}
		if token == "" {
			v.first = body
			for range ingestPages * 1000 / 50 { // a thousand events a minute
				now = now.Add(3 * time.Second)
				if err := v.Burst(simulator.Burst{Feed: strings.TrimSuffix(feed, "_sse"), Events: 50}); err != nil {
					b.Fatal(err)
				}
			}
			now = now.Add(time.Minute)
		} else {
			v.pages = append(v.pages, body)
		}
		token = page.Token
	}
	v.stream = v.frames()
	return v
}

func (v *recording) login(b *testing.B) string {
	lv := v.LiveVox()
	var reply struct{ SessionID string }
	body := v.ask(b, "session/login", lv.AccessToken, fmt.Sprintf(`{"clientName":%q,"userName":%q,"password":%q}`, lv.ClientName, lv.Username, lv.Password))
	if err := json.Unmarshal(body, &reply); err != nil {
		b.Fatal(err)
	}
	return reply.SessionID
}

func (v *recording) ask(b *testing.B, path, secret, body string) []byte {
	req, err := http.NewRequest(http.MethodPost, "http://vendor/"+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "Lv-Access": {secret}, "Lv-Session": {secret}}
	resp, err := v.Simulator.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	v.header = resp.Header
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", path, resp.Status, err)
	}
	return answer
}

// source returns a source that has counted nothing yet of what is played back.
func (v *recording) source(b *testing.B) (s *loop, stop func()) {
	store, err := state.Open(b.TempDir(), state.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c, err := config.Parse("bench", []byte(v.config()), vendortest.Configs())
	if err != nil {
		b.Fatal(err)
	}
	v.next = -1
	a, err := New(Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: v}).newAccount(c.Accounts[0], c)
	if err != nil {
		b.Fatal(err)
	}
	s = a.loops[0]
	s.fetch(b.Context())
	return s, func() {
		_ = a.vendor.Close(context.WithoutCancel(b.Context()))
		store.Close()
	}
}

// config has one account with nothing but the feed.
func (v *recording) config() string {
	lv := v.LiveVox()
	text := fmt.Sprintf(`accounts:
  - name: dialer
    vendor: livevox
    base_url: http://127.0.0.1
    auth: {client_name: %q, username: %q, password: %q, access_token: %q}
    limits: {requests_per_second: 1000, burst: 1000}
    sources:
`, lv.ClientName, lv.Username, lv.Password, lv.AccessToken)
	for _, other := range []string{"service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats"} {
		text += "      " + other + ": {enabled: false}\n"
	}
	name, sse := strings.CutSuffix(v.feed, "_sse")
	if sse {
		return text + "      " + name + ": {mode: sse}\n"
	}
	return text + "      " + name + ": {}\n"
}

// counted returns how many events are committed.
func (v *recording) counted(s *loop) float64 {
	return counted(s, "contactcenter_feed_events_total")
}

// frames returns the pages as server-sent events.
func (v *recording) frames() []byte {
	var out bytes.Buffer
	for _, p := range v.pages {
		var page struct{ Events []json.RawMessage }
		_ = json.Unmarshal(p, &page)
		for _, e := range page.Events {
			fmt.Fprintf(&out, "data: %s\r\n\r\n", e)
		}
	}
	return out.Bytes()
}

// plain returns what encoding/json is to decode a page into.
func (v *recording) plain() any {
	if v.feed == "agent_events" {
		return &struct {
			Events []struct {
				EventID, LineNumber, EventType, NotReadyReasonCode string

				Timestamp, AgentID, AgentServiceID, SeqNum int64
			} `json:"agentEvent"`
			Token string
		}{}
	}
	return &struct {
		Events []struct {
			EventID, InteractionType, CallEventType, EventType, SessionID, CallDirection string
			CampaignType, Timestamp, Start, End, LVResult                                string

			ServiceID, CallCenterID, CampaignTypeID, TransactionID any

			Duration, RoundedIVRDuration, TransferHoldDuration, ServiceLevelThreshold float64
			OperatorTransfer, OperatorTransferSuccessful                              int
		}
		Token string
	}{}
}

// RoundTrip implements http.RoundTripper.
func (v *recording) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := &http.Response{StatusCode: http.StatusOK, Header: v.header.Clone(), Request: r}
	switch {
	case strings.HasSuffix(r.URL.Path, "/sse"):
		resp.Header.Set("Content-Type", "text/event-stream")
		resp.Body = io.NopCloser(bytes.NewReader(v.stream))
		v.next = len(v.pages)
	case strings.HasSuffix(r.URL.Path, "/feed") && v.next < 0:
		resp.Body = io.NopCloser(bytes.NewReader(v.first))
		v.next++
	case strings.HasSuffix(r.URL.Path, "/feed"):
		resp.Body = io.NopCloser(bytes.NewReader(v.pages[v.next]))
		v.next++
	default:
		return v.Simulator.RoundTrip(r)
	}
	return resp, nil
}
