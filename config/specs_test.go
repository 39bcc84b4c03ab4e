package config

import (
	"errors"
	"fmt"
	"time"
)

// Sources that look like the real ones, which live in a package that imports
// this one.

type idFilter struct {
	SkillIDs      IDs `yaml:"skill_ids" doc:"Only agents with one of these skills."`
	AgentGroupIDs IDs `yaml:"agent_group_ids" doc:"Only agents of these groups."`
	// Presence is nil where it doesn't matter.
	Presence *bool `yaml:"presence" doc:"Only agents that are present, or that are not."`
}

type statusOptions struct {
	PageSize int      `yaml:"page_size" range:"1..1000" doc:"Agents per page."`
	Filter   idFilter `yaml:"filter" doc:"Restricts the agents."`
}

type activityOptions struct {
	Timeframe Duration      `yaml:"timeframe" range:"5m..24h" doc:"How far back each answer reaches."`
	Bucket    time.Duration `yaml:"bucket" range:"5m.." doc:"Length of a bucket, a divisor of timeframe."`
	Settle    Duration      `yaml:"settle" doc:"Age at which a bucket is final."`
	AgentIDs  IDs           `yaml:"agent_ids" doc:"Agents to ask for, or all."`
}

func (o *activityOptions) Validate() error {
	if time.Duration(o.Timeframe)%o.Bucket != 0 {
		return fmt.Errorf("bucket: must be a divisor of timeframe (%s), not %s", o.Timeframe, Duration(o.Bucket))
	}
	return nil
}

type changesOptions struct {
	Overlap  Duration `yaml:"overlap"`
	Settle   Duration `yaml:"settle"`
	Lookback Duration `yaml:"lookback" range:"1s..26w"`
	Version  int      `yaml:"version" enum:"1,2"`
}

type versionOptions struct {
	Version string `yaml:"version" enum:"ex,legacy"`
}

type lookupOptions struct {
	MaxLookups int `yaml:"max_lookups_per_minute" range:"1.."`
}

type feedOptions struct {
	Mode  string `yaml:"mode" enum:"poll,sse"`
	Count int    `yaml:"count" range:"1..1000"`
}

func (o *feedOptions) Validate() error {
	if o.Mode == "sse" && o.Count != 1000 {
		return errors.Join(errors.New("count: has no meaning with mode: sse"), errors.New("mode and count contradict each other"))
	}
	return nil
}

func testVendors() []Vendor {
	return []Vendor{
		{Name: "liveperson", Title: "LivePerson", Identity: ID, Metrics: []string{"contactcenter_agents", "liveperson_agents"}, Always: []string{"contactcenter_source_up"}, Keys: func() Keys {
			return &shopKeys{DiscoveryURL: "https://api.liveperson.net", RequestSource: "contactcenter"}
		}, Sources: []Spec{
			{Name: "agent_status", Interval: 30 * time.Second, MaxAge: 5 * time.Minute, Default: true, Help: "The state of every agent.", Options: func() any {
				return &statusOptions{PageSize: 1000}
			}},
			{Name: "agent_activity", Interval: 5 * time.Minute, MaxAge: 20 * time.Minute, Help: "Time in each state.", Options: func() any {
				return &activityOptions{Timeframe: Duration(time.Hour), Bucket: 5 * time.Minute, Settle: Duration(time.Hour), AgentIDs: IDs{"all"}}
			}},
			{Name: "status_changes", Interval: 10 * time.Minute, MaxAge: 30 * time.Minute, Default: true, Options: func() any {
				return &changesOptions{Overlap: Duration(2 * time.Hour), Settle: Duration(time.Hour), Lookback: Duration(24 * time.Hour), Version: 2}
			}},
		}},
		{Name: "livevox", Title: "LiveVox", Identity: Hash, Keys: func() Keys {
			return &dialerKeys{BaseURL: "https://api.livevox.com"}
		}, Sources: []Spec{
			{Name: "service_stats", Interval: 30 * time.Second, MaxAge: 5 * time.Minute, Default: true},
			{Name: "agents_status", Interval: 15 * time.Second, MaxAge: 2 * time.Minute, Default: true},
			{Name: "agent_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true, Options: func() any {
				return &versionOptions{Version: "ex"}
			}},
			{Name: "calls_on_hold", Interval: 30 * time.Second, MaxAge: 2 * time.Minute, Default: true},
			{Name: "campaign_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true},
			{Name: "agent_averages", Interval: time.Minute, MaxAge: 5 * time.Minute},
			{Name: "live_connects", Interval: time.Minute, MaxAge: 5 * time.Minute},
			{Name: "call_data", Interval: 30 * time.Second, MaxAge: 2 * time.Minute, Options: func() any {
				return &lookupOptions{MaxLookups: 30}
			}},
			{Name: "agent_events", Feed: true},
			{Name: "interaction_events", Feed: true, Options: func() any {
				return &feedOptions{Mode: "poll", Count: 1000}
			}},
		}},
	}
}
