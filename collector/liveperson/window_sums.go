package liveperson

import (
	"context"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// windowsStep compares an hour of queues that has settled with its quarters: whether the
// instant between two windows belongs to both isn't documented. It finds nothing where
// queues is off.
func windowsStep(c *liveperson.Client, env collector.Env) []collector.Step {
	options, on := env.Account.Sources["queues"].Options.(*queuesOptions)
	if !on || env.Tried["queues"] {
		return nil
	}
	var found string
	return []collector.Step{{
		Name: "windows of queues",
		Try: func(ctx context.Context) (err error) {
			found, err = compareWindows(ctx, c, options, time.Now())
			return err
		},
		Found:  func() string { return found },
		Advice: func(err error) string { return kmmPermissions.advice(env.Account, err) },
	}}
}

// compareWindows says how the sums of four quarters of an hour compare with those of
// the hour.
func compareWindows(ctx context.Context, c *liveperson.Client, o *queuesOptions, now time.Time) (string, error) {
	end := c.Earlier(now).Add(-time.Duration(o.Settle)).Truncate(time.Minute)
	var known liveperson.KnownNames
	sums := map[string]float64{}
	add := func(from, to time.Time, sign float64) error {
		q := liveperson.QueueMetricsQuery{By: liveperson.BySkill, From: from, To: to, Names: windowNames}
		answer, err := c.QueueMetrics(ctx, q, &known)
		for i := range answer.Groups {
			for _, s := range counted(&answer.Groups[i].Metrics.Value, string(answer.Groups[i].Key), "", &metric.Reading{}) {
				sums[s.Key()] += sign * s.Value
			}
		}
		return err
	}
	const quarter = 15 * time.Minute
	err := add(end.Add(-4*quarter), end, -1)
	for i := 4; err == nil && i > 0; i-- {
		from := end.Add(-time.Duration(i) * quarter)
		err = add(from, from.Add(quarter), 1)
	}
	if err != nil {
		return "", err
	}
	differ := 0
	for _, difference := range sums {
		if difference > 0.5 || difference < -0.5 {
			differ++
		}
	}
	if differ > 0 {
		return fmt.Sprintf("an hour is not the sum of its quarters in %d of %d figures: what happens between two windows is counted twice or not at all, or settle is too short", differ, len(sums)), nil
	}
	return fmt.Sprintf("an hour is the sum of its quarters in all of %d figures", len(sums)), nil
}
