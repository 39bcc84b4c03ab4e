package promises

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// badInput is what comes of a bad answer.
type badInput struct {
	class   string // of the error; "" for none
	skipped bool   // records are skipped and counted
	unknown bool   // values are unknown and counted
	// malformed values may be counted as well, where the records have single values.
	malformed bool
	changes   bool // what the source shows may change: a record of it is another one
}

// backOff is after how long a source asks again at the latest.
func (want badInput) backOff() time.Duration {
	switch want.class {
	case "forbidden":
		return 32 * time.Minute
	case "rate_limited":
		return 16 * time.Minute
	}
	return 5*time.Minute + 10*time.Second
}

// badAnswer is a way to answer badly.
type badAnswer struct {
	name  string
	fault simulator.Fault
	badInput
}

func badAnswers() []badAnswer {
	all := []badAnswer{
		{name: "half of the JSON", fault: simulator.Fault{Kind: "short_json"}, badInput: badInput{class: "truncated"}},
		{name: "a body shorter than announced", fault: simulator.Fault{Kind: "truncated"}, badInput: badInput{class: "truncated"}},
		{name: "a body that breaks off", fault: simulator.Fault{Kind: "cut"}, badInput: badInput{class: "truncated"}},
		{name: "no JSON", fault: simulator.Fault{Kind: "garbage"}, badInput: badInput{class: "schema"}},
		{name: "text behind the JSON", fault: simulator.Fault{Kind: "garbage", Body: "{}{}"}, badInput: badInput{class: "schema"}},
		{name: "a list for an object", fault: simulator.Fault{Kind: "garbage", Body: "[]"}, badInput: badInput{class: "schema"}},
		{name: "an HTML page with status 200", fault: simulator.Fault{Kind: "html"}, badInput: badInput{class: "schema"}},
		{name: "no body", fault: simulator.Fault{Kind: "empty"}, badInput: badInput{class: "schema"}},
		{name: "a body without end", fault: simulator.Fault{Kind: "huge_body", Size: 3 << 20}, badInput: badInput{class: "too_large"}},
		{name: "a teapot", fault: simulator.Fault{Kind: "status", Status: 418}, badInput: badInput{class: "client_error"}},
		{name: "a role is missing", fault: simulator.Fault{Kind: "status", Status: 403}, badInput: badInput{class: "forbidden"}},
		{name: "a broken vendor", fault: simulator.Fault{Kind: "status", Status: 500}, badInput: badInput{class: "vendor_error"}},
		{name: "too many requests", fault: simulator.Fault{Kind: "status", Status: 429, RetryAfter: "600"}, badInput: badInput{class: "rate_limited"}},
		{name: "unknown fields", fault: simulator.Fault{Kind: "unknown_field"}},
		{name: "numbers as text", fault: simulator.Fault{Kind: "string_numbers"}},
		{name: "the text null", fault: simulator.Fault{Kind: "null_text"}, badInput: badInput{changes: true}},
		{name: "a record twice", fault: simulator.Fault{Kind: "duplicate_rows"}, badInput: badInput{changes: true}},
		{name: "a record of the wrong type", fault: simulator.Fault{Kind: "bad_record", How: "wrong_type"}, badInput: badInput{skipped: true, malformed: true, changes: true}},
		{name: "a record without id", fault: simulator.Fault{Kind: "bad_record", How: "missing_id"}, badInput: badInput{skipped: true, changes: true}},
		{name: "null for a record", fault: simulator.Fault{Kind: "bad_record", How: "null"}, badInput: badInput{skipped: true, changes: true}},
		{name: "text for a record", fault: simulator.Fault{Kind: "bad_record", How: "text"}, badInput: badInput{skipped: true, changes: true}},
		{name: "an unknown state", fault: simulator.Fault{Kind: "unknown_state"}, badInput: badInput{unknown: true, changes: true}},
	}
	if raced { // the same goroutines in all of them
		all = slices.DeleteFunc(all, func(c badAnswer) bool { return c.name != "a body that breaks off" && c.name != "null for a record" })
	}
	return all
}

func TestBadAnswersOfAnySource(t *testing.T) {
	t.Parallel()
	// An exporter of its own for each case with PROMISES=long, else two cases at a time.
	rounds := slices.Collect(slices.Chunk(badAnswers(), sized(1, 2)))
	worlds := min(sized(len(rounds), 4), len(rounds))
	for w := range worlds {
		t.Run(rounds[w][0].name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(16 * time.Hour) // noon in New York
				s := simulator.New(simulator.Options{Seed: 6, Agents: 24, Late: -1})
				play(t, s, "queue_flood") // so that calls are on hold
				play(t, s, "frozen")
				bounded := strings.Replace(generous, "}", ", max_response_bytes: 1MiB}", 1)
				x := run(t, both(s), "", accounts(shop("shop", shopHost, s, bounded, slowSources("shop")), shop("view", shopHost, s, bounded, slowSources("view")), dialer("dialer", dialerHost, s, bounded, "dialing_hours: [mon-sun 00:00-24:00]", slowSources("dialer"))))
				time.Sleep(11 * time.Minute)
				for i := w; i < len(rounds) && !t.Failed(); i += worlds {
					if i > w { // so that status_changes still has records that are not too old
						play(t, s, "normal")
						time.Sleep(time.Minute)
						play(t, s, "queue_flood")
						play(t, s, "frozen")
						time.Sleep(11 * time.Minute)
					}
					x.spoilEach(s, i, rounds[i])
				}
			})
		})
	}
}

