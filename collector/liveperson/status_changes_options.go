package liveperson

import (
	"cmp"
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// statusChangesOptions are the keys of the source status_changes.
type statusChangesOptions struct {
	Overlap  config.Duration `yaml:"overlap" range:"0s..24h" doc:"How far each poll goes back behind the one before, for changes that come late; at least settle, whatever is given."`
	Settle   config.Duration `yaml:"settle" range:"0s..24h" doc:"How late changes may come: time in status is counted up to this long ago."`
	Lookback config.Duration `yaml:"lookback" range:"1s..26w" doc:"How far the first poll goes back; LivePerson keeps six months."`
	Version  int             `yaml:"version" enum:"1,2" doc:"Version of the API. Version 1 leaves out changes of busy agents and is no longer maintained."`
	PageSize int             `yaml:"page_size" range:"0..5000" doc:"Changes per request, or agents (at most 100) in version 1; 0 is 1000 changes or 100 agents."`
	AgentID  string          `yaml:"agent_id" pattern:"^[0-9]*$" form:"a number" doc:"Only this agent."`
	EmpID    string          `yaml:"emp_id" doc:"Only this employee."`
	GroupID  string          `yaml:"group_id" pattern:"^(-1|[0-9]*)$" form:"a number" doc:"Only the agents of this agent group."`
}

// The limits of the Agent Activity API.
const (
	maxV1Agents = 100
	keptMonths  = 6
	// chunk is the span of one request: less than the month that is allowed, so
	// that one answer stays small.
	chunk = 7 * 24 * time.Hour
	// maxChanges is how many changes are counted at once when much is to be caught up.
	maxChanges = 100_000
)

// Validate checks what the vendor documents.
func (o *statusChangesOptions) Validate() error {
	var errs []error
	if o.Version == 1 && o.PageSize > maxV1Agents {
		errs = append(errs, errors.New("page_size: must be at most 100 with version: 1"))
	}
	given := 0
	for _, id := range []string{o.AgentID, o.EmpID, o.GroupID} {
		if id != "" {
			given++
		}
	}
	if given > 1 {
		errs = append(errs, errors.New("agent_id: only one of agent_id, emp_id and group_id can be given"))
	}
	return errors.Join(errs...)
}

// query returns what is asked for between two times.
func (o *statusChangesOptions) query(from, to time.Time) liveperson.StatusChangesQuery {
	usual := 1000
	if o.Version == 1 {
		usual = maxV1Agents
	}
	return liveperson.StatusChangesQuery{
		Version: o.Version, From: from, To: to, Limit: cmp.Or(o.PageSize, usual),
		AgentID: o.AgentID, EmpID: o.EmpID, GroupID: o.GroupID,
	}
}

// poll returns what is asked for at a time, which is the vendor's.
func (o *statusChangesOptions) poll(now, cursor time.Time) timeRange {
	now = now.Truncate(time.Second)
	// An hour is left for the time until the vendor looks at its own clock.
	kept := now.Sub(now.AddDate(0, -keptMonths, 0)) - time.Hour
	r := reach{step: time.Second, lookback: time.Duration(o.Lookback), overlap: time.Duration(max(o.Overlap, o.Settle)), retention: kept}
	return r.since(now, cursor)
}
