package promises

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestFaultsOfRecords(t *testing.T) { perform(t, recordFaults()) }

// recordFaults are what JSON and its records can do wrong.
func recordFaults() []stagedFault {
	rows := append(documentFaults(), valueFaults()...)
	return append(rows, spoiltRecords()...)
}

// pathOf is how the path of an endpoint ends.
func pathOf(endpoint string) string {
	return map[string]string{
		"agent_status": "/agent-view/status", "status_changes": "/status-changes", "service_stats": "/service/stats",
		"agents_status": "/agents/status", "agent_stats": "/agent/stats/ex", "interaction_events": "/event/feed", "login": "/session/login", "token": "/app/token",
	}[endpoint]
}

func documentFaults() []stagedFault {
	row := func(id, injected, class, at string, wire func(http.RoundTripper) http.RoundTripper) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class)}, at: at, wire: wire}
	}
	body := func(at, text string) func(http.RoundTripper) http.RoundTripper {
		return answering(at, func(r *http.Response) { r.Body = io.NopCloser(strings.NewReader(text)) })
	}
	deep := strings.Repeat("[", 100_000)
	return []stagedFault{
		row("J04a", "a list where an object belongs", "schema", "agents_status", body("agents_status", "[]")),
		row("J04b", "a number where an object belongs", "schema", "agent_status", body("agent_status", "7\n")),
		row("J04c", "true where an object belongs", "schema", "service_stats", body("service_stats", "true")),
		row("J04d", "a text where the list belongs", "schema", "service_stats", field("service_stats", "stats", "none")),
		row("J04e", "a number where the list belongs", "schema", "agent_status", field("agent_status", "agentStatusRecords", 5)),
		row("J10a", "bytes that are no text", "schema", "agents_status", body("agents_status", "\x00\xff\xfe")),
		row("J10b", "a second document behind the first", "schema", "agent_status", body("agent_status", "{}{}")),
		row("J12a", "a hundred thousand lists within each other", "schema", "agents_status", body("agents_status", deep)),
		row("J12b", "a hundred thousand objects within each other", "schema", "agent_status", body("agent_status", strings.Repeat(`{"a":`, 100_000))),
		row("J12c", "a hundred thousand lists in a field that is not read", "schema", "service_stats", body("service_stats", `{"stats":[],"x":`+deep)),
		row("J12d", "a list of more records than max_response_bytes", "too_large", "agents_status", body("agents_status", `{"agentDetails":[`+strings.Repeat("{},", 1<<20))),
		row("J12e", "a text longer than max_response_bytes", "too_large", "service_stats", body("service_stats", `{"stats":"`+strings.Repeat("x", 2<<20))),
		row("J12f", "a number of a million digits", "too_large", "agent_stats", body("agent_stats", `{"x":`+strings.Repeat("9", 2<<20))),
		row("J13", "a gap between two pages: the second fails", "vendor_error", "agent_status", laterPages(http.StatusInternalServerError)),
	}
}

// field gives a field of the answer's object another value.
func field(endpoint, name string, value any) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return altered(next, pathOf(endpoint), func(_ *http.Request, top map[string]any) { top[name] = value })
	}
}

// laterPages says that there are more pages, and answers them with a status.
func laterPages(status int) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		first := altered(next, pathOf("agent_status"), func(_ *http.Request, top map[string]any) {
			if m, ok := top["_metadata"].(map[string]any); ok {
				m["count"] = json.Number("100000")
			}
			rows, _ := top["agentStatusRecords"].([]any)
			for i := 0; len(rows) > 0 && len(rows) < 1000; i++ {
				rows = append(rows, rows[i])
			}
			top["agentStatusRecords"] = rows
		})
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if offset := r.URL.Query().Get("offset"); strings.HasSuffix(r.URL.Path, pathOf("agent_status")) && offset != "" && offset != "0" {
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(&bytes.Buffer{}), Request: r}, nil
			}
			return first.RoundTrip(r)
		})
	}
}

// records changes every record of an endpoint's answer.
func records(endpoint string, change func(i int, record map[string]any)) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return altered(next, pathOf(endpoint), func(_ *http.Request, top map[string]any) {
			for _, v := range top {
				rows, _ := v.([]any)
				for i, row := range rows {
					if r, ok := row.(map[string]any); ok {
						change(i, r)
					}
				}
			}
		})
	}
}

// set gives a field of every record that has it another value.
func set(endpoint, name string, value any) func(http.RoundTripper) http.RoundTripper {
	return records(endpoint, func(_ int, r map[string]any) {
		if _, has := r[name]; has {
			r[name] = value
		}
	})
}

// absent is the check that a metric isn't shown for a value that is none.
func absent(metrics ...string) func(*stage) {
	return func(st *stage) {
		shown := st.shown(st.account())
		for _, name := range metrics {
			for k, v := range shown.of(name) {
				st.t.Errorf("%s = %v is shown", k, v)
			}
		}
	}
}