// spoilt is a source with the bad answer that it gets.
type spoilt struct {
	asked
	badAnswer
}

// spoilEach puts faults on the sources: with PROMISES=long the only one of the cases on one
// source of a vendor after the other, else each case on every fifth, from another one on,
// at once.
func (x *exporter) spoilEach(s *simulator.Simulator, round int, cases []badAnswer) {
	x.t.Helper()
	var all []spoilt
	for j, p := range everySource() {
		i := (round + j) % sized(1, 5)
		if raced && i >= len(cases) { // every source has a case
			i = 0
		}
		if i < len(cases) && !cases[i].spares(p) {
			all = append(all, spoilt{p, cases[i]})
		}
	}
	rounds := [][]spoilt{all}
	if sized(1, 0) == 1 {
		rounds = pairs(all)
	}
	for _, together := range rounds {
		x.spoil(s, together)
	}
	if x.t.Failed() {
		for _, c := range cases {
			x.t.Logf("by %s", c.name)
		}
	}
}

// spares says whether a source has no record that the fault could spoil.
func (c badAnswer) spares(p asked) bool {
	if p.source == "agent_averages" { // its records have no id
		return c.fault.How == "wrong_type" || c.fault.How == "missing_id"
	}
	return p.feed && c.changes // none while the centre stands still: see TestFaultsOfFeeds
}

// pairs puts sources of different vendors together, which can fail at the same time.
func pairs(sources []spoilt) [][]spoilt {
	var out [][]spoilt
	next := map[bool]int{} // by vendor: its next place
	for _, p := range sources {
		vendor := p.account == "dialer"
		if next[vendor] == len(out) {
			out = append(out, nil)
		}
		out[next[vendor]] = append(out[next[vendor]], p)
		next[vendor]++
	}
	return out
}

// spoil puts faults on sources until they have asked again, looks at the outcome, and
// compares everything else with what it was: the centre stands still.
func (x *exporter) spoil(s *simulator.Simulator, sources []spoilt) {
	x.t.Helper()
	before, owners, at := map[string]sheet{}, map[string]map[string]string{}, map[string]map[string]badInput{}
	var back time.Duration
	for _, p := range sources {
		if at[p.account] == nil {
			before[p.account], owners[p.account], at[p.account] = x.shown(p.account), x.owners(p.account), map[string]badInput{}
		}
		at[p.account][p.source], back = p.badInput, max(back, p.backOff())
		f := p.fault
		f.Endpoint = p.source
		mustFault(x.t, s, f)
	}
	time.Sleep(5*time.Minute + 10*time.Second) // every source has asked at least once
	for account, wanted := range at {
		after := x.shown(account)
		for source, want := range wanted {
			want.check(x.t, source, before[account], after)
		}
		for k, v := range changed(before[account], after) {
			name, _, _ := strings.Cut(k, "{")
			// Their own gauges have been hidden by max_age.
			owner := owners[account][name]
			if want, found := wanted[owner]; !found || !want.changes && want.class == "" {
				x.t.Errorf("%v: %s of %s changed %s", slices.Sorted(maps.Keys(wanted)), k, owner, v)
			}
		}
	}
	s.ClearFaults()
	time.Sleep(back)
	for _, p := range sources {
		if up := x.shown(p.account).value(x.t, "contactcenter_source_up", "source", p.source); up != 1 {
			x.t.Errorf("%s does not recover", p.source)
		}
	}
}

func (want badInput) check(t testing.TB, source string, before, after sheet) {
	t.Helper()
	grown := func(name string, labels ...string) float64 {
		k := append([]string{"source", source}, labels...)
		return after.value(t, name, k...) - before.value(t, name, k...)
	}
	if up := after.value(t, "contactcenter_source_up", "source", source); (up == 1) != (want.class == "") {
		t.Errorf(source+": up is %v", up)
	}
	for k, v := range after.errors(source) {
		if want.class == "" && v > before[k] || want.class != "" && v > before[k] && !strings.Contains(k, fmt.Sprintf("class=%q", want.class)) {
			t.Errorf(source+": %s grew to %v, want class %q", k, v, want.class)
		}
	}
	if want.class != "" && grown("contactcenter_source_fetch_errors_total", "class", want.class) == 0 {
		t.Errorf(source+": no error of class %s", want.class)
	}
	if n := grown("contactcenter_source_records_skipped_total"); (n > 0) != want.skipped {
		t.Errorf(source+": %v records were skipped", n)
	}
	n := grown("contactcenter_source_unknown_values_total")
	if n > 0 && !want.unknown && !want.malformed || n == 0 && want.unknown && hasStates(source) {
		t.Errorf(source+": %v values are unknown", n)
	}
}

// hasStates says whether the record in the middle of a source's answer has a
// state or another value of a list that is known.
func hasStates(source string) bool {
	switch source {
	case "agent_status", "agent_view", "agent_activity", "service_stats", "agents_status":
		return true
	}
	return false
}
