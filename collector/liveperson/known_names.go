package liveperson

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// knownNames are the names of skills and groups that the source names has read, for
// answers of the account's other sources that have none.
type knownNames struct {
	mu   sync.Mutex
	byID map[string]map[string]string // by the label of the id, and the id
}

// learn takes the names of an answer.
func (k *knownNames) learn(answer liveperson.Names) {
	skills, groups := map[string]string{}, map[string]string{}
	for _, s := range answer.Skills {
		skills[string(s.ID)] = liveperson.Name(s.Name)
	}
	for _, g := range answer.Groups {
		groups[string(g.ID)] = liveperson.Name(g.Name)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byID = map[string]map[string]string{"skill_id": skills, "queue_id": skills, "group_id": groups}
}

// naming fills in the names that the answers of a source lack.
func (k *knownNames) naming(collect collector.Collect) collector.Collect {
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		r, err := collect(ctx, at)
		k.fill(r.Gauges.Samples)
		k.fill(r.Intervals.Zero)
		for _, i := range r.Intervals.List {
			k.fill(i.Add)
		}
		return r, err
	}
}

// namingPast is naming of the past of a source: the names are read before the first window.
func (k *knownNames) namingPast(open func() (*collector.Past, error), client *liveperson.Client) func() (*collector.Past, error) {
	if open == nil {
		return open
	}
	return func() (*collector.Past, error) {
		p, err := open()
		if err != nil {
			return nil, err
		}
		ask, read := p.Ask, false
		p.Ask = func(ctx context.Context, from, to time.Time) (metric.Reading, error) {
			if !read {
				answer, err := client.Names().Read(ctx)
				if err != nil {
					return metric.Reading{}, err
				}
				k.learn(answer)
				read = true
			}
			r, err := ask(ctx, from, to)
			for _, i := range r.Intervals.List {
				k.fill(i.Add)
			}
			return r, err
		}
		return p, nil
	}
}

// fill gives samples the names that they lack. A name stands behind its id in the labels.
func (k *knownNames) fill(samples []metric.Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range samples {
		s := &samples[i]
		for j, label := range s.Desc.Labels {
			if j == 0 || s.Labels[j] != "" || !strings.HasSuffix(label, "_name") {
				continue
			}
			if name := k.byID[s.Desc.Labels[j-1]][s.Labels[j-1]]; name != "" {
				s.Labels = slices.Clone(s.Labels)
				s.Labels[j] = name
			}
		}
	}
}
