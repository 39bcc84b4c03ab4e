package collector

import "github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"

// What several vendors measure. Each translator maps its vendor's states onto
// these; nothing else normalises.
var (
	agents = metric.Gauge.Desc("contactcenter_agents", "{agent}",
		"Agents by group and normalised state. A group is an agent group of LivePerson (agentGroupId) or a service of LiveVox (serviceId). An agent of LivePerson who is online without a free slot is on_contact.",
		"group_id", "group_name", "state")
	queueWaiting = metric.Gauge.Desc("contactcenter_queue_waiting", "{contact}",
		"Contacts that wait for an agent, by queue: totalCallsInQueue of a LiveVox service, unassignedConversations of a LivePerson skill.", "queue_id", "queue_name")
)

// Agents returns the metric of agents by group and normalised state.
func Agents() *metric.Desc { return agents }

// QueueWaiting returns the metric of contacts that wait for an agent.
func QueueWaiting() *metric.Desc { return queueWaiting }

// AgentStates returns the values of the label state of Agents.
func AgentStates() []string {
	return []string{"available", "on_contact", "wrap_up", "unavailable", "offline", "other"}
}

// SharedDescs are the metrics that the sources of several vendors fill.
func SharedDescs() []*metric.Desc { return []*metric.Desc{agents, queueWaiting} }
