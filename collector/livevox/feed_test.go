package livevox

import (
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

func TestFeedsHandOnTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a refused token is tried again after a while
		for _, source := range []collector.Source{agentEventsSource(), interactionEventsSource()} {
			c := testClient(t, livevox.Filter{}, func(w http.ResponseWriter, req *http.Request) {
				body, _ := io.ReadAll(req.Body)
				switch {
				case strings.HasSuffix(req.URL.Path, "/service/stats"):
					_, _ = io.WriteString(w, `{"stats":[{"serviceId":"9001"}]}`)
				case strings.Contains(string(body), `"old"`):
					w.WriteHeader(http.StatusBadRequest)
					_, _ = io.WriteString(w, `{"code":202,"message":"24 hours"}`)
				default:
					_, _ = io.WriteString(w, `{"agentEvent":[],"events":[],"token":"fresh"}`)
				}
			})
			if _, err := c.ServiceStats(t.Context()); err != nil {
				t.Fatal(err)
			}
			setup := collector.Setup{Client: c}
			if source.Options != nil {
				setup.Config.Options = source.Options()
			}
			collect := source.Open(setup)
			first, err := collect(t.Context(), collector.Position{Now: time.Now()})
			if err != nil || first.Events.Cursor != "fresh" || first.Events.Gap != 0 || len(first.Events.Zero) == 0 {
				t.Errorf("%s: first %+v, %v", source.Name, first, err)
			}
			if _, err := collect(t.Context(), collector.Position{Now: time.Now(), Cursor: "old"}); err != nil {
				t.Errorf("%s: %v; want the token to be asked for once more", source.Name, err)
			}
			again, err := collect(t.Context(), collector.Position{Now: time.Now(), Cursor: "old"})
			if err != nil || again.Events.Cursor != "fresh" || again.Events.Gap != 24*time.Hour || len(again.Events.Zero) != 0 {
				t.Errorf("%s: after a gap %+v, %v", source.Name, again, err)
			}
		}
	})
}

func TestEventOfAnotherServiceOnlyEndsAState(t *testing.T) {
	feed := livevox.Feed[livevox.AgentEvent]{Events: []livevox.AgentEvent{{
		EventID: "1", AgentID: "501", ServiceID: "7", Line: "ACD", Type: "READY", Timestamp: "1900000000000",
	}}}
	r := agentEventsReading(feed, agentEventKinds(), func(livevox.ID) bool { return false })
	if e := r.Events.List[0]; e.Subject != "501" || len(e.Add)+len(e.Begin) != 0 {
		t.Errorf("event %+v", e)
	}
}

