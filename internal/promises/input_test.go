package promises

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// asked is a source, by its endpoint at the simulator, with the account that has it.
type asked struct {
	account, source string
	feed            bool
	interval        time.Duration
}

// everySource returns the sources of all vendors but call_data, which asks for
// calls that it has not looked up: none while the centre stands still.
func everySource() []asked {
	var all []asked
	for _, v := range vendortest.Vendors() {
		account := map[string]string{"liveperson": "shop", "livevox": "dialer"}[v.Name]
		for _, s := range v.Sources {
			if s.Derived {
				continue // it asks nothing
			}
			switch s.Name {
			case "call_data":
			case "agent_view": // not together with agent_status
				all = append(all, asked{"view", s.Name, s.Feed, s.Interval})
			default:
				all = append(all, asked{account, s.Name, s.Feed, s.Interval})
			}
		}
	}
	return all
}

// slowly are intervals that keep the table quick: all are within the ten minutes
// for which a service is known that one source alone has shown.
const (
	slowShop   = "sources: {agent_status: {interval: 2m}, agent_activity: {}, status_changes: {interval: 5m}}"
	slowDialer = "sources: {service_stats: {interval: 2m}, agents_status: {interval: 2m}, agent_stats: {interval: 2m}, calls_on_hold: {interval: 2m}, campaign_stats: {interval: 2m}}"
)

// slowSources turns on every source of an account, as slowly.
func slowSources(account string) string {
	var lines []string
	if account == "view" {
		lines = []string{"agent_status: {enabled: false}", "status_changes: {enabled: false}"}
	}
	for _, p := range everySource() {
		switch {
		case p.account != account:
		case p.feed:
			lines = append(lines, p.source+": {}")
		default:
			lines = append(lines, fmt.Sprintf("%s: {interval: %.0fs}", p.source, min(max(p.interval, 2*time.Minute), 5*time.Minute).Seconds()))
		}
	}
	return "sources: {" + strings.Join(lines, ", ") + "}"
}

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

func TestBadAnswersOfAnySource(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		name  string
		fault simulator.Fault
		badInput
	}{
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
	} {
		t.Run(c.name, func(t *testing.T) {
			if raced && c.name != "a body that breaks off" && c.name != "null for a record" {
				t.Skip("the same goroutines")
			}
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 6, Agents: 24, Late: -1})
				time.Sleep(16 * time.Hour) // noon in New York
				play(t, s, "queue_flood")  // so that calls are on hold
				play(t, s, "frozen")
				bounded := strings.Replace(generous, "}", ", max_response_bytes: 1MiB}", 1)
				x := run(t, both(s), "", accounts(shop("shop", shopHost, s, bounded, slowSources("shop")), shop("view", shopHost, s, bounded, slowSources("view")), dialer("dialer", dialerHost, s, bounded, slowSources("dialer"))))
				time.Sleep(11 * time.Minute)
				for j, p := range everySource() {
					if (i+j)%sized(1, 5) != 0 && !raced {
						continue // with PROMISES=long
					}
					if p.feed && c.changes {
						continue // a feed has no record while the centre stands still: see TestFaultsOfFeeds
					}
					if p.source == "agent_averages" && (c.fault.How == "wrong_type" || c.fault.How == "missing_id") {
						continue // its records have no id that could be spoilt
					}
					x.spoil(s, p.account, p.source, c.fault, c.badInput)
				}
			})
		})
	}
}

// spoil puts a fault on one source until it has asked again, looks at its
// outcome, and compares everything else with what it was: the centre stands still.
func (x *exporter) spoil(s *simulator.Simulator, account, source string, f simulator.Fault, want badInput) {
	x.t.Helper()
	owner, before := x.owners(account), x.shown(account)
	f.Endpoint = source
	mustFault(x.t, s, f)
	time.Sleep(5*time.Minute + 10*time.Second) // every source has asked at least once
	after := x.shown(account)
	s.ClearFaults()
	want.check(x.t, source, before, after)
	for k, v := range changed(before, after) {
		name, _, _ := strings.Cut(k, "{")
		// Its own gauges have been hidden by max_age.
		if owner[name] != source || !want.changes && want.class == "" {
			x.t.Errorf("%s: %s of %s changed %s", source, k, owner[name], v)
		}
	}
	time.Sleep(want.backOff())
	if up := x.shown(account).value(x.t, "contactcenter_source_up", "source", source); up != 1 {
		x.t.Errorf("%s does not recover", source)
	}
}

