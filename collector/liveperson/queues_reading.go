package liveperson

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// appendNumbers appends the samples of numbers; nothing where there is none.
func appendNumbers(to []metric.Sample, numbers []queueNumber, id, name string) []metric.Sample {
	for _, n := range numbers {
		labels := []string{id, name}
		if n.label != "" {
			labels = append(labels, n.label)
		}
		to = translate.AppendMeasured(to, n.desc, n.value, n.unit, labels...)
	}
	return to
}

// gauges are the current values, by skill and by group.
func (q *queues) gauges(skills, groups []liveperson.QueueGroup) (samples []metric.Sample) {
	for i := range skills {
		g := &skills[i]
		samples = appendNumbers(samples, skillGauges(&g.Metrics.Value, q.options.waitUnit()), string(g.Key), q.skills.name(string(g.Key)))
	}
	for i := range groups {
		g := &groups[i]
		samples = appendNumbers(samples, groupGauges(&g.Metrics.Value), string(g.Key), g.Name())
	}
	return samples
}

// window is what a window that ends at a time adds.
func (q *queues) window(skills []liveperson.QueueGroup, end time.Time, r *metric.Reading) (list []metric.Interval) {
	for i := range skills {
		g := &skills[i]
		add := counted(&g.Metrics.Value, string(g.Key), q.skills.name(string(g.Key)), r)
		if len(add) > 0 {
			list = append(list, metric.Interval{Key: string(g.Key), End: end, Add: add})
		}
	}
	return list
}

// counted returns what the numbers of a window add to the counters of a skill. More
// responses outside the service level than there are make both unusable.
func counted(v *liveperson.QueueNumbers, id, name string, r *metric.Reading) (add []metric.Sample) {
	add = appendNumbers(nil, skillCounters(v), id, name)
	if !translate.Measured(v.Responses) || !translate.Measured(v.ResponsesOutside) {
		return add
	}
	within := v.Responses.Value - v.ResponsesOutside.Value
	if within < 0 {
		r.Skipped++
		return add
	}
	return append(add, skillResponses.Of(within, id, name, "within"), skillResponses.Of(v.ResponsesOutside.Value, id, name, "outside"))
}

// agents adds the agents by skill and status.
func (q *queues) agents(ctx context.Context, now time.Time, r *metric.Reading) error {
	answer, err := q.client.SkillAvailability(ctx)
	if err != nil {
		return err
	}
	translate.Note(r, answer.Extent)
	available := map[string]liveperson.SkillAvailability{}
	for _, s := range answer.Skills {
		available[string(s.SkillID)] = s
		q.skills.see(string(s.SkillID), now)
	}
	for _, id := range q.skills.seen(now) {
		s := available[id]
		for status, n := range map[string]float64{"online": s.Online.Value, "back_soon": s.BackSoon.Value, "away": s.Away.Value} {
			r.Gauges.Samples = append(r.Gauges.Samples, skillAgents.Of(max(0, n), id, q.skills.name(id), status))
		}
	}
	return nil
}

// skillNamesKnown are the skills that have been in an answer.
type skillNamesKnown struct {
	names map[string]string
	at    map[string]time.Time // when they last had agents
}

func newSkillNames() skillNamesKnown {
	return skillNamesKnown{names: map[string]string{}, at: map[string]time.Time{}}
}

// name returns the newest name of a skill; "" if it never had one.
func (s skillNamesKnown) name(id string) string { return s.names[id] }

// learn takes the names of skills. One that has none keeps the name it had.
func (s skillNamesKnown) learn(skills []liveperson.QueueGroup) {
	for i := range skills {
		if name := skills[i].Name(); name != "" {
			s.names[string(skills[i].Key)] = name
		}
	}
}

func (s skillNamesKnown) see(id string, now time.Time) { s.at[id] = now }

// seen returns the skills that had agents within a day: a skill that vanishes from
// the answer has none.
func (s skillNamesKnown) seen(now time.Time) []string {
	maps.DeleteFunc(s.at, func(_ string, at time.Time) bool { return now.Sub(at) > 24*time.Hour })
	return slices.Sorted(maps.Keys(s.at))
}