func TestServiceLevel(t *testing.T) {
	number := func(v float64) api.Number { return api.Number{Value: v, Valid: true} }
	yes, no := api.Bool{Value: true, Valid: true}, api.Bool{Valid: true}
	for name, test := range map[string]struct {
		event livevox.InteractionEvent
		want  string
	}{
		"answered in time":      {livevox.InteractionEvent{OperatorTransfer: yes, OperatorTransferSuccessful: yes, HoldDuration: number(20), ServiceLevelThreshold: number(20)}, "answered_within"},
		"answered late":         {livevox.InteractionEvent{OperatorTransfer: yes, OperatorTransferSuccessful: yes, HoldDuration: number(21), ServiceLevelThreshold: number(20)}, "answered_after"},
		"abandoned in time":     {livevox.InteractionEvent{OperatorTransfer: yes, OperatorTransferSuccessful: no, HoldDuration: number(0), ServiceLevelThreshold: number(20)}, "abandoned_within"},
		"abandoned late":        {livevox.InteractionEvent{OperatorTransfer: yes, HoldDuration: number(21), ServiceLevelThreshold: number(20)}, "abandoned_after"},
		"never queued":          {livevox.InteractionEvent{OperatorTransfer: no, HoldDuration: number(0), ServiceLevelThreshold: number(20)}, ""},
		"without the threshold": {livevox.InteractionEvent{OperatorTransfer: yes, HoldDuration: number(0)}, ""},
		"without the time":      {livevox.InteractionEvent{OperatorTransfer: yes, ServiceLevelThreshold: number(20)}, ""},
		"with -1 for the time":  {livevox.InteractionEvent{OperatorTransfer: yes, HoldDuration: number(-1), ServiceLevelThreshold: number(20)}, ""},
	} {
		if got := serviceLevelOf(test.event); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestLegacyNamesAreHashed(t *testing.T) {
	hash := collector.NewIdentity(config.Hash, []byte("key"))
	for kind, want := range map[config.Identity]string{config.ID: hash("EXAMPLE", ""), config.Hash: hash("EXAMPLE", ""), config.Name: "EXAMPLE", config.None: ""} {
		env := collector.Env{Account: config.Account{Identity: kind}, Identity: collector.NewIdentity(kind, []byte("key")), Pseudonym: hash}
		if got := nameIdentity(env)("EXAMPLE", "EXAMPLE"); got != want {
			t.Errorf("identity %s shows %q, want %q", kind, got, want)
		}
	}
	if got := nameIdentity(collector.Env{Account: config.Account{Identity: config.ID}, Identity: byID})("EXAMPLE", "EXAMPLE"); got != "" {
		t.Errorf("without a key the name is %q", got)
	}
}

func TestStates(t *testing.T) {
	states := agentStateKinds()
	for name, test := range map[string]struct {
		id, text api.Text
		want     string
		known    bool
	}{
		"id before text":         {"2", "Pause", "ready", true},
		"text where no id is":    {"", "Not Ready", "not_ready", true},
		"text where id is new":   {"14", "WRAP_UP", "wrap_up", true},
		"a word of call control": {"", "INCALL", "in_call", true},
		"logged off":             {"0", "", loggedOff, true},
		"neither":                {"13", "Thinking", "other", false},
		"nothing":                {"", "", "other", false},
	} {
		got, known := stateOf(states, livevox.AgentStatus{StateID: test.id, State: test.text})
		if got.label != test.want || known != test.known {
			t.Errorf("%s: %s, %v; want %s, %v", name, got.label, known, test.want, test.known)
		}
	}
	for text, want := range map[string]string{"": "none", "Lunch": "lunch", "TECH_DIFFICULTIES": "tech_difficulties", "TechDiff": "tech_difficulties", "Voice Mail": "voice_mail", "OTHER": "other"} {
		if got, known := reasonOf(text); got != want || !known {
			t.Errorf("%q: %s, %v; want %s", text, got, known, want)
		}
	}
}

func TestSourcesHaveDescsForAllTheyFill(t *testing.T) {
	for _, s := range sources() {
		seen := map[*metric.Desc]bool{}
		for _, d := range s.Descs {
			if d == nil || seen[d] || d.Help == "" {
				t.Errorf("%s: a metric is missing, without help or there twice: %+v", s.Name, d)
			}
			seen[d] = true
		}
	}
}

// Agents are in the team and state of their newest event, whatever the order of delivery.
func TestAgentsByTeam(t *testing.T) {
	event := func(second int, agent, team livevox.ID, kind, line string) livevox.AgentEvent {
		return livevox.AgentEvent{AgentID: agent, TeamID: team, ServiceID: "9001", Type: api.Text(kind), Line: api.Text(line), Timestamp: api.Text(strconv.Itoa(1900000000 + second))}
	}
	teams, all := teamStates{}, func(livevox.ID) bool { return true }
	shown := func(since int) map[string]float64 {
		got := map[string]float64{}
		for _, s := range teams.samples(time.Unix(int64(1900000000+since), 0)) {
			if s.Value != 0 {
				got[strings.Join(s.Labels, " ")] = s.Value
			}
		}
		return got
	}
	teams.note([]livevox.AgentEvent{
		event(5, "1", "11", "WRAP_UP", "ACD"), event(4, "1", "11", "IN_CALL", "ACD"), event(6, "1", "11", "READY", "DIRECT"),
		event(4, "2", "11", "IN_CALL", "ACD"), event(9, "3", "12", "LOGON", ""), event(9, "4", "", "READY", "ACD"),
	}, agentEventKinds(), all)
	if got, want := shown(0), map[string]float64{"11 wrap_up": 1, "11 in_call": 1, "12 logged_on": 1}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	teams.note([]livevox.AgentEvent{event(20, "1", "", "LOGOFF", ""), event(21, "3", "11", "READY", "ACD")}, agentEventKinds(), all)
	if got, want := shown(5), map[string]float64{"11 ready": 1}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v: one has logged off, one has moved, one has had no event for long", got, want)
	}
	teams.note([]livevox.AgentEvent{event(30, "3", "11", "READY", "ACD")}, agentEventKinds(), func(livevox.ID) bool { return false })
	if got := shown(5); len(got) > 0 {
		t.Errorf("%v of a service that the account leaves out", got)
	}
}
