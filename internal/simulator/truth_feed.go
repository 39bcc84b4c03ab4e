package simulator

import "strings"

// FeedTruth counts the entries of LiveVox's event feeds. Keys are parts joined by "|".
type FeedTruth struct {
	// AgentEvents by service id of the agent, event, line (acd, direct, none) and reason, in the vendor's spelling.
	AgentEvents map[string]int64 `json:"agent_events"`
	// AgentEventTotal sums AgentEvents.
	AgentEventTotal int64 `json:"agent_event_total"`
	// StateSeconds is the time between an agent's events of the ACD line, by service id and the first one's event.
	StateSeconds map[string]float64 `json:"state_seconds"`
	// Interactions by service id, type, event, direction and campaign type, in the vendor's spelling.
	Interactions map[string]int64 `json:"interactions"`
	// InteractionTotal sums Interactions.
	InteractionTotal int64 `json:"interaction_total"`
	// Results of terminated calls by service id and result.
	Results map[string]int64 `json:"results"`
	// Dialed are terminated calls of direction OUTBOUND by campaign id and result.
	Dialed map[string]int64 `json:"dialed"`
	// ServiceLevels of terminated calls that were offered to agents, by service id and answered_within,
	// answered_after, abandoned_within or abandoned_after.
	ServiceLevels map[string]int64 `json:"service_levels"`
	// Calls, CallSeconds, IVRSeconds and QueueSeconds of terminated calls, by service id and direction.
	Calls        map[string]int64 `json:"calls"`
	CallSeconds  map[string]int64 `json:"call_seconds"`
	IVRSeconds   map[string]int64 `json:"ivr_seconds"`
	QueueSeconds map[string]int64 `json:"queue_seconds"`
}

type tallyKey [5]string

func (k tallyKey) text(parts int) string { return strings.Join(k[:parts], "|") }

// tally counts entries of the feeds.
type tally struct {
	agents, states, contacts, results, dialed, levels, calls, durations, ivrs, queues map[tallyKey]int64
}

func newTally() tally {
	t := tally{}
	for _, m := range t.maps() {
		*m = map[tallyKey]int64{}
	}
	return t
}

func (t *tally) maps() []*map[tallyKey]int64 {
	return []*map[tallyKey]int64{
		&t.agents, &t.states, &t.contacts, &t.results, &t.levels, &t.calls, &t.durations,
		&t.ivrs, &t.queues, &t.dialed,
	}
}

func (t *tally) join(o tally) {
	mine, others := t.maps(), o.maps()
	for i := range mine {
		for k, n := range *others[i] {
			(*mine[i])[k] += n
		}
	}
}

// tally counts what the feeds hold from one tick to before another.
func (v *voice) tally(from, to int64) tally {
	t := newTally()
	a := &v.agentFeed
	for i := a.find(from); i < a.find(to); i++ {
		t.agent(&a.events[i])
	}
	c := &v.callFeed
	for i := c.find(from); i < c.find(to); i++ {
		t.interaction(&c.events[i])
	}
	return t
}

func (t *tally) agent(e *agentEvent) {
	line := map[string]string{"": "none", "ACD": "acd", "DIRECT": "direct"}[e.line]
	t.agents[tallyKey{e.service.label, e.kind, line, e.reason}]++
	if e.before != "" {
		t.states[tallyKey{e.service.label, e.before}] += e.lasted
	}
}

func (t *tally) interaction(e *interaction) {
	kind, event, direction, campaign := e.labels()
	service := e.service.label
	t.contacts[tallyKey{service, kind, event, direction, campaign}]++
	if e.kind != callTermination {
		return
	}
	c := e.call
	k := tallyKey{service, direction}
	t.results[tallyKey{service, c.result.name}]++
	if direction == outbound {
		id := ""
		if c.campaign != nil {
			id = decimal(int64(c.campaign.id))
		}
		t.dialed[tallyKey{id, c.result.name}]++
	}
	t.calls[k]++
	t.durations[k] += c.duration
	t.ivrs[k] += c.ivr
	t.queues[k] += c.hold
	if c.queued > 0 {
		t.levels[tallyKey{service, c.level()}]++
	}
}

// level is how a call that was offered to agents met the service's promise.
func (c *call) level() string {
	how, when := "abandoned", "_after"
	if c.answered > 0 {
		how = "answered"
	}
	if c.hold <= c.service.threshold {
		when = "_within"
	}
	return how + when
}

// labels are an interaction's type, event, direction and campaign type as the feed spells them; "" where it has none. The feed
// tells no direction of messages: theirs is that of the campaign.
func (e *interaction) labels() (kind, event, direction, campaign string) {
	switch e.kind {
	case smsAttempt:
		return "SMS", "Attempt", "OB", "OB"
	case emailAttempt:
		return "Email", "Attempt", "OB", "OB"
	case callDisposition:
		return "VOICE", "CALL_DISPOSITION", "", ""
	case callTermination:
		return "VOICE", "CALL_TERMINATION", e.call.direction, e.call.campaignType()
	}
	return "VOICE", "CALL_START", e.call.direction, e.call.campaignType()
}

func (c *call) campaignType() string {
	if c.service.kind == kindPreview {
		return "PREVIEW"
	}
	return c.direction
}

func (t *tally) truth() FeedTruth {
	out := FeedTruth{
		AgentEvents: spell(t.agents, 4), Interactions: spell(t.contacts, 5), Results: spell(t.results, 2), Dialed: spell(t.dialed, 2),
		ServiceLevels: spell(t.levels, 2), Calls: spell(t.calls, 2), CallSeconds: spell(t.durations, 2),
		IVRSeconds: spell(t.ivrs, 2), QueueSeconds: spell(t.queues, 2), StateSeconds: map[string]float64{},
	}
	for k, ms := range t.states {
		out.StateSeconds[k.text(2)] = seconds(ms)
	}
	for _, n := range t.agents {
		out.AgentEventTotal += n
	}
	for _, n := range t.contacts {
		out.InteractionTotal += n
	}
	return out
}

func spell(counts map[tallyKey]int64, parts int) map[string]int64 {
	out := map[string]int64{}
	for k, n := range counts {
		out[k.text(parts)] += n
	}
	return out
}
