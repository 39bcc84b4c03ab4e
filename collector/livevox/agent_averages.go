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

var agentAverageDesc = metric.Gauge.Desc("livevox_service_agent_average_seconds", "s",
	"Mean time that the agents of a service spent in a state, in seconds as the vendor averages it (averageReadyTime and its likes of the newest row; in_call is averageTalkTime).",
	"service_id", "state")

func agentAveragesSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "agent_averages", Interval: time.Minute, MaxAge: 5 * time.Minute,
			Help: "Mean time of agents in each state, with one request per service (POST realtime/service/agents/averages).",
		},
		Cost:   perService,
		Advice: reportRoles.advice,
		Descs:  []*metric.Desc{agentAverageDesc},
		Open: func(s collector.Setup) collector.Collect {
			return collector.Measure(clientOf(s).AgentAverages, agentAveragesReading)
		},
	}
}

// agentAveragesReading translates the averages of every service.
func agentAveragesReading(averages livevox.AgentAverages) metric.Reading {
	r := translate.Reading(averages.Extent)
	for _, s := range averages.Services {
		for _, f := range []struct {
			state string
			value api.Number
		}{
			{"ready", s.Ready},
			{"not_ready", s.NotReady},
			{"in_call", s.Talk},
			{"wrap_up", s.WrapUp},
			{"preview_dial", s.PreviewDial},
			{"manual_dial", s.ManualDial},
			{"hold", s.Hold},
			{"transferring", s.Transferring},
			{"registering", s.Registering},
			{"dialing", s.Dialing},
			{"reserved", s.Reserved},
		} {
			r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, agentAverageDesc, f.value, 1, string(s.ServiceID), f.state)
		}
	}
	return r
}
