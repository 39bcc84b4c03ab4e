package promises

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestFaultsOfFeeds(t *testing.T) { perform(t, feedFaults()) }

// feedFaults are what goes wrong with the feed of interactions alone. Unless it
// says otherwise, each event is counted once: the twin's counters are the same.
func feedFaults() []stagedFault {
	row := func(id, injected, class string, f simulator.Fault) stagedFault {
		return stagedFault{fault: fault{id: id, injected: injected, class: api.Class(class), holds: "the cursor holds; every event is counted once"}, at: "interaction_events", Fault: f}
	}
	wired := func(id, injected, class string, wire func(http.RoundTripper) http.RoundTripper) stagedFault {
		r := row(id, injected, class, simulator.Fault{})
		r.wire = wire
		return r
	}
	gone := row("F25", "the feed is gone (404)", "client_error", says(http.StatusNotFound))
	gone.back, gone.holds = 61*time.Minute, "asked once an hour at most, then continues; every event is counted once"
	idle := wired("F03", "the same token and no event, at once, for ten minutes", "", idling)
	idle.lasts, idle.loses, idle.holds, idle.check = 10*time.Minute, false, "a request a second at most", atMost("interaction_events", 620)
	forbidden := row("F13", "the feed is forbidden for half an hour", "forbidden", says(http.StatusForbidden))
	forbidden.lasts, forbidden.back = 30*time.Minute, 31*time.Minute
	text := func(s string) func(http.RoundTripper) http.RoundTripper {
		return field("interaction_events", "token", s)
	}
	return []stagedFault{
		row("F02a", "500 of the feed", "vendor_error", says(500)),
		row("F02b", "429 of the feed", "rate_limited", says(429)),
		row("F02c", "401 of the feed, whatever the session", "auth", says(401)),
		row("F02d", "no answer of the feed", "timeout", simulator.Fault{Kind: "hang"}),
		row("F02e", "the feed breaks the connection off", "connect", simulator.Fault{Kind: "reset"}),
		row("F02f", "a page that breaks off", "truncated", simulator.Fault{Kind: "cut"}),
		row("F02g", "half of a page as if it were all", "truncated", simulator.Fault{Kind: "short_json"}),
		row("F02h", "no JSON", "schema", simulator.Fault{Kind: "garbage"}),
		row("F02i", "HTML instead of a page", "schema", simulator.Fault{Kind: "html"}),
		row("F02j", "no body", "schema", simulator.Fault{Kind: "empty"}),
		row("F02k", "null instead of a page", "schema", simulator.Fault{Kind: "null"}),
		row("F02l", "a page as a gzip bomb", "too_large", simulator.Fault{Kind: "gzip_bomb", Size: 32 << 20}),
		row("F02m", "a page without end", "too_large", simulator.Fault{Kind: "huge_body", Size: 32 << 20}),
		row("F02n", "a page at a byte a second", "timeout", simulator.Fault{Kind: "slow_body", Rate: 1}),
		idle,
		row("F04", "pages that begin with events that were delivered before", "", simulator.Fault{Kind: "repeat"}),
		row("F06a", "a page without a token", "schema", simulator.Fault{Kind: "token_missing"}),
		wired("F06b", "null for the token", "schema", field("interaction_events", "token", nil)),
		wired("F06c", "a token of half a megabyte", "schema", text(strings.Repeat("t", 1<<19))),
		wired("F06d", "a token with a line break", "schema", text("a\nb")),
		wired("F06e", "an object for the token", "schema", field("interaction_events", "token", map[string]any{"a": json.Number("1")})),
		wired("F07", "a text where the list of events belongs", "schema", field("interaction_events", "events", "none")),
		forbidden, gone,
	}
}

// idling answers the feed at once with the token of the question.
func idling(next http.RoundTripper) http.RoundTripper {
	return altered(next, pathOf("interaction_events"), func(r *http.Request, top map[string]any) {
		var asked struct {
			Token string `json:"token"`
		}
		if body, err := r.GetBody(); err == nil {
			_ = json.NewDecoder(body).Decode(&asked)
		}
		for k, v := range top {
			if _, list := v.([]any); list {
				top[k] = []any{}
			}
		}
		top["token"] = asked.Token
	})
}
