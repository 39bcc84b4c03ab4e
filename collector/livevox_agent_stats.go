package collector

import (
	"errors"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

var (
	lvAgentCalls = lvAgentTotal("livevox_agent_calls_total", "{call}",
		"Calls of an agent for a service, by direction (inboundCalls, outboundCalls", "direction")
	lvAgentReady = lvAgentTotal("livevox_agent_ready_seconds_total", "s",
		"Time that an agent was ready for calls of a service, in seconds (readyDuration")
	lvAgentNotReady = lvAgentTotal("livevox_agent_not_ready_seconds_total", "s",
		"Time that an agent was not ready, for any reason, in seconds (totalNotReadyDuration")
	lvAgentWrapUp = lvAgentTotal("livevox_agent_wrap_up_seconds_total", "s",
		"Time that an agent spent on wrap-up after calls of a service, in seconds (wrapupDuration")
	lvAgentTalk = lvAgentTotal("livevox_agent_talk_seconds_total", "s",
		"Time that an agent talked for a service, in seconds (talkDuration")
	lvAgentReason = lvAgentTotal("livevox_agent_not_ready_reason_seconds_total", "s",
		"Time that an agent was not ready, by reason, in seconds (notReadyLunchDuration and its likes; what has none of these reasons is only in livevox_agent_not_ready_seconds_total", "reason")
	lvAgentOutcomes = lvAgentTotal("livevox_agent_outcomes_total", "{call}",
		"Outcomes of an agent's calls for a service: right party, complete or not (rpcComplete, rpcIncomplete), wrong_party (wpc) and non_contact (nonContacts", "outcome")
)

// lvAgentTotal returns a counter of agents and services. help ends within its
// parenthesis.
func lvAgentTotal(name, unit, help string, more ...string) *metric.Desc {
	return &metric.Desc{
		Name: name, Help: help + "; a total of the vendor's day, counted on over its restarts).", Unit: unit, Kind: metric.Counter,
		Labels: append([]string{"agent_id", "service_id"}, more...),
	}
}

// lvAgentStatsOptions are the own keys of agent_stats.
type lvAgentStatsOptions struct {
	// Version is ex, or legacy for the method that knows neither services nor ids.
	Version string `yaml:"version"`
}

// Validate refuses a version that is neither ex nor legacy.
func (o *lvAgentStatsOptions) Validate() error {
	if o.Version != "ex" && o.Version != "legacy" {
		return errors.New("version: must be ex or legacy")
	}
	return nil
}

func liveVoxAgentStats() Source {
	return Source{
		Spec: config.Spec{
			Name: "agent_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true,
			Help:    "The day's calls, times and outcomes of every agent by service (POST realtime/service/agent/stats/ex).",
			Options: func() any { return &lvAgentStatsOptions{Version: "ex"} },
		},
		Cost:  perChunk,
		Descs: []*metric.Desc{lvAgentCalls, lvAgentReady, lvAgentNotReady, lvAgentWrapUp, lvAgentTalk, lvAgentReason, lvAgentOutcomes},
		Open: func(s Setup) Collect {
			if s.Config.Options.(*lvAgentStatsOptions).Version == "legacy" {
				return measure(s.LiveVox.LegacyAgentStats, func(stats livevox.LegacyAgentStats) metric.Reading {
					return lvLegacyAgentStats(stats, lvNameIdentity(s.Env))
				})
			}
			return measure(s.LiveVox.AgentStats, func(stats livevox.AgentStats) metric.Reading {
				return lvAgentStats(stats, s.Identity)
			})
		},
	}
}

// lvAgentStats translates the totals of agents by service.
func lvAgentStats(stats livevox.AgentStats, identity Identity) metric.Reading {
	r := metric.Reading{Skipped: stats.Skipped, Partial: stats.Partial}
	for _, row := range stats.Rows {
		if row.LoginID == "" || row.ServiceID == "" {
			r.Skipped++
			continue
		}
		id := identity(string(row.LoginID), string(row.Name))
		r.Rows = append(r.Rows, metric.Row{
			Key:    string(row.LoginID) + "\x00" + string(row.ServiceID),
			Totals: lvAgentTotals(row.AgentTotals, id, string(row.ServiceID)),
		})
	}
	return r
}

// lvLegacyAgentStats translates the totals of the legacy method, which knows an
// agent by name only. Agents of one name are one row: nothing tells them apart.
func lvLegacyAgentStats(stats livevox.LegacyAgentStats, identity Identity) metric.Reading {
	r := metric.Reading{Skipped: stats.Skipped, Partial: stats.Partial}
	place := map[api.Text]int{}
	for _, row := range stats.Rows {
		if row.Name == "" {
			r.Skipped++
			continue
		}
		totals := lvAgentTotals(row.AgentTotals, identity(string(row.Name), string(row.Name)), "")
		i, met := place[row.Name]
		if !met {
			place[row.Name] = len(r.Rows)
			r.Rows = append(r.Rows, metric.Row{Key: string(row.Name), Totals: totals})
			continue
		}
		r.Rows[i].Totals = lvSum(r.Rows[i].Totals, totals)
	}
	return r
}

// lvSum adds the samples of b to those of the same series in a.
func lvSum(a, b []metric.Sample) []metric.Sample {
	place := make(map[string]int, len(a))
	for i, s := range a {
		place[s.Key()] = i
	}
	for _, s := range b {
		if i, met := place[s.Key()]; met {
			a[i].Value += s.Value
			continue
		}
		a = append(a, s)
	}
	return a
}

func lvAgentTotals(t livevox.AgentTotals, agent, service string) []metric.Sample {
	out := make([]metric.Sample, 0, 16)
	add := func(d *metric.Desc, n api.Number, label ...string) {
		out = appendMeasured(out, d, n, 1, append([]string{agent, service}, label...)...)
	}
	add(lvAgentCalls, t.InboundCalls, "inbound")
	add(lvAgentCalls, t.OutboundCalls, "outbound")
	add(lvAgentReady, t.Ready)
	add(lvAgentNotReady, t.NotReady)
	add(lvAgentWrapUp, t.WrapUp)
	add(lvAgentTalk, t.Talk)
	add(lvAgentReason, t.NotReadyLunch, "lunch")
	add(lvAgentReason, t.NotReadyTraining, "training")
	add(lvAgentReason, t.NotReadyBreak, "break")
	add(lvAgentReason, t.NotReadyMeeting, "meeting")
	add(lvAgentReason, t.NotReadyTechDiff, "tech_difficulties")
	add(lvAgentReason, t.NotReadyOther, other)
	add(lvAgentOutcomes, t.RPCComplete, "rpc_complete")
	add(lvAgentOutcomes, t.RPCIncomplete, "rpc_incomplete")
	add(lvAgentOutcomes, t.WPC, "wrong_party")
	add(lvAgentOutcomes, t.NonContacts, "non_contact")
	return out
}

// lvNameIdentity returns the identity of agents of whom only the name is known:
// hashed, unless names may be shown or no agent may.
func lvNameIdentity(env Env) Identity {
	switch {
	case env.Account.Identity != config.ID:
		return env.Identity
	case env.Pseudonym != nil:
		return env.Pseudonym
	}
	return func(string, string) string { return "" }
}
