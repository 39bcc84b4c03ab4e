package page

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// fleet is one account with n agents, and about 17 series of each.
type fleet struct {
	n          int
	generation uint64
	descs      []*metric.Desc
	state      *metric.Desc
}

func newFleet(n int) *fleet {
	c := &fleet{n: n}
	for _, name := range strings.Fields("load_ratio busy_slots ringing_slots max_slots open_conversations intense_conversations " +
		"present connected status_start_timestamp_seconds last_updated_timestamp_seconds logged_in_seconds_total logins_total") {
		d := &metric.Desc{
			Name: "liveperson_agent_" + name, Help: "What is measured, in its unit, and the field that it comes from.",
			Labels: []string{"agent_id", "group_id"},
		}
		if strings.HasSuffix(name, "_total") {
			d.Kind = metric.Counter
		}
		c.descs = append(c.descs, d)
	}
	c.state = &metric.Desc{Name: "liveperson_agent_status", Help: "State.", Kind: metric.StateSet, Labels: []string{"agent_id", "status"}}
	return c
}

// batches returns the next generation, in which share of the agents changed.
func (c *fleet) batches() []metric.Batch {
	c.generation++
	samples := make([]metric.Sample, 0, c.n*17)
	begin := time.Unix(1_700_000_000, 0)
	for i := range c.n {
		id, group := strconv.Itoa(4_000_000+i*7919%1_000_003), strconv.Itoa(i%40)
		labels := []string{id, group}
		for k, d := range c.descs {
			s := metric.Sample{Desc: d, Labels: labels, Value: float64((i*(k+3) + int(c.generation)*31) % 23)}
			switch {
			case d.Kind == metric.Counter:
				s = s.From(begin)
			case k == 0:
				s.Value /= 25
			case k == 8 || k == 9:
				s.Value = float64(1_700_000_000 + i*97%100_000 + int(c.generation))
			}
			samples = append(samples, s)
		}
		for k, state := range []string{"online", "away", "back_soon", "offline", "other"} {
			s := metric.Sample{Desc: c.state, Labels: []string{id, state}}
			if (i+int(c.generation))%5 == k {
				s.Value = 1
			}
			samples = append(samples, s)
		}
	}
	return []metric.Batch{{Account: "shop-eu", Vendor: "liveperson", Source: "agent_status", Generation: c.generation, Samples: samples}}
}

// few returns batches in another generation, in which n agents differ in all
// values.
func (c *fleet) few(batches []metric.Batch, n int) []metric.Batch {
	c.generation++
	b := batches[0]
	b.Generation = c.generation
	b.Samples = slices.Clone(b.Samples)
	each := len(b.Samples) / c.n
	for i := range n {
		agent := i * c.n / n * each
		for k := range each {
			b.Samples[agent+k].Value++
		}
	}
	return []metric.Batch{b}
}

// family returns batches in another generation, in which all agents differ in one
// metric.
func (c *fleet) family(batches []metric.Batch, n int) []metric.Batch {
	next := c.few(batches, 0)
	for i := range next[0].Samples {
		if s := &next[0].Samples[i]; s.Desc == c.descs[n] {
			s.Value++
		}
	}
	return next
}

// without returns batches in another generation, in which one agent in a hundred is
// missing, from one of the first on.
func (c *fleet) without(batches []metric.Batch, first int) []metric.Batch {
	next := c.few(batches, 0)
	each := len(next[0].Samples) / c.n
	var samples []metric.Sample
	for i := range c.n {
		if i%100 != first {
			samples = append(samples, next[0].Samples[i*each:(i+1)*each]...)
		}
	}
	next[0].Samples = samples
	return next
}