func valueFaults() []stagedFault {
	row := func(id, injected, holds, at string, wire func(http.RoundTripper) http.RoundTripper, check func(*stage)) stagedFault {
		renamed := strings.HasPrefix(injected, "a name") || id == "J07" // a counter of another name is another one
		return stagedFault{fault: fault{id: id, injected: injected, holds: holds}, at: at, wire: wire, check: check, loses: renamed}
	}
	const longest, calls = "livevox_service_longest_call_in_queue_seconds", "livevox_service_calls_in_progress"
	return []stagedFault{
		row("J01a", "a number of 400 digits", "no series for it", "service_stats", set("service_stats", "cip", json.Number("1"+strings.Repeat("0", 400))), absent(calls)),
		row("J01b", "the text NaN for a number", "no series for it", "service_stats", set("service_stats", "cip", "NaN"), absent(calls)),
		row("J01c", "the text Infinity for a number", "no series for it", "service_stats", set("service_stats", "cip", "Infinity"), absent(calls)),
		row("J01d", "a number as text with blanks", "read as the number", "service_stats", set("service_stats", "cip", " 4 "), shows(calls, 4)),
		row("J01e", "an integer as 1.5", "read as it is", "service_stats", set("service_stats", "cip", json.Number("1.5")), shows(calls, 1.5)),
		row("J01f", "a number above 2^63", "read as it is", "service_stats", set("service_stats", "cip", json.Number("9223372036854775808")), shows(calls, 1<<63)),
		row("J01g", "minus zero", "zero", "service_stats", set("service_stats", "cip", json.Number("-0")), shows(calls, 0)),
		row("J02a", "null for a number", "no series for it, not zero", "service_stats", set("service_stats", "cip", nil), absent(calls)),
		row("J02b", "the text null for a number", "no series for it, not zero", "service_stats", set("service_stats", "cip", "null"), absent(calls)),
		row("J02c", "a field that is missing", "no series for it, not zero", "service_stats", records("service_stats", func(_ int, r map[string]any) { delete(r, "cip") }), absent(calls)),
		row("J03", "-1 for a figure that the vendor doesn't know", "no series for it", "service_stats", set("service_stats", "longestCallInQueue", json.Number("-1")), absent(longest)),
		row("J05a", "unknown fields", "taken without them", "agents_status", records("agents_status", func(_ int, r map[string]any) { r["newField"] = []any{1, "two"} }), nil),
		row("J07", "every service has the same name", "told apart by id", "service_stats", set("service_stats", "serviceName", "one name"), nil),
		row("J08a", "a name with bytes that are no UTF-8, a zero and a line break", "the page stays valid in every format", "service_stats", set("service_stats", "serviceName", "a\xff\xfe\x00\nb\u202e\\\""), nil),
		row("J08b", "a name of half a megabyte", "the page stays small", "service_stats", set("service_stats", "serviceName", strings.Repeat("long", 1<<15)), smallPage),
		row("J09", "a name that looks like a sample", "it is a name", "service_stats", set("service_stats", "serviceName", "\"} evil_metric 1\n# EOF"), absent("evil_metric")),
	}
}

// shows is the check that every series of a metric has a value.
func shows(name string, want float64) func(*stage) {
	return func(st *stage) {
		all := st.shown(st.account()).of(name)
		if len(all) == 0 {
			st.t.Errorf("%s is not shown", name)
		}
		for k, v := range all {
			if v != want {
				st.t.Errorf("%s = %v, want %v", k, v, want)
			}
		}
	}
}

// smallPage is the check that no label is longer than it may be.
func smallPage(st *stage) {
	if n := st.scrape(acceptText).Body.Len(); n > 1<<20 {
		st.t.Errorf("the page has %d bytes", n)
	}
}

// spoiltRecords are single records that can't be used.
func spoiltRecords() []stagedFault {
	row := func(id, injected, holds, at string, f simulator.Fault, check func(*stage)) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, holds: holds}, at: at, Fault: f, check: check, loses: check != nil}
	}
	skipped := func(st *stage) {
		if v := st.shown(st.account()).value(st.t, "contactcenter_source_records_skipped_total", "source", st.row.at); v == 0 {
			st.t.Error("no record is skipped")
		}
	}
	unknown := func(st *stage) {
		if v := st.shown(st.account()).value(st.t, "contactcenter_source_unknown_values_total", "source", st.row.at); v == 0 {
			st.t.Error("no value is unknown")
		}
	}
	bad := func(how string) simulator.Fault { return simulator.Fault{Kind: "bad_record", How: how} }
	return []stagedFault{
		row("J05b", "an unknown state", "shown as other, and counted", "agents_status", simulator.Fault{Kind: "unknown_state"}, unknown),
		row("J13a", "a record of the wrong type", "it alone is skipped, and counted", "agent_status", bad("wrong_type"), skipped),
		row("J13b", "a record without id", "it alone is skipped, and counted", "agents_status", bad("missing_id"), skipped),
		row("J13c", "null for a record", "it alone is skipped, and counted", "service_stats", bad("null"), skipped),
		row("J13d", "text for a record", "it alone is skipped, and counted", "agent_stats", bad("text"), skipped),
		row("J13e", "a status change that can't be read", "it alone is skipped, and counted", "status_changes", bad("wrong_type"), skipped),
		row("J18a", "a page that repeats the last record of the one before", "counted once", "agent_status", simulator.Fault{Kind: "duplicate_rows"}, nil),
		row("J18b", "a count that is that of the page", "all pages are read", "agent_status", simulator.Fault{Kind: "page_count"}, nil),
		row("J01h", "every number as text", "read as numbers", "agents_status", simulator.Fault{Kind: "string_numbers"}, nil),
		row("J02d", "optional texts as the text null", "no label for them", "agents_status", simulator.Fault{Kind: "null_text"}, nil),
		row("J17", "an answer that says that it is partial", "the whole one before stays until max_age", "agent_status", simulator.Fault{Kind: "partial_result"}, func(st *stage) {
			if v := st.shown("shop").value(st.t, "contactcenter_source_partial", "source", "agent_status"); v != 1 {
				st.t.Error("the answer isn't shown as partial")
			}
		}),
	}
}