// owners returns the source that shows each metric of an account.
func (x *exporter) owners(account string) map[string]string {
	out := map[string]string{}
	for _, b := range x.manager.Gather() {
		for _, s := range b.Samples {
			if b.Account == account {
				out[s.Desc.Name] = b.Source
			}
		}
	}
	return out
}

// changed returns the vendors' figures that are not what they were. Those that
// go on while nothing happens are left out.
func changed(before, after sheet) map[string]string {
	out := map[string]string{}
	for k, v := range before {
		name, _, _ := strings.Cut(k, "{")
		own := strings.HasPrefix(name, "contactcenter_") && name != "contactcenter_agents" && name != "contactcenter_queue_waiting"
		moves := strings.Contains(name, "settled_timestamp") || strings.Contains(name, "_window_") || strings.HasSuffix(name, "_window") ||
			name == "livevox_agents_updated_timestamp_seconds" || name == "liveperson_skill_queue_updated_timestamp_seconds" || name == "livevox_service_longest_call_in_queue_seconds" || name == "livevox_service_oldest_hold_timestamp_seconds" ||
			strings.HasPrefix(name, "liveperson_interval_") || strings.HasPrefix(name, "liveperson_segment") || strings.HasPrefix(name, "liveperson_handling_unit") || name == "liveperson_agent_segments_total" || strings.HasPrefix(name, "liveperson_agent_") && strings.HasSuffix(name, "_seconds_total") ||
			slices.Contains(queueCounters, name) || slices.Contains(agentViewCounters, name) // of the window in which it began
		if own || moves {
			continue
		}
		if now, ok := after[k]; !ok || now != v {
			out[k] = fmt.Sprintf("from %v to %v (shown %v)", v, now, ok)
		}
	}
	return out
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

func TestAnEmptyAnswerIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 7, Agents: 20})
		time.Sleep(16 * time.Hour)
		x := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous), dialer("dialer", dialerHost, s, generous)))
		time.Sleep(time.Minute)
		if len(x.shown("shop").of("liveperson_agent_info")) == 0 || len(x.shown("dialer").of("livevox_agent_info")) == 0 {
			t.Fatal("no agent is logged in to begin with")
		}
		play(t, s, "everybody_leaves")
		time.Sleep(2 * time.Hour) // contacts at hand are finished
		lp, lv := x.shown("shop"), x.shown("dialer")
		lp.healthy(t)
		lv.healthy(t)
		if n := len(lp.of("liveperson_agent_info")) + len(lv.of("livevox_agent_info")); n != 0 {
			t.Errorf("%d agents are shown who are gone", n)
		}
		if v := lv.of("contactcenter_agents").sum(); v != 0 {
			t.Errorf("%v agents, want 0", v)
		}
	})
}

func TestAnAgentOnTwoPagesIsOneAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 8, Agents: 60})
		time.Sleep(16 * time.Hour)
		play(t, s, "frozen")
		time.Sleep(11 * time.Minute) // who has lost the connection is shown for ten
		plain := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous)))
		time.Sleep(time.Minute)
		want := plain.shown("shop").of("liveperson_agents")
		mustFault(t, s, simulator.Fault{Kind: "duplicate_rows", Endpoint: "agent_status"})
		paged := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous, "sources: {agent_status: {page_size: 7}}")))
		time.Sleep(time.Minute)
		compare(t, "agents over pages of seven", paged.shown("shop").of("liveperson_agents"), want)
		if want.sum() < 15 {
			t.Errorf("only %v agents: not three pages", want.sum())
		}
	})
}

func TestThousandsOfAgentsOverThreePages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 9, Agents: 20})
		crowd := &crowd{agents: 2500}
		wire := hosts{shopHost: roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/agent-view/status") {
				return crowd.page(r)
			}
			return s.RoundTrip(r)
		})}
		x := run(t, wire, "", accounts(shop("shop", shopHost, s, generous, "sources: {status_changes: {enabled: false}}")))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if crowd.pages != 3 {
			t.Errorf("%d pages were asked for, want 3", crowd.pages)
		}
		got := x.shown("shop")
		got.healthy(t)
		if n := len(got.of("liveperson_agent_info")); n != 2500 {
			t.Errorf("%d agents, want 2500", n)
		}
		if n := got.of("contactcenter_agents").sum(); n != 2500 {
			t.Errorf("%v agents in groups, want 2500", n)
		}
	})
}
