package e2e

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

// population is a contact centre of a size, for what dashboards cost there: how many series each metric has. Both vendors have that
// many agents, 25 to a group, service or skill.
type population struct {
	agents  int
	metrics map[string]declared // and recorded series, with their labels
}

func (p population) groups() int { return max(1, p.agents/25) }

// sizes are how many values a label has where the number of agents doesn't say. Those that only name another label have one.
func sizes() map[string]int {
	return map[string]int{
		"state": 13, "status": 5, "reason": 8, "reason_id": 8, "outcome": 4, "direction": 3, "source": 10, "endpoint": 12, "class": 13, "code": 4,
		"closed_by": 3, "service_level": 2, "place": 2, "actionable": 2, "kind": 3, "model": 1, "sender": 2, "end_reason": 6, "start_reason": 6,
		"event": 15, "interaction": 2, "line": 2, "campaign_type": 2, "result": 30, "term_code": 1, "timezone": 10, "le": 14, "change": 7, "load": 3,
		"activity": 3, "threshold": 16, "channel": 2, "call_type": 6, "carrier": 1, "team_id": 8,
	}
}

// values lists what a label of a metric can be.
func (p population) values(metric, label string, names []string) []string {
	has := func(l string) bool { return strings.Contains(" "+strings.Join(names, " ")+" ", " "+l+" ") }
	n := 1
	switch label {
	case "agent_id":
		n = p.agents
	case "group_id", "service_id", "skill_id", "queue_id":
		if !has("agent_id") && (label != "group_id" || !has("skill_id")) { // an agent and a skill have one
			n = p.groups()
		}
	case "campaign_id":
		n = p.groups()
		if has("service_id") {
			n = 1 // a service has one
		}
	case "reason":
		if n = sizes()[label]; has("event") { // few events have one
			n = 1
		}
	case "state":
		if n = sizes()[label]; metric == "contactcenter_agents" {
			n = 6
		}
	default:
		n = max(1, sizes()[label])
	}
	if label == "vendor" || label == "account" {
		if strings.HasPrefix(metric, "contactcenter") && label == "account" {
			return []string{"liveperson", "livevox"}
		}
		if strings.HasPrefix(metric, "livevox") {
			return []string{"livevox"}
		}
		return []string{"liveperson"}
	}
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%d", label[:1], i)
	}
	return out
}

// known are the values that the dashboards select by; the first ones of their labels are called so.
func known(label string) []string {
	return map[string][]string{
		"state":         {"ready", "available", "on_contact", "wrap_up", "not_ready", "unavailable", "offline"},
		"status":        {"online", "away", "back_soon", "offline"},
		"service_level": {"within", "outside"}, "place": {"queue", "assigned"}, "kind": {"default"}, "agents": {"online"}, "change": {"login", "logout"},
	}[label]
}

// count is how many series a selector finds.
func (p population) count(metric string, matchers []*labels.Matcher) int {
	names, ok := p.labelsOf(metric)
	if !ok && !prometheusOwn(metric) && metric != "process_resident_memory_bytes" {
		panic("no labels are known of " + metric)
	}
	n := 1
	for _, l := range names {
		n *= max(1, p.matching(metric, l, names, matchers))
	}
	return n
}

func (p population) matching(metric, label string, names []string, matchers []*labels.Matcher) int {
	list := p.values(metric, label, names)
	for i, v := range known(label) {
		if i < len(list) {
			list[i] = v
		}
	}
	if label == "agent_id" && len(list) > 0 {
		list[0] = "one"
	}
	n := 0
	for _, v := range list {
		fits := true
		for _, m := range matchers {
			mine := m.Name == label || label == "account" && m.Name == "vendor" // an account is called by its vendor
			fits = fits && (!mine || m.Matches(v))
		}
		if fits {
			n++
		}
	}
	return n
}

// labelsOf are the labels of a series on a page or of a recorded one.
func (p population) labelsOf(metric string) ([]string, bool) {
	if m, ok := p.metrics[metric]; ok {
		names := m.Labels
		if strings.HasPrefix(metric, "liveperson_interval_") { // single agents only where the configuration groups by them
			names = slices.DeleteFunc(slices.Clone(names), func(l string) bool { return l == "agent_id" })
		}
		if m.Type == "stateset" && len(names) == 0 {
			names = []string{"account"}
		}
		return names, true
	}
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if m, ok := p.metrics[strings.TrimSuffix(metric, suffix)]; ok && strings.HasSuffix(metric, suffix) {
			if suffix == "_bucket" {
				return append([]string{"le"}, m.Labels...), true
			}
			return m.Labels, true
		}
	}
	return nil, false
}

// recorded adds the labels of the series that rules record: of groups, unless the name says more.
func recorded(into map[string]declared, names map[string]bool) {
	const ofGroup = "account group_id group_name vendor"
	other := map[string]string{
		"contactcenter:agent:unavailable_seconds": "account agent_id vendor", "contactcenter:account:agents_by_load": "account load",
		"contactcenter:account:status_seconds:rate1h": "account status reason", "contactcenter:account:status_changes:increase30m": "account change",
		"contactcenter:account:chat_seconds:rate1h": "account activity", "contactcenter:account:chat_state_seconds:rate1h": "account state",
		"contactcenter:account:chat_away_seconds:rate1h": "account reason_id", "contactcenter:account:messages:increase30m": "account channel result",
		"contactcenter:campaign:abandonment_ratio": "account campaign_id vendor window", "contactcenter:campaign:answered": "account campaign_id vendor window",
		"contactcenter:campaign:penetration_ratio": "account campaign_id service_id", "contactcenter:campaign:remaining_seconds": "account campaign_id service_id",
		"contactcenter:campaign:dialable_records": "account campaign_id service_id",
		"contactcenter:clocks:changed":            "edge", "contactcenter:group:agent_event_state_seconds:rate1h": "account group_id state",
		"contactcenter:group:agent_events:increase30m": "account group_id event", "contactcenter:group:interaction_events:increase30m": "account group_id interaction event",
		"contactcenter:group:call_queue_seconds_bucket:rate1h": "account group_id le", "contactcenter:group:call_duration_seconds_bucket:rate1h": "account group_id le",
		"contactcenter:group:call_ivr_seconds_bucket:rate1h": "account group_id le", "contactcenter:skill:segment_duration_seconds_bucket:rate1h": "account skill_id le",
		"contactcenter:group:outcomes:increase30m": ofGroup + " outcome", "contactcenter:group:shrinkage_reason_ratio:30m": ofGroup + " reason",
	}
	for name := range names {
		if labels, ok := other[name]; ok {
			into[name] = declared{Name: name, Type: "gauge", Labels: strings.Fields(labels)}
		} else if strings.HasPrefix(name, "contactcenter:group:") {
			into[name] = declared{Name: name, Type: "gauge", Labels: strings.Fields(ofGroup)}
		}
	}
}
