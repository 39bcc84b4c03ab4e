package liveperson

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// agentStatusOptions are the source's own keys.
type agentStatusOptions struct {
	PageSize int               `yaml:"page_size" range:"1..1000" doc:"Agents per request."`
	Sort     string            `yaml:"sort" pattern:"^((start|end)(:(asc|desc))?)?$" form:"start or end, with :asc or :desc" doc:"Order in which the vendor delivers; empty leaves it to the vendor."`
	Filter   agentStatusFilter `yaml:"filter" doc:"Restricts the agents; what is empty doesn't."`
}

// agentStatusFilter restricts the agents that are asked for.
type agentStatusFilter struct {
	Status           []string        `yaml:"status" enum:"ONLINE,AWAY,BACK_SOON,OFFLINE" doc:"Only agents with one of these statuses."`
	AgentIDs         config.IDs      `yaml:"agent_ids" doc:"Only these agents."`
	SkillIDs         config.IDs      `yaml:"skill_ids" doc:"Only agents with one of these skills."`
	AgentGroupIDs    config.IDs      `yaml:"agent_group_ids" doc:"Only agents of these agent groups."`
	Presence         *bool           `yaml:"presence" doc:"Only agents that are present (true) or not (false); the vendor's default is true."`
	ConnectionStates []string        `yaml:"connection_states" enum:"CONNECTED,DISCONNECTED" doc:"Only agents whose connection is in one of these states."`
	ConnectedWithin  config.Duration `yaml:"connected_within" range:"0s.." doc:"How far back a connection counts (timestamp.from); the vendor's default is 5 to 10 minutes."`
}

func (o *agentStatusOptions) query(now time.Time) liveperson.AgentStatusQuery {
	f := o.Filter
	q := liveperson.AgentStatusQuery{Limit: o.PageSize, Sort: o.Sort, Filter: liveperson.AgentStatusFilter{
		Status: f.Status, AgentIDs: liveperson.NumericIDs(f.AgentIDs), SkillIDs: f.SkillIDs, AgentGroupIDs: f.AgentGroupIDs,
		AgentPresence: f.Presence, ConnectionStates: f.ConnectionStates,
	}}
	if f.ConnectedWithin > 0 {
		q.Filter.Timestamp = &liveperson.Timestamp{From: now.Add(-time.Duration(f.ConnectedWithin)).UnixMilli()}
	}
	return q
}
