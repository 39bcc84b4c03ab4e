package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// AgentActivityQuery says which time in which states is asked for.
type AgentActivityQuery struct {
	// AgentIDs are ids, or "all" alone.
	AgentIDs []string
	// Timeframe is how far back from now, in whole minutes, at most 24 hours.
	Timeframe time.Duration
	// Interval divides Timeframe, in whole minutes, at least 5; 0 asks for the
	// timeframe as a whole.
	Interval time.Duration
}

// longQuery is the length of agentIds from which they are sent in a body.
const longQuery = 1000

// AgentActivity mirrors the answer of agentactivity (Operational Realtime API,
// Agent State Distribution): what the agents' time was spent on.
type AgentActivity struct {
	// Intervals are in order of their ends; nil if the answer has none, empty if
	// it says that there is nothing. One more than Timeframe / Interval is
	// normal: the oldest holds only what of it lies in the timeframe, the newest
	// still grows and ends in the future.
	Intervals []ActivityInterval
	// Agents is the timeframe as a whole; it may be empty beside Intervals.
	Agents ActivityByAgent
	api.Extent
}

// ActivityInterval is the time spent in one interval.
type ActivityInterval struct {
	// End is rounded up to five minutes.
	End    time.Time
	Agents ActivityByAgent
}

// ActivityByAgent are the states by agent id. An agent without data is missing,
// which is not zero.
type ActivityByAgent = api.Map[api.List[AgentState]]

// The ids of the states. Their names differ from place to place.
const (
	LoggedIn = "-1" // the sum of all states
	Online   = "2"
	BackSoon = "3"
	Away     = "4"
)

// AgentState is the time spent in one state. The parts need not add up.
type AgentState struct {
	ID      api.Text              `json:"id"`
	Value   StateTime             `json:"value"`
	Reasons api.List[StateReason] `json:"reasons"` // of Away
}

// StateReason is the time spent away for one reason.
type StateReason struct {
	ID    api.Text  `json:"id"`
	Value StateTime `json:"value"`
}

// StateTime are seconds.
type StateTime struct {
	Total          api.Number `json:"total"`
	Chatting       api.Number `json:"chatting"`
	NotChatting    api.Number `json:"notChatting"`
	MaxConcurrency api.Number `json:"chattingInMaxConcurrency"`
}

// AgentActivity returns the time that agents spent in each state.
func (c *Client) AgentActivity(ctx context.Context, q AgentActivityQuery) (AgentActivity, error) {
	var answer activityAnswer
	malformed, err := c.ask(ctx, q.request(), &answer)
	if err != nil {
		return AgentActivity{}, err
	}
	if !answer.Agents.Present && answer.Intervals.Items == nil {
		return AgentActivity{}, api.Schema.Errorf("agent_activity: the answer has neither agentsMetrics nor metricsByIntervals")
	}
	out := answer.activity()
	out.Malformed = malformed
	return out, nil
}

func (q AgentActivityQuery) request() request {
	ids := slices.Compact(slices.Sorted(slices.Values(q.AgentIDs)))
	parameters := map[string]string{"timeframe": minutes(q.Timeframe), "agentIds": strings.Join(ids, ","), "v": "1"}
	if q.Interval > 0 {
		parameters["interval"] = minutes(q.Interval)
	}
	ask := request{endpoint: "agent_activity", service: Realtime, method: http.MethodGet, path: "operations/api/account/%s/agentactivity"}
	if len(parameters["agentIds"]) > longQuery {
		ask.method, ask.body = http.MethodPost, parameters
		return ask
	}
	ask.query = url.Values{}
	for name, value := range parameters {
		ask.query.Set(name, value)
	}
	return ask
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// activityAnswer mirrors both forms of the answer.
type activityAnswer struct {
	Agents    agentsMetrics            `json:"agentsMetrics"`
	Intervals api.List[intervalAnswer] `json:"metricsByIntervals"`
}

// intervalAnswer mirrors an interval. Siblings of this method leave out the
// wrapper metricsData.
type intervalAnswer struct {
	Timestamp api.Time `json:"timestamp"`
	Data      api.Object[struct {
		Agents agentsMetrics `json:"agentsMetrics"`
	}] `json:"metricsData"`
	Agents agentsMetrics `json:"agentsMetrics"`
}

// agentsMetrics may be an empty list instead of an object.
type agentsMetrics = api.Object[struct {
	PerAgent ActivityByAgent `json:"metricsPerAgent"`
}]

func (a *activityAnswer) activity() AgentActivity {
	out := AgentActivity{Agents: a.Agents.Value.PerAgent}
	out.Skipped = out.Agents.Skipped + a.Intervals.Skipped
	if a.Intervals.Items != nil {
		out.Intervals = []ActivityInterval{}
	}
	for _, i := range a.Intervals.Items {
		if i.Timestamp.IsZero() {
			out.Skipped++
			continue
		}
		agents := i.Data.Value.Agents.Value.PerAgent
		if agents.Items == nil {
			agents = i.Agents.Value.PerAgent
		}
		out.Intervals = append(out.Intervals, ActivityInterval{End: i.Timestamp.Time, Agents: agents})
	}
	slices.SortFunc(out.Intervals, func(a, b ActivityInterval) int { return a.End.Compare(b.End) })
	return out
}
