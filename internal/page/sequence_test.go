package page

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"pgregory.net/rapid"
)

// floor is a contact centre from poll to poll: agents of one account in the order
// in which its vendor lists them.
type floor struct {
	agents  []*agent
	next    int
	service *metric.Desc // a family that comes and goes; nil while it isn't there
	twice   bool         // whether the vendor lists its first agent twice
}

// agent is someone at work and what is measured of him.
type agent struct {
	id     string
	values [3]float64
	reason string // a label that is there at times
	waited metric.Distribution
}

var (
	seqLoad   = &metric.Desc{Name: "liveperson_agent_load_ratio", Help: "Load.", Labels: []string{"agent_id"}}
	seqReason = &metric.Desc{Name: "liveperson_agent_reason", Help: "Reason.", Labels: []string{"agent_id", "reason"}}
	seqLogins = &metric.Desc{Name: "liveperson_agent_logins_total", Help: "Logins.", Kind: metric.Counter, Labels: []string{"agent_id"}}
	seqWaited = &metric.Desc{Name: "liveperson_agent_wait_seconds", Help: "Waits.", Unit: "s", Kind: metric.Histogram, Labels: []string{"agent_id"}, Buckets: []float64{1, 10}}
	seqCalls  = &metric.Desc{Name: "livevox_service_calls", Help: "Calls.", Labels: []string{"service_id"}}
	seqQueue  = &metric.Desc{Name: "livevox_service_queue", Help: "Queue.", Labels: []string{"service_id"}}
)

