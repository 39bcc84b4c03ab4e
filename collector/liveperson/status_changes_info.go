package liveperson

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// agentInfoAge is how long after an agent's newest change its info is shown.
const agentInfoAge = 24 * time.Hour

// changedAgents are the newest changes of agents since the source was opened, by the
// label agent_id.
type changedAgents map[string]liveperson.StatusChange

func (n changedAgents) learn(changes []liveperson.StatusChange, identity collector.Identity, now time.Time) {
	for _, c := range changes {
		label := identity(string(c.AgentID), string(c.AgentUserName))
		if known, met := n[label]; label != "" && (!met || !c.Time.Before(known.Time.Time)) {
			n[label] = c
		}
	}
	maps.DeleteFunc(n, func(_ string, c liveperson.StatusChange) bool { return now.Sub(c.Time.Time) > agentInfoAge })
}

func (n changedAgents) append(samples []metric.Sample, personal bool) []metric.Sample {
	for _, label := range slices.Sorted(maps.Keys(n)) {
		employee := ""
		if personal {
			employee = string(n[label].EmployeeID)
		}
		samples = append(samples, changesAgentInfo.Of(1, label, string(n[label].AgentGroupID), employee))
	}
	return samples
}

// maxReasons bounds the reasons that are kept.
const maxReasons = 1000

// learntReasons are the texts and statuses of reasons that status changes have given
// since the source was opened, by id.
type learntReasons map[string]struct{ text, status string }

func (l learntReasons) learn(changes []liveperson.StatusChange) {
	for _, c := range changes {
		id, text := reasonID(string(c.ReasonID)), strings.TrimSpace(string(c.ReasonText))
		if _, met := l[id]; id == "" || id == translate.None || text == "" || !met && len(l) >= maxReasons {
			continue
		}
		l[id] = struct{ text, status string }{text, changedTo(c, &metric.Event{})}
	}
}

func (l learntReasons) append(samples []metric.Sample) []metric.Sample {
	for _, id := range slices.Sorted(maps.Keys(l)) {
		samples = append(samples, awayReasonInfo.Of(1, id, l[id].text, l[id].status))
	}
	return samples
}
