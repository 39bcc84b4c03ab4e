package liveperson

import (
	"errors"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// intervalMetricsOptions are the keys of the source interval_metrics.
type intervalMetricsOptions struct {
	Duration       config.Duration `yaml:"duration" range:"15m..24h" doc:"Length of the intervals: 15m, 30m, 1h or 1d."`
	Grouping       []string        `yaml:"grouping" enum:"skill,agent" doc:"What rows are of: [skill], or [skill, agent], which has no arrivals and a row for each agent and skill."`
	Model          string          `yaml:"model" enum:"ift,eht" doc:"Model of the handle time: ift for the time in focus, eht for the part of it in which the agent was needed."`
	Settle         config.Duration `yaml:"settle" range:"0s..5d" doc:"Age that the end of an interval must have before it is added: LivePerson may change it until then."`
	HandleTimeUnit string          `yaml:"handle_time_unit" enum:"s,ms" doc:"Unit of handle and work time, which LivePerson doesn't document."`
	Lookback       config.Duration `yaml:"lookback" range:"0s..6d" doc:"How far the first poll goes back; LivePerson keeps a week."`
}

// Validate checks what the vendor documents.
func (o *intervalMetricsOptions) Validate() error {
	var errs []error
	lengths := []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 24 * time.Hour}
	if !slices.Contains(lengths, time.Duration(o.Duration)) {
		errs = append(errs, errors.New("duration: must be 15m, 30m, 1h or 1d"))
	}
	if !slices.Contains(o.Grouping, "skill") {
		errs = append(errs, errors.New("grouping: must be [skill] or [skill, agent]"))
	}
	return errors.Join(errs...)
}

func (o *intervalMetricsOptions) byAgent() bool { return slices.Contains(o.Grouping, "agent") }

// divisor is what times of the vendor are divided by.
func (o *intervalMetricsOptions) divisor() float64 {
	if o.HandleTimeUnit == "ms" {
		return 1000
	}
	return 1
}

// keptIntervals is how far back the vendor answers; an hour is left for the time until
// it looks at its own clock.
const keptIntervals = 7*24*time.Hour - time.Hour

// poll returns what is asked for at a time, which is the vendor's.
func (o *intervalMetricsOptions) poll(now, cursor time.Time) intervalsPoll {
	r := reach{step: time.Duration(o.Duration), lookback: time.Duration(o.Lookback), retention: keptIntervals}
	return intervalsPoll{r.since(now, cursor), o}
}

func (o *intervalMetricsOptions) query(t timeRange) liveperson.IntervalMetricsQuery {
	q := liveperson.IntervalMetricsQuery{
		From: t.from, To: t.to, Duration: time.Duration(o.Duration), Grouping: []string{"skill"}, Model: o.Model,
		Metrics: []string{"handleTime", "handledConversations", "repliedConversations", "consumerMessages", "agentMessages", "workTime", "closedConversations"},
	}
	if o.byAgent() {
		q.Grouping = append(q.Grouping, "agent")
	} else {
		q.Metrics = append(q.Metrics, "arrivals")
	}
	return q
}
