package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	agentCalls = agentTotalDesc("livevox_agent_calls_total", "{call}",
		"Calls of an agent for a service, by direction (inboundCalls, outboundCalls", "direction")
	agentReady = agentTotalDesc("livevox_agent_ready_seconds_total", "s",
		"Time that an agent was ready for calls of a service, in seconds (readyDuration")
	agentNotReady = agentTotalDesc("livevox_agent_not_ready_seconds_total", "s",
		"Time that an agent was not ready, for any reason, in seconds (totalNotReadyDuration")
	agentWrapUp = agentTotalDesc("livevox_agent_wrap_up_seconds_total", "s",
		"Time that an agent spent on wrap-up after calls of a service, in seconds (wrapupDuration")
	agentTalk = agentTotalDesc("livevox_agent_talk_seconds_total", "s",
		"Time that an agent talked for a service, in seconds (talkDuration")
	agentReason = agentTotalDesc("livevox_agent_not_ready_reason_seconds_total", "s",
		"Time that an agent was not ready, by reason, in seconds (notReadyLunchDuration and its likes; what has none of these reasons is only in livevox_agent_not_ready_seconds_total", "reason")
	agentOutcomes = agentTotalDesc("livevox_agent_outcomes_total", "{call}",
		"Outcomes of an agent's calls for a service: right party, complete or not (rpcComplete, rpcIncomplete), wrong_party (wpc) and non_contact (nonContacts", "outcome")
)

// agentTotalDesc returns a counter of agents and services. help ends within its
// parenthesis.
func agentTotalDesc(name, unit, help string, more ...string) *metric.Desc {
	return metric.Counter.Desc(name, unit, help+"; a total of the vendor's day, counted on over its restarts).", append([]string{"agent_id", "service_id"}, more...)...)
}

// agentStatsOptions are the own keys of agent_stats.
type agentStatsOptions struct {
	Version string `yaml:"version" enum:"ex,legacy" doc:"Method that is asked: ex, or legacy, which knows neither services nor ids of agents."`
}

func agentStatsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "agent_stats", Interval: time.Minute, MaxAge: 5 * time.Minute, Default: true,
			Help:    "The day's calls, times and outcomes of every agent by service (POST realtime/service/agent/stats/ex).",
			Options: func() any { return &agentStatsOptions{Version: "ex"} },
		},
		Days:   dayTotals(),
		Cost:   perChunk,
		Advice: reportRoles.advice,
		Descs:  []*metric.Desc{agentCalls, agentReady, agentNotReady, agentWrapUp, agentTalk, agentReason, agentOutcomes},
		Open: func(s collector.Setup) collector.Collect {
			if s.Config.Options.(*agentStatsOptions).Version == "legacy" {
				return collector.Measure(clientOf(s).LegacyAgentStats, func(stats livevox.LegacyAgentStats) metric.Reading {
					return legacyAgentStatsReading(stats, nameIdentity(s.Env))
				})
			}
			return collector.Measure(clientOf(s).AgentStats, func(stats livevox.AgentStats) metric.Reading {
				return agentStatsReading(stats, s.Identity)
			})
		},
	}
}

// agentStatsReading translates the totals of agents by service.
func agentStatsReading(stats livevox.AgentStats, identity collector.Identity) metric.Reading {
	r := translate.Reading(stats.Extent)
	for _, row := range stats.Rows {
		if row.LoginID == "" || row.ServiceID == "" {
			r.Skipped++
			continue
		}
		id := identity(string(row.LoginID), string(row.Name))
		r.Totals = append(r.Totals, metric.Row{
			Key:    livevox.FoldLogin(row.LoginID) + "\x00" + string(row.ServiceID),
			Former: string(row.LoginID) + "\x00" + string(row.ServiceID),
			Totals: agentTotals(row.AgentTotals, id, string(row.ServiceID)),
		})
	}
	return r
}

// legacyAgentStatsReading translates the totals of the legacy method, which knows an
// agent by name only. Agents of one name are one row: nothing tells them apart.
func legacyAgentStatsReading(stats livevox.LegacyAgentStats, identity collector.Identity) metric.Reading {
	r := translate.Reading(stats.Extent)
	place := map[api.Text]int{}
	for _, row := range stats.Rows {
		if row.Name == "" {
			r.Skipped++
			continue
		}
		totals := agentTotals(row.AgentTotals, identity(string(row.Name), string(row.Name)), "")
		i, met := place[row.Name]
		if !met {
			place[row.Name] = len(r.Totals)
			r.Totals = append(r.Totals, metric.Row{Key: string(row.Name), Totals: totals})
			continue
		}
		r.Totals[i].Totals = addTotals(r.Totals[i].Totals, totals)
	}
	return r
}

// addTotals adds the samples of b to those of the same series in a.
func addTotals(a, b []metric.Sample) []metric.Sample {
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

func agentTotals(t livevox.AgentTotals, agent, service string) []metric.Sample {
	out, labels := make([]metric.Sample, 0, 16), make([]string, 0, 44) // room for all of them
	add := func(d *metric.Desc, n api.Number, label ...string) {
		start := len(labels)
		labels = append(append(labels, agent, service), label...)
		out = translate.AppendMeasured(out, d, n, 1, labels[start:len(labels):len(labels)]...)
	}
	add(agentCalls, t.InboundCalls, "inbound")
	add(agentCalls, t.OutboundCalls, "outbound")
	add(agentReady, t.Ready)
	add(agentNotReady, t.NotReady)
	add(agentWrapUp, t.WrapUp)
	add(agentTalk, t.Talk)
	add(agentReason, t.NotReadyLunch, "lunch")
	add(agentReason, t.NotReadyTraining, "training")
	add(agentReason, t.NotReadyBreak, "break")
	add(agentReason, t.NotReadyMeeting, "meeting")
	add(agentReason, t.NotReadyTechDiff, "tech_difficulties")
	add(agentReason, t.NotReadyOther, translate.Other)
	add(agentOutcomes, t.RPCComplete, "rpc_complete")
	add(agentOutcomes, t.RPCIncomplete, "rpc_incomplete")
	add(agentOutcomes, t.WPC, "wrong_party")
	add(agentOutcomes, t.NonContacts, "non_contact")
	return out
}

// nameIdentity returns the identity of agents of whom only the name is known:
// hashed, unless names may be shown or no agent may.
func nameIdentity(env collector.Env) collector.Identity {
	switch {
	case env.Account.Identity != config.ID:
		return env.Identity
	case env.Pseudonym != nil:
		return env.Pseudonym
	}
	return func(string, string) string { return "" }
}