// arrive adds an agent at a place of the vendor's list.
func (f *floor) arrive(t *rapid.T, at int) {
	f.next++
	id := fmt.Sprint(f.next * 7919 % 10007)
	switch rapid.IntRange(0, 60).Draw(t, "odd") {
	case 0:
		id += "\xff"
	case 1:
		id += `"\` + "\n"
	case 2:
		id = ""
	}
	f.agents = slices.Insert(f.agents, at, &agent{id: id})
}

// step lets a few things happen between two polls.
func (f *floor) step(t *rapid.T) {
	somebody := func() *agent { return f.agents[rapid.IntRange(0, len(f.agents)-1).Draw(t, "agent")] }
	for range rapid.IntRange(0, 4).Draw(t, "happenings") {
		what := rapid.IntRange(0, 9).Draw(t, "what")
		if len(f.agents) == 0 {
			what = 0
		}
		switch what {
		case 0, 1:
			at := rapid.IntRange(0, len(f.agents)).Draw(t, "at")
			for range rapid.SampledFrom([]int{1, 1, 2, 20}).Draw(t, "come") {
				f.arrive(t, at)
			}
		case 2, 3:
			at := rapid.IntRange(0, len(f.agents)-1).Draw(t, "at")
			f.agents = slices.Delete(f.agents, at, min(len(f.agents), at+rapid.SampledFrom([]int{1, 1, 3, 40, 1000}).Draw(t, "leave")))
		case 4:
			a := *somebody()
			a.values[rapid.IntRange(0, 2).Draw(t, "value")]++
			f.replace(&a)
		case 5:
			a := *somebody()
			a.reason = rapid.SampledFrom([]string{"", "lunch", "x\\y"}).Draw(t, "reason")
			f.replace(&a)
		case 6:
			a := *somebody()
			a.waited = *a.waited.Clone()
			a.waited.Observe(seqWaited.Buckets, 3)
			f.replace(&a)
		case 7:
			f.service = rapid.SampledFrom([]*metric.Desc{nil, seqCalls, seqQueue}).Draw(t, "family")
		case 8:
			f.twice = !f.twice
		case 9:
			f.agents = rapid.Permutation(f.agents).Draw(t, "order")
		}
	}
}

// replace puts a where the agent of the same id was.
func (f *floor) replace(a *agent) {
	f.agents = slices.Clone(f.agents)
	i := slices.IndexFunc(f.agents, func(b *agent) bool { return a.id == b.id })
	f.agents[i] = a
}

// batch is what a poll gives.
func (f *floor) batch(generation uint64) metric.Batch {
	var samples []metric.Sample
	all := f.agents
	if f.twice && len(all) > 0 {
		all = append([]*agent{all[0]}, all...)
	}
	for _, a := range all {
		samples = append(samples, seqLoad.Of(a.values[0], a.id), counted(seqLogins, a.values[1], a.id))
		if a.reason != "" {
			samples = append(samples, seqReason.Of(a.values[2], a.id, a.reason))
		}
		if a.waited.Count > 0 {
			s := seqWaited.Of(0, a.id)
			s.Histogram, s.Since = &a.waited, since
			samples = append(samples, s)
		}
	}
	if f.service != nil {
		samples = append(samples, f.service.Of(float64(len(all)), "1"), f.service.Of(1, "2"))
	}
	return metric.Batch{Account: "shop", Vendor: "liveperson", Source: "agent_status", Generation: generation, Samples: samples}
}

// half is another source that says some of what b says.
func half(b metric.Batch) metric.Batch {
	b.Source, b.Samples = "again", slices.Clone(b.Samples[len(b.Samples)/2:])
	for i := range b.Samples {
		if i%3 == 0 && len(b.Samples[i].Labels) > 0 {
			b.Samples[i].Labels = append([]string{"other " + b.Samples[i].Labels[0]}, b.Samples[i].Labels[1:]...)
		}
	}
	return b
}

func TestWhateverHappensBetweenPollsThePageIsThatOfTheNewestPoll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &floor{}
		for range rapid.SampledFrom([]int{0, 5, 90, 600}).Draw(t, "agents") {
			f.arrive(t, len(f.agents))
		}
		var now []metric.Batch
		p := New(func() []metric.Batch { return now }, nil)
		for generation := range rapid.IntRange(2, 6).Draw(t, "polls") {
			now = []metric.Batch{f.batch(uint64(generation + 1))}
			if rapid.Bool().Draw(t, "another source") {
				now = append(now, half(now[0]))
			}
			fresh := New(fixed(now), nil)
			for _, accept := range []string{acceptOpenMetrics, acceptProtobuf} {
				for _, encoding := range []string{"identity", "gzip"} {
					got := ask(p, "/metrics", "Accept", accept, "Accept-Encoding", encoding)
					want := ask(fresh, "/metrics", "Accept", accept)
					if plain(t, got) != plain(t, want) {
						t.Fatalf("poll %d, %s, %s: got:\n%s\nwant:\n%s", generation, accept, encoding, plain(t, got), plain(t, want))
					}
				}
			}
			if got, want := p.Dropped(), fresh.Dropped(); got != want {
				t.Fatalf("poll %d: %d series dropped, want %d", generation, got, want)
			}
			f.step(t)
		}
	})
}

func TestEverythingThatASampleSaysReachesThePageWhenItChanges(t *testing.T) {
	distribution := func(change func(*metric.Distribution)) metric.Sample {
		d := &metric.Distribution{Count: 3, Sum: 2, Counts: []uint64{1, 1, 0, 1, 0}, Zero: 1, Native: map[int]uint64{3: 2}}
		change(d)
		return observed(d, "in")
	}
	was := distribution(func(*metric.Distribution) {})
	counter := counted(calls, 1, "a", "in")
	for what, change := range map[string][2]metric.Sample{
		"value":         {load.Of(1, "1"), load.Of(2, "1")},
		"sign of zero":  {load.Of(0, "1"), load.Of(math.Copysign(0, -1), "1")},
		"not a number":  {load.Of(0, "1"), load.Of(math.NaN(), "1")},
		"label":         {load.Of(1, "1"), load.Of(1, "2")},
		"metric":        {load.Of(1, "1"), build.Of(1, "1")},
		"start":         {counter, {Desc: calls, Labels: counter.Labels, Value: 1, Since: since.Add(time.Second)}},
		"no start":      {counter, calls.Of(1, "a", "in")},
		"count":         {was, distribution(func(d *metric.Distribution) { d.Count++ })},
		"sum":           {was, distribution(func(d *metric.Distribution) { d.Sum++ })},
		"bucket":        {was, distribution(func(d *metric.Distribution) { d.Counts[0], d.Counts[1] = 0, 2 })},
		"zero bucket":   {was, distribution(func(d *metric.Distribution) { d.Zero++ })},
		"native bucket": {was, distribution(func(d *metric.Distribution) { d.Native = map[int]uint64{4: 2} })},
		"no histogram":  {was, duration.Of(0, "in")},
		"a histogram":   {duration.Of(0, "in"), was},
	} {
		t.Run(what, func(t *testing.T) {
			now := []metric.Batch{{Generation: 1, Samples: change[:1]}}
			p := New(func() []metric.Batch { return now }, nil)
			before := ask(p, "/metrics", "Accept", acceptProtobuf).Body.String()
			now = []metric.Batch{{Generation: 2, Samples: change[1:]}}
			after := ask(p, "/metrics", "Accept", acceptProtobuf).Body.String()
			if after == before {
				t.Error("the page is as it was")
			}
			if want := ask(New(fixed(now), nil), "/metrics", "Accept", acceptProtobuf).Body.String(); after != want {
				t.Errorf("got:\n%q\nwant:\n%q", after, want)
			}
		})
	}
}
