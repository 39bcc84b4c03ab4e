package livevox

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lookupProcess is a process with interaction_events and call_data. Their cursors and
// the events that were counted are kept from one process to the next.
type lookupProcess struct {
	t       *testing.T
	vendor  *lookupVendor
	sources map[string]collector.Collect
	cursors map[string]string
	counted map[string]bool // keys of events
	full    bool            // nothing is kept
}

// restart ends the process before, and starts another one.
func (p *lookupProcess) restart() {
	c := testClient(p.t, livevox.Filter{}, p.vendor.ServeHTTP)
	account := config.Account{Sources: map[string]config.Source{"call_data": {}, "interaction_events": {}}}
	setup := func(options any) collector.Setup {
		return collector.Setup{Env: collector.Env{Account: account}, Config: config.Source{Options: options}, Client: c}
	}
	p.sources = map[string]collector.Collect{
		"call_data":          callDataSource().Open(setup(&callDataOptions{MaxLookups: 30})),
		"interaction_events": interactionEventsSource().Open(setup(&interactionOptions{Mode: modePoll, Count: 1000})),
	}
}

// fetch collects from a source, and keeps what the engine would.
func (p *lookupProcess) fetch(source string) {
	p.t.Helper()
	r, err := p.sources[source](p.t.Context(), collector.Position{Now: time.Now(), Cursor: p.cursors[source]})
	if err != nil {
		p.t.Fatal(err)
	}
	if p.full {
		return
	}
	if r.Events.Cursor != "" {
		p.cursors[source] = r.Events.Cursor
	}
	for _, e := range r.Events.List {
		if sumOf(metric.Reading{Events: metric.Events{List: []metric.Event{e}}}, callsClosed) > 0 {
			p.counted[e.Key] = true
		}
	}
}

// lookupProcesses runs a test with processes whose vendor ends ten calls.
func lookupProcesses(t *testing.T, test func(*lookupProcess)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &lookupProcess{t: t, vendor: &lookupVendor{gone: map[string]bool{}}, cursors: map[string]string{}, counted: map[string]bool{}}
		p.restart()
		p.fetch("interaction_events") // the first token
		p.fetch("call_data")
		for n := range 10 {
			p.vendor.ended = append(p.vendor.ended, 10+n)
		}
		test(p)
		for range 3 {
			time.Sleep(time.Minute)
			p.fetch("interaction_events")
			p.fetch("call_data")
		}
		if len(p.counted) != 10 {
			t.Errorf("%d calls are counted, want 10", len(p.counted))
		}
		if token := p.cursors["interaction_events"]; token != "next" {
			t.Errorf("the cursor of the feed is %q in the end", token)
		}
		if kept := p.cursors["call_data"]; strings.Contains(kept, "calls") {
			t.Errorf("the cursor of call_data is %q in the end", kept)
		}
	})
}

// However a process ends between the event and the look-up, the call is counted.
func TestEndedCallsSurviveARestart(t *testing.T) {
	for promise, test := range map[string]func(*lookupProcess){
		"before call_data has them": func(p *lookupProcess) {
			p.fetch("interaction_events")
			p.restart()
		},
		"twice before call_data has them": func(p *lookupProcess) {
			p.fetch("interaction_events")
			p.restart()
			p.fetch("interaction_events")
			p.restart()
		},
		"while they wait for a term code": func(p *lookupProcess) {
			p.vendor.noTerm = true
			p.fetch("interaction_events")
			p.fetch("call_data")
			p.fetch("call_data") // now the feed needs to keep them no more
			p.fetch("interaction_events")
			p.vendor.noTerm = false
			p.restart()
		},
		"after a look-up that could not be stored": func(p *lookupProcess) {
			p.fetch("interaction_events")
			p.full = true
			p.fetch("call_data")
			p.full = false
			p.restart()
		},
		"no restart, but a look-up that could not be stored": func(p *lookupProcess) {
			p.fetch("interaction_events")
			p.full = true
			p.fetch("call_data")
			p.fetch("call_data")
			p.full = false
		},
	} {
		t.Run(promise, func(t *testing.T) { lookupProcesses(t, test) })
	}
}

// Only what waits is kept: a cursor of a feed without call_data is its token.
func TestEndedCallsAreKeptForCallDataOnly(t *testing.T) {
	lookupTest(t, 30, func(t *testing.T, v *lookupVendor, c *livevox.Client, _ func() (metric.Reading, error)) {
		v.ended = []int{10}
		source := interactionEventsSource().Open(collector.Setup{Config: config.Source{Options: &interactionOptions{Mode: modePoll}}, Client: c})
		r, err := source(t.Context(), collector.Position{Now: time.Now(), Cursor: "token\n[{\"s\":\"U1\",\"t\":\"1\"}]"})
		if err != nil || r.Events.Cursor != "next" {
			t.Errorf("cursor %q, %v", r.Events.Cursor, err)
		}
	})
}

func TestACursorThatCannotBeReadIsAnEmptyQueue(t *testing.T) {
	for _, cursor := range []string{"", "token", "{", "[]", `{"number":"x"}`} {
		if q := readQueue(cursor); len(q.Calls) != 0 {
			t.Errorf("%q: %+v", cursor, q)
		}
	}
}
