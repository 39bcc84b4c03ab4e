package crash

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// network is the way to a vendor, as long as there is one.
type network struct {
	vendor http.RoundTripper

	mu   sync.Mutex
	ctx  context.Context // of all that is under way
	down context.CancelCauseFunc
}

var errNoRoute = errors.New("no route to host")

// up lets everything through from now on.
func (n *network) up() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ctx, n.down = context.WithCancelCause(context.Background())
}

// RoundTrip implements http.RoundTripper. What is under way breaks off when the
// network does.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	way := n.ctx
	n.mu.Unlock()
	if way.Err() != nil {
		return nil, errNoRoute
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(way, func() { cancel(errNoRoute) })
	resp, err := n.vendor.RoundTrip(r.WithContext(ctx))
	if err != nil {
		stop()
	}
	return resp, err
}

// TestPartition takes the network away for a time, in a centre at work and with
// bursts of events. What the vendor keeps is counted once without a
// gap; what it doesn't keep is one gap for each feed.
func TestPartition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, mode string
		away       time.Duration
		gaps       float64
	}{
		{"10 seconds, sse", "sse", 10 * time.Second, 0},
		{"10 minutes, poll", "poll", 10 * time.Minute, 0},
		{"3 hours, sse", "sse", 3 * time.Hour, 0},
		{"23 hours, poll", "poll", 23 * time.Hour, 0},
		{"23 hours, sse", "sse", 23 * time.Hour, 0},
		{"25 hours, poll", "poll", 25 * time.Hour, 1},
		{"25 hours, sse", "sse", 25 * time.Hour, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.away > time.Minute && c.away < 23*time.Hour {
				long(t)
			}
			synctest.Test(t, func(t *testing.T) { testPartition(t, c.mode, c.away, c.gaps) })
		})
	}
}

func testPartition(t *testing.T, mode string, away time.Duration, gaps float64) {
	v := &vendor{Simulator: simulator.New(simulator.Options{Seed: 7, Frozen: true, Agents: 4})}
	way := &network{vendor: v.Simulator}
	way.up()
	dir := t.TempDir()
	h := newHistory()
	_, stop := engine(t, dir, v, mode, way)
	time.Sleep(time.Minute)
	check(t, v.Play(simulator.Scene{Scene: "normal"}))
	time.Sleep(10 * time.Minute)
	v.burst(t, "agent_events", 700)
	v.burst(t, "interaction_events", 700)
	time.Sleep(10 * time.Minute)

	way.down(errNoRoute)
	for range 10 {
		time.Sleep(away / 10)
		v.burst(t, "agent_events", 1700)
		v.burst(t, "interaction_events", 1700)
	}
	check(t, v.Play(simulator.Scene{Scene: "frozen"}))
	way.up()
	time.Sleep(2 * time.Minute) // an outage that has ended is over two minutes later
	stop()
	m, stop := engine(t, dir, v, mode, way)
	defer stop()
	time.Sleep(time.Minute)

	h.take(m.Gather())
	want := truth(v)
	want[agentGaps], want[interactionGaps] = gaps, gaps
	if gaps == 0 {
		for _, wrong := range difference(h, want) {
			t.Error(wrong)
		}
		return
	}
	for _, source := range []string{"agent_events", "interaction_events"} {
		if got := h.counter("contactcenter_feed_gaps_total{source=" + source + "}"); got != gaps {
			t.Errorf("%v gaps of %s, want %v", got, source, gaps)
		}
		if got := h.counter("contactcenter_feed_gap_seconds_total{source=" + source + "}"); got < away.Seconds()-60 || got > away.Seconds()+600 {
			// It begins at the last event of the stream, which may be minutes older.
			t.Errorf("the gap of %s is %v s, want %v", source, got, away.Seconds())
		}
		if got := h.counter("contactcenter_feed_events_total{source=" + source + "}"); got == 0 || got >= want["contactcenter_feed_events_total{source="+source+"}"]-17000 {
			t.Errorf("%v events of %s, want those from before", got, source)
		}
	}
}

// engine asks a vendor in this process until stop is called.
func engine(t *testing.T, dir string, v *vendor, mode string, way http.RoundTripper) (m *scrape.Manager, stop func()) {
	store := must[*state.Store](t)(state.Open(dir, state.Options{}))
	m = scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: way})
	file := strings.Replace(v.accounts("http://127.0.0.1:1", mode), "service_stats: {interval: 1s}", "service_stats: {enabled: false}", 1)
	check(t, m.Apply(must[*config.Config](t)(config.Parse("test", []byte(file), vendortest.Configs()))))
	return m, func() {
		check(t, errors.Join(m.Stop(), store.Close()))
	}
}
