package promises

import (
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// liveFault is a fault below HTTP: it needs sockets, and so the real clock.
type liveFault struct {
	fault
	rig func(t *testing.T, l *live) rig
}

// rig is a vendor that a fault can be put into.
type rig struct {
	url   string
	lines []string // further lines of the account
	begin func()
	end   func()
}

// live is one exporter with an account for each fault and one that is well: all
// faults begin together.
type live struct {
	*exporter
	sim    *simulator.Simulator
	vendor *httptest.Server // that is well
	ca     *authority
	lines  *lines
	names  names
}

// wellAccount has no fault.
const wellAccount = "well"

// liveSources is one source that is asked every second.
const liveSources = "sources: {service_stats: {interval: 1s, max_age: 3s}, agents_status: {enabled: false}, agent_stats: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}"

// A fault that is no time-out has time, also on a machine that is busy.
func liveLimits(row fault) string {
	timeout := "30s"
	if row.class == "timeout" {
		timeout = "2s"
	}
	return "limits: {requests_per_second: 1000, burst: 1000, max_concurrent: 32, timeout: " + timeout + ", max_response_bytes: 1MiB}"
}

// liveFaults are the faults of connections: of TCP and HTTP, of certificates, names
// and proxies.
func liveFaults() []liveFault {
	return slices.Concat(connectionFaults(), certificateFaults(), nameFaults(), proxyFaults())
}

func liveIDs() []fault {
	var all []fault
	for _, r := range liveFaults() {
		all = append(all, r.fault)
	}
	return all
}

// All faults are put in force, each account is looked at, and they end.
func TestFaultsOfConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("takes real seconds")
	}
	t.Parallel()
	rows := liveFaults()
	l := &live{sim: simulator.New(simulator.Options{Seed: 23, Agents: 8, Services: 2, FeedsOff: true}), lines: &lines{}, ca: newAuthority(t)}
	l.vendor = httptest.NewServer(l.sim)
	t.Cleanup(l.vendor.Close)
	rigs := map[string]rig{}
	entries := []string{dialer(wellAccount, l.vendor.URL, l.sim, liveSources, liveLimits(fault{}))}
	for _, row := range rows {
		r := row.rig(t, l)
		rigs[row.id] = r
		entries = append(entries, dialer(row.id, r.url, l.sim, append(r.lines, liveSources, liveLimits(row.fault))...))
	}
	l.exporter = &exporter{t: t, log: l.lines, resolver: l.names.resolver(t), file: accounts(entries...)}
	l.start()
	t.Cleanup(l.stop)
	for _, row := range rows {
		l.until(t, row.id+" begins well", func() bool { return l.up(row.id) })
	}
	before := map[string]sheet{}
	for _, row := range rows {
		before[row.id] = l.shown(row.id)
		rigs[row.id].begin()
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) { l.judge(t, row, before[row.id]) })
	}
	for _, row := range rows {
		rigs[row.id].end()
	}
	for _, row := range rows {
		t.Run(row.id+" recovers", func(t *testing.T) { l.recover(t, row, before[row.id]) })
	}
	l.shown(wellAccount).healthy(t)
	for k := range l.lines.counts() {
		if strings.HasPrefix(k, wellAccount+" ") {
			t.Errorf("the account that is well logs %s", k)
		}
	}
}

const liveSource = "service_stats"

// judge waits for what the fault does.
func (l *live) judge(t *testing.T, row liveFault, before sheet) {
	fetches := id("contactcenter_source_fetches_total", "source", liveSource)
	var cut map[string]float64 // by the beginning of the fault: errors of a request that was under way
	if row.class == "" {
		l.until(t, "five fetches", func() bool { return l.shown(row.id)[fetches] >= before[fetches]+5 })
	} else {
		l.until(t, "an error of class "+string(row.class), func() bool {
			return l.shown(row.id)[id("contactcenter_source_fetch_errors_total", "source", liveSource, "class", string(row.class))] > 0
		})
		cut = l.shown(row.id).errors(liveSource)
		l.until(t, "the end of the gauges", func() bool { return len(l.shown(row.id).of("livevox_service_info")) == 0 })
	}
	now := l.shown(row.id)
	for k, v := range now.errors(liveSource) {
		if v > cut[k] && !strings.Contains(k, fmt.Sprintf("class=%q", row.class)) {
			t.Errorf("%s = %v, want class %q alone\n%s", k, v, row.class, l.lines.of(row.id))
		}
	}
	now.lastError(t, liveSource, string(row.class))
	text := textSeries(t, l.scrape(acceptText).Body.String())
	if len(text) == 0 || len(openMetricsSeries(t, l.scrape(acceptOpenMetrics).Body.String())) == 0 || len(protobufSeries(t, l.scrape(acceptProtobuf).Body)) == 0 {
		t.Error("a format has no series")
	}
}

