package promises

import (
	"fmt"
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
	cases := badAnswers()
	worlds := min(sized(len(cases), 8), len(cases)) // an exporter of its own for each case with PROMISES=long
	for w := range worlds {
		t.Run(cases[w].name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 6, Agents: 24, Late: -1})
				time.Sleep(16 * time.Hour) // noon in New York
				play(t, s, "queue_flood")  // so that calls are on hold
				play(t, s, "frozen")
				bounded := strings.Replace(generous, "}", ", max_response_bytes: 1MiB}", 1)
				x := run(t, both(s), "", accounts(shop("shop", shopHost, s, bounded, slowSources("shop")), shop("view", shopHost, s, bounded, slowSources("view")), dialer("dialer", dialerHost, s, bounded, slowSources("dialer"))))
				time.Sleep(11 * time.Minute)
				for i := w; i < len(cases) && !t.Failed(); i += worlds {
					if i > w { // so that status_changes still has records that are not too old
						play(t, s, "normal")
						time.Sleep(time.Minute)
						play(t, s, "queue_flood")
						play(t, s, "frozen")
						time.Sleep(11 * time.Minute)
					}
					x.spoilEach(s, i, cases[i])
				}
			})
		})
	}
}

// spoilEach puts a fault on the sources: with PROMISES=long on one of a vendor after the
// other, else on every fifth, from the i-th on, at once.
func (x *exporter) spoilEach(s *simulator.Simulator, i int, c badAnswer) {
	x.t.Helper()
	var spoilt []asked
	for j, p := range everySource() {
		if (i+j)%sized(1, 5) == 0 || raced {
			spoilt = append(spoilt, p)
		}
	}
	spoilt = slices.DeleteFunc(spoilt, c.spares)
	rounds := [][]asked{spoilt}
	if sized(1, 0) == 1 {
		rounds = pairs(spoilt)
	}
	for _, together := range rounds {
		x.spoil(s, together, c.fault, c.badInput)
	}
	if x.t.Failed() {
		x.t.Logf("by %s", c.name)
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
func pairs(sources []asked) [][]asked {
	var out [][]asked
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

// spoil puts a fault on sources until they have asked again, looks at its outcome, and
// compares everything else with what it was: the centre stands still.
func (x *exporter) spoil(s *simulator.Simulator, sources []asked, f simulator.Fault, want badInput) {
	x.t.Helper()
	before, owners, spoilt := map[string]sheet{}, map[string]map[string]string{}, map[string][]string{}
	for _, p := range sources {
		before[p.account], owners[p.account] = x.shown(p.account), x.owners(p.account)
		spoilt[p.account] = append(spoilt[p.account], p.source)
		f.Endpoint = p.source
		mustFault(x.t, s, f)
	}
	time.Sleep(5*time.Minute + 10*time.Second) // every source has asked at least once
	for account, names := range spoilt {
		after := x.shown(account)
		for _, source := range names {
			want.check(x.t, source, before[account], after)
		}
		for k, v := range changed(before[account], after) {
			name, _, _ := strings.Cut(k, "{")
			// Their own gauges have been hidden by max_age.
			if owner := owners[account][name]; !slices.Contains(names, owner) || !want.changes && want.class == "" {
				x.t.Errorf("%v: %s of %s changed %s", names, k, owner, v)
			}
		}
	}
	s.ClearFaults()
	time.Sleep(want.backOff())
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
