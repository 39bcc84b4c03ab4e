package livevox

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// dialedCalls has no bound on campaigns but max_series: they come and go every day, and
// those that are over are forgotten with state.prune-after.
var dialedCalls = metric.Counter.Desc("livevox_dialed_calls_total", "{call}",
	"Calls of direction outbound that ended, by campaign and class of their result (lvResult of CALL_TERMINATION; see results): connected, abandoned (answered by a person and by no agent), machine, no_answer, other. Campaigns are those of campaignId, none where there is none.",
	"campaign_id", "class").Experimental()

// Results adds to the table by which results of dialled calls get their class.
type Results struct {
	Connected []config.Pattern `yaml:"connected" doc:"Results of calls that reached an agent."`
	Abandoned []config.Pattern `yaml:"abandoned" doc:"Results of calls that a person answered and no agent took."`
	Machine   []config.Pattern `yaml:"machine" doc:"Results of calls that a machine answered."`
	NoAnswer  []config.Pattern `yaml:"no_answer" doc:"Results of calls that were not answered."`
}

// resultsOf returns what the file says of an account's results.
func resultsOf(a config.Account) Results {
	if k, ok := a.Keys.(*Keys); ok {
		return k.Results
	}
	return Results{}
}

// The classes of dialled calls.
const (
	classConnected = "connected"
	classAbandoned = "abandoned"
	classMachine   = "machine"
	classNoAnswer  = "no_answer"
)

// resultClass is a class and the results that have it.
type resultClass struct {
	class    string
	patterns []config.Pattern
}

// builtInClasses are those of LiveVox's own results (System Result Descriptions). What it
// calls Operator Transfer alone says nothing of whether an agent took the call.
func builtInClasses() []resultClass {
	return []resultClass{
		{translate.Other, []config.Pattern{"*(not made)", "hung up in opening", "listened*"}},
		{classAbandoned, []config.Pattern{"operator transfer (*abandoned*)"}},
		{classConnected, []config.Pattern{"operator transfer (*)", "agent - *"}},
		{classMachine, []config.Pattern{"answering machine*", "fax*", "voice mail*", "voicemail*"}},
		{classNoAnswer, []config.Pattern{"no answer*", "busy*", "not available*", "invalid phone number*"}},
	}
}

// resultTable gives results their class. It has one user at a time.
type resultTable struct {
	classes   []resultClass
	known     map[string]string // class by result; "" where the table has none
	campaigns map[string]bool   // that have been met
}

// maxKnown bounds what a resultTable remembers of each kind.
const maxKnown = 10_000

func newResultTable(r Results) *resultTable {
	own := []resultClass{{classConnected, r.Connected}, {classAbandoned, r.Abandoned}, {classMachine, r.Machine}, {classNoAnswer, r.NoAnswer}}
	return &resultTable{classes: append(own, builtInClasses()...), known: map[string]string{}, campaigns: map[string]bool{}}
}

// of returns the class of a result; "" for one that the table doesn't have.
func (t *resultTable) of(result string) string {
	class, met := t.known[result]
	if met {
		return class
	}
	for _, c := range t.classes {
		if len(c.patterns) > 0 && config.MatchesAny(c.patterns, result) {
			class = c.class
			break
		}
	}
	if len(t.known) < maxKnown {
		t.known[result] = class
	}
	return class
}

// classOf returns the class of a call that ended: that of its result, else by whether it
// was queued for an agent and reached one.
func (t *resultTable) classOf(e *livevox.InteractionEvent) string {
	if class := t.of(strings.TrimSpace(string(e.Result))); class != "" {
		return class
	}
	switch {
	case !e.OperatorTransfer.Value || !e.OperatorTransferSuccessful.Valid:
		return translate.Other
	case e.OperatorTransferSuccessful.Value:
		return classConnected
	}
	return classAbandoned
}

// appendDialed appends a call of a direction that ended.
func (t *resultTable) appendDialed(add []metric.Sample, e *livevox.InteractionEvent, direction string) []metric.Sample {
	if direction != "outbound" {
		return add
	}
	return append(add, dialedCalls.Of(1, orNone(string(e.CampaignID)), t.classOf(e)))
}

// zero returns the series of campaigns that are met for the first time, as a rule by the
// begin of a call: that its end is growth of a series is what increase() needs.
func (t *resultTable) zero(events []livevox.InteractionEvent) (zero []metric.Sample) {
	for i := range events {
		e := &events[i]
		id := string(e.CampaignID)
		if direction, _ := directionOf(e); id == "" || direction != "outbound" || e.CallEventType == "" || t.campaigns[id] {
			continue
		}
		if len(t.campaigns) >= maxKnown {
			clear(t.campaigns) // a series that is zeroed again stays as it is
		}
		t.campaigns[id] = true
		for _, class := range []string{classConnected, classAbandoned, classMachine, classNoAnswer, translate.Other} {
			zero = append(zero, dialedCalls.Of(0, id, class))
		}
	}
	return zero
}

// resultsWithoutClass names the results of dialled calls that no class has.
func resultsWithoutClass(a config.Account, r metric.Reading) string {
	table, without := newResultTable(resultsOf(a)), map[string]bool{}
	for _, e := range r.Events.List {
		result, dialed := "", false
		for _, s := range e.Add {
			dialed = dialed || s.Desc == dialedCalls
			if s.Desc == callResults {
				result = s.Labels[1]
			}
		}
		if dialed && table.of(result) == "" {
			without[strconv.Quote(result)] = true
		}
	}
	if len(without) == 0 {
		return ""
	}
	return "results without a class in results: " + strings.Join(slices.Sorted(maps.Keys(without)), ", ")
}