// recover waits until all is well after the fault.
func (l *live) recover(t *testing.T, row liveFault, before sheet) {
	l.until(t, "recovery", func() bool { return l.up(row.id) })
	for _, fell := range l.shown(row.id).counters().fellFrom(before.counters()) {
		t.Errorf("a counter falls: %s", fell)
	}
	want := 1
	if row.class == "" {
		want = 0
	}
	if failed, again := l.lines.count(row.id, liveSource, "fetch failed"), l.lines.count(row.id, liveSource, "fetch succeeds again"); failed != want || again != want {
		t.Errorf("%d lines say that it fails and %d that it succeeds again, want %d each\n%s", failed, again, want, l.lines.of(row.id))
	}
}

func (l *live) up(account string) bool {
	return l.shown(account)[id("contactcenter_source_up", "source", "service_stats")] == 1
}

// until waits for something that will come; it gives up after a minute, which is
// no promise of the exporter but the end of the test.
func (l *live) until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s within a minute\n%s", what, l.lines)
		}
	}
}

// of returns the lines of an account.
func (l *lines) of(account string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, line := range l.all {
		if line["account"] == account {
			fmt.Fprintln(&b, maps.Clone(line))
		}
	}
	return b.String()
}

// gate is a listener in front of a vendor, which forwards connections or does
// something worse.
type gate struct {
	address, to string

	mu     sync.Mutex
	listen net.Listener
	behave func(net.Conn)             // nil: forwards
	open   map[net.Conn]*atomic.Int64 // since when it is idle, in nanoseconds
}

// newGate forwards to an address until its target is changed.
func newGate(t *testing.T, to string) *gate {
	t.Helper()
	g := &gate{address: "127.0.0.1:0", to: to, open: map[net.Conn]*atomic.Int64{}}
	if err := g.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.close)
	return g
}

func (g *gate) start() error {
	ln, err := net.Listen("tcp", g.address) //nolint:noctx // a test's listener
	if err != nil {
		return err
	}
	g.mu.Lock()
	g.listen, g.address = ln, ln.Addr().String()
	g.mu.Unlock()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go g.serve(c)
		}
	}()
	return nil
}

func (g *gate) serve(c net.Conn) {
	g.mu.Lock()
	behave := g.behave
	since := &atomic.Int64{}
	since.Store(busy())
	g.open[c] = since
	g.mu.Unlock()
	defer c.Close()
	if behave != nil {
		behave(c)
		return
	}
	d := net.Dialer{}
	to, err := d.Dial("tcp", g.to) //nolint:noctx // ends with the connection
	if err != nil {
		return
	}
	defer to.Close()
	go func() { _, _ = io.Copy(noted{to, since, busy}, c); to.Close() }()
	_, _ = io.Copy(noted{c, since, idle}, to)
}

// noted notes since when a connection is idle.
type noted struct {
	io.Writer
	since *atomic.Int64
	now   func() int64
}

func (n noted) Write(b []byte) (int, error) {
	n.since.Store(n.now())
	return n.Writer.Write(b)
}

// idle is now, after a part of an answer; busy is never, after one of a request.
func idle() int64 { return time.Now().UnixNano() }
func busy() int64 { return math.MaxInt64 }

// cutIdle ends the connections on which nothing has gone for a time.
func (g *gate) cutIdle(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c, since := range g.open {
		if time.Since(time.Unix(0, since.Load())) > d {
			c.Close()
			delete(g.open, c)
		}
	}
}

// turn changes what new connections meet.
func (g *gate) turn(behave func(net.Conn)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behave = behave
}

// set changes what new connections meet, and cuts the others.
func (g *gate) set(behave func(net.Conn)) {
	g.turn(behave)
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		c.Close()
		delete(g.open, c)
	}
}

func (g *gate) close() {
	g.set(nil)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.listen.Close()
}
