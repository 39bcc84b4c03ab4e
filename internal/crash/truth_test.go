package crash

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The counters of the feeds themselves.
const (
	agentEvents       = "contactcenter_feed_events_total{source=agent_events}"
	interactionEvents = "contactcenter_feed_events_total{source=interaction_events}"

	agentGaps             = "contactcenter_feed_gaps_total{source=agent_events}"
	interactionGaps       = "contactcenter_feed_gaps_total{source=interaction_events}"
	interactionDuplicates = "contactcenter_feed_duplicates_total{source=interaction_events}"
)

// truth returns what an exporter has to show that has followed both feeds from
// the beginning.
func truth(v *vendor) map[string]float64 {
	f := v.Truth().Feeds
	want := map[string]float64{
		agentEvents:       float64(f.AgentEventTotal),
		interactionEvents: float64(f.InteractionTotal),
		agentGaps:         0,
		interactionGaps:   0,
		// Those of the other feed come with the fault "repeat".
		interactionDuplicates: 0,
	}
	put := func(name string, counts map[string]int64, labels ...string) {
		for key, n := range counts {
			want[seriesOf(name, labels, strings.Split(key, "|"))] += float64(n)
		}
	}
	put("livevox_agent_events_total", f.AgentEvents, "service_id", "event", "line", "reason")
	put("livevox_interaction_events_total", f.Interactions, "service_id", "interaction", "event", "direction", "campaign_type")
	put("livevox_call_results_total", f.Results, "service_id", "result")
	put("livevox_calls_service_level_total", f.ServiceLevels, "service_id", "outcome")
	for name, sum := range map[string]map[string]int64{
		"livevox_call_duration_seconds": f.CallSeconds,
		"livevox_call_ivr_seconds":      f.IVRSeconds,
		"livevox_call_queue_seconds":    f.QueueSeconds,
	} {
		if name != "livevox_call_queue_seconds" { // of the calls that were queued, which the vendor doesn't count
			put(name+"_count", f.Calls, "service_id", "direction")
		}
		put(name+"_sum", sum, "service_id", "direction")
	}
	return want
}

// seriesOf returns the name of a series in the exporter's spelling.
func seriesOf(name string, labels, values []string) string {
	var out []string
	for i, label := range labels {
		out = append(out, label+"="+spelling(label, values[i]))
	}
	slices.Sort(out)
	return name + "{" + strings.Join(out, ",") + "}"
}

// spelling returns the exporter's word for the vendor's.
func spelling(label, value string) string {
	switch {
	case label == "result":
		return value
	case value == "":
		return "none"
	case value == "OB":
		return "outbound"
	case label == "reason" && !strings.Contains("BREAK LUNCH MEETING TRAINING TECH_DIFFICULTIES OTHER VOICE_MAIL", value):
		return "other"
	}
	return strings.ToLower(value)
}

// stateSeconds returns how long agents were in their states, from every event
// that an agent's next event has ended. It is worked out from the feed as the
// vendor gives it to a client that asks once, after everything.
func stateSeconds(t *testing.T, v *vendor, first string) map[string]float64 {
	t.Helper()
	byAgent := map[int][]agentEvent{}
	for token := first; ; {
		events, next := readFeed(t, v, token)
		for _, e := range events {
			if e.Line == "ACD" || e.Line == "" {
				byAgent[e.Agent] = append(byAgent[e.Agent], e)
			}
		}
		if token = next; len(events) < 1000 {
			break
		}
	}
	states := map[string]string{
		"LOGON": "logged_on", "READY": "ready", "NOT_READY": "not_ready", "IN_CALL": "in_call", "WRAP_UP": "wrap_up",
		"AGENT_HOLD": "hold", "AGENT_RESUMED": "in_call", "TRANSFERRING": "in_call", "DIALING": "in_call",
		"MANUAL_DIAL": "manual_dial", "PREVIEW_DIAL_OFFERED": "preview_dial",
		"RESERVED": "reserved", "REGISTERING": "registering", "LOGOFF": "",
	}
	want := map[string]float64{}
	for _, events := range byAgent {
		slices.SortFunc(events, func(a, b agentEvent) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Number, b.Number)) })
		for i, e := range events[:len(events)-1] {
			state, known := states[e.Kind]
			if !known {
				t.Errorf("the vendor has a kind of event that the test doesn't know: %s", e.Kind)
			}
			if ms := events[i+1].At - e.At; state != "" {
				campaign := spelling("campaign_type", e.Campaign)
				want[fmt.Sprintf("livevox_agent_event_state_seconds_total{campaign_type=%s,service_id=%d,state=%s}", campaign, e.Service, state)] += float64(ms) / 1000
			}
		}
	}
	return want
}

// agentEvent is what the test reads of an event.
type agentEvent struct {
	At      int64  `json:"timestamp"`
	Number  int    `json:"seqNum"`
	Agent   int    `json:"agentId"`
	Service int    `json:"agentServiceId"`
	Line    string `json:"lineNumber"`
	Kind    string `json:"eventType"`

	Campaign string `json:"campaignType"`
}

// readFeed asks for what comes after a token.
func readFeed(t *testing.T, v *vendor, token string) ([]agentEvent, string) {
	t.Helper()
	lv := v.LiveVox()
	var session struct{ SessionID string }
	ask(t, v, "/session/login", http.Header{"Lv-Access": {lv.AccessToken}},
		map[string]string{"clientName": lv.ClientName, "userName": lv.Username, "password": lv.Password}, &session)
	var page struct {
		Events []agentEvent `json:"agentEvent"`
		Token  string       `json:"token"`
	}
	ask(t, v, "/realtime/agentEvent/feed", http.Header{"Lv-Session": {session.SessionID}}, map[string]string{"token": token}, &page)
	return page.Events, page.Token
}

func ask(t *testing.T, v *vendor, path string, header http.Header, body, reply any) {
	t.Helper()
	req := must[*http.Request](t)(http.NewRequest(http.MethodPost, "http://vendor"+path, bytes.NewReader(must[[]byte](t)(json.Marshal(body)))))
	maps.Copy(req.Header, header)
	req.Header.Set("Content-Type", "application/json")
	resp := must[*http.Response](t)(v.RoundTrip(req))
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, resp.Status)
	}
	check(t, json.NewDecoder(resp.Body).Decode(reply))
}

// difference says in what a history differs from the truth: in the values, and
// in what increase() makes of the samples.
func difference(h *history, want map[string]float64) (out []string) {
	got := h.counters()
	for key, n := range want {
		s := got[key]
		if !near(s.value, n) {
			out = append(out, fmt.Sprintf("%s is %v, and %v happened", key, s.value, n))
		}
		if grown := s.first + s.increase; s.resets > 0 || !near(grown, n) {
			out = append(out, fmt.Sprintf("%s: increase() sees %v with %d resets, and %v happened", key, grown, s.resets, n))
		}
	}
	for key, s := range got {
		if _, ok := want[key]; !ok && s.value != 0 && known(key, want) {
			out = append(out, fmt.Sprintf("%s is %v, and nothing happened", key, s.value))
		}
	}
	slices.Sort(out)
	return out
}

// near allows for the rounding of sums of seconds.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(b)) }

// known reports whether the truth knows the metric of a series.
func known(key string, want map[string]float64) bool {
	name, _, _ := strings.Cut(key, "{")
	if strings.HasPrefix(name, "contactcenter_") {
		return false // the truth names each series that it knows
	}
	for k := range want {
		if n, _, _ := strings.Cut(k, "{"); n == name {
			return true
		}
	}
	return false
}
