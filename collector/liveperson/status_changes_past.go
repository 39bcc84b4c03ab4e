package liveperson

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// pastChanges asks for status changes of months and replays them into the numbers of
// agents by group and status.
type pastChanges struct {
	client   *liveperson.Client
	options  statusChangesOptions
	identity collector.Identity
	key      collector.Identity // of agents in agents, which holds no id
	shown    func(string) bool

	replayed replayedChanges
	ahead    []pastChange // not replayed yet, oldest first
}

// replayedChanges is what the changes until a time come to.
type replayedChanges struct {
	Names  map[string]string    // of groups, by id
	Agents map[string]pastAgent // who are logged in
}

// pastAgent is where an agent is, since a time.
type pastAgent struct {
	Group, Status string
	Since         time.Time
}

// pastChange is a change as the replay needs it; Status is "" where the agent has logged out.
type pastChange struct {
	agent string
	pastAgent
}

const (
	// pastPage is the longest page of version 2.
	pastPage = 5000
	// seriesOfAgent is how many counters of status changes an agent has, as a rule.
	seriesOfAgent = 24
)

func openPastChanges(s collector.Setup) (*collector.Past, error) {
	options := *s.Config.Options.(*statusChangesOptions)
	if options.Version != 2 {
		return nil, errors.New("status_changes: version 1 leaves out changes without saying so: back-fill needs version: 2")
	}
	options.PageSize = pastPage
	p := &pastChanges{
		client: clientOf(s), options: options, identity: s.Identity, key: s.Pseudonym,
		shown: s.Account.Metrics.Shows, replayed: replayedChanges{Agents: map[string]pastAgent{}},
	}
	return &collector.Past{
		Kept: func(now time.Time) time.Time {
			return p.client.Earlier(now).AddDate(0, -keptMonths, 0).Add(time.Hour)
		},
		Longest: 4 * chunk,
		Settle:  time.Duration(options.Settle),
		Daily: func(agents int) collector.PastCost {
			rows := float64(agents * changesPerHour * 8)
			return collector.PastCost{Rows: rows, Requests: rows / pastPage, Series: float64(agents * seriesOfAgent)}
		},
		Before:  changesBefore,
		Ask:     p.ask,
		Gauges:  p.gauges,
		Rebuilt: []*metric.Desc{groupAgents, collector.Agents()},
		Reach:   time.Duration(max(options.Lookback, options.Overlap, options.Settle)),
		Missing: "slots, load, conversations, skills, presence and connections of agents, and queues: LivePerson tells them of now only. " +
			"An agent who was online counts as available, also if no slot was free; on_contact is absent.",
		Save:    func() ([]byte, error) { return json.Marshal(p.replayed) },
		Restore: func(b []byte) error { return json.Unmarshal(b, &p.replayed) },
	}, nil
}

// ask returns the changes from one time to another. LivePerson delivers changes outside
// of the window as well; they are part of the window that their time lies in.
func (p *pastChanges) ask(ctx context.Context, from, to time.Time) (metric.Reading, error) {
	if p.replayed.Names == nil {
		p.replayed.Names = p.groupNames(ctx)
	}
	// Whether the ends are part of the window isn't documented.
	answer, err := p.client.StatusChanges(ctx, p.options.query(from.Add(-time.Second), to.Add(time.Second)))
	if err != nil {
		return metric.Reading{}, fmt.Errorf("status_changes: %w", err)
	}
	answer.Changes = slices.DeleteFunc(answer.Changes, func(c liveperson.StatusChange) bool {
		return c.Time.Before(from) || !c.Time.Before(to)
	})
	r := changesReading(answer, p.identity)
	r.Events.Zero = nil
	slices.SortFunc(r.Events.List, func(a, b metric.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key))
	})
	p.queue(answer.Changes)
	return r, nil
}

// queue keeps changes for the replay.
func (p *pastChanges) queue(changes []liveperson.StatusChange) {
	slices.SortFunc(changes, func(a, b liveperson.StatusChange) int {
		return cmp.Or(a.Time.Compare(b.Time.Time), cmp.Compare(orderOf(a), orderOf(b)), cmp.Compare(changeKey(a), changeKey(b)))
	})
	for _, c := range changes {
		next := pastChange{p.key(string(c.AgentID), ""), pastAgent{Group: string(c.AgentGroupID), Since: c.Time.UTC()}}
		switch c.Type {
		case liveperson.StatusChanged:
			next.Status = changedTo(c, &metric.Event{})
		case liveperson.LoggedOff:
		default:
			continue
		}
		p.ahead = append(p.ahead, next)
	}
}

// orderOf is the order of changes of one agent and instant.
func orderOf(c liveperson.StatusChange) int64 { return changeEvent(c, "").Order }

// gauges replays the changes before a time and returns how many agents were in each
// group and status.
func (p *pastChanges) gauges(at time.Time) (samples []metric.Sample) {
	for len(p.ahead) > 0 && p.ahead[0].Since.Before(at) {
		c := p.ahead[0]
		p.ahead = p.ahead[1:]
		if p.replayed.Agents[c.agent] = c.pastAgent; c.Status == "" {
			delete(p.replayed.Agents, c.agent)
		}
	}
	groups := map[string]map[string]float64{}
	for id, a := range p.replayed.Agents {
		if at.Sub(a.Since) > changesBefore { // the logout is missing
			delete(p.replayed.Agents, id)
			continue
		}
		if groups[a.Group] == nil {
			groups[a.Group] = map[string]float64{}
		}
		groups[a.Group][a.Status]++
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		samples = p.appendGroup(samples, id, groups[id])
	}
	return samples
}

// appendGroup adds the numbers of agents of a group, under the names and labels that
// agent_status gives them.
func (p *pastChanges) appendGroup(samples []metric.Sample, id string, n map[string]float64) []metric.Sample {
	if p.shown(groupAgents.Name) {
		for _, s := range agentStatuses {
			samples = append(samples, groupAgents.Of(n[s], id, p.replayed.Names[id], s))
		}
	}
	if !p.shown(collector.Agents().Name) {
		return samples
	}
	normal := map[string]float64{
		"available": n["online"], "unavailable": n["away"] + n["back_soon"], "offline": n["offline"], "other": n["other"],
	}
	for _, s := range collector.AgentStates() {
		if s != "on_contact" {
			samples = append(samples, collector.Agents().Of(normal[s], id, p.replayed.Names[id], s))
		}
	}
	return samples
}

// groupNames returns the names of agent groups, as agent_status shows them: the changes
// have ids only. One that no agent who is logged in belongs to is asked of the account's
// configuration. Without either it has no name.
func (p *pastChanges) groupNames(ctx context.Context) map[string]string {
	names := map[string]string{}
	set := func(id, name api.Text) {
		if n := liveperson.Name(name); n != "" {
			names[string(id)] = n
		}
	}
	if answer, err := p.client.Names().Read(ctx); err == nil {
		for _, g := range answer.Groups {
			set(g.ID, g.Name)
		}
	}
	if answer, err := p.client.AgentStatus(ctx, (&agentStatusOptions{PageSize: 1000}).query(time.Now())); err == nil {
		for _, a := range answer.Agents {
			set(a.AgentGroupID, a.AgentGroupName)
		}
	}
	return names
}
