package otlp

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// One metric of each kind, of one vendor and of both.
var (
	fxAgents = &metric.Desc{Name: "contactcenter_agents", Help: "Agents by state.", Unit: "{agent}", Labels: []string{"group_id", "state"}}
	fxLoad   = &metric.Desc{Name: "liveperson_agent_load_ratio", Help: "Load of the agent.", Labels: []string{"agent_id"}}
	fxStart  = &metric.Desc{Name: "liveperson_agent_status_start_timestamp_seconds", Help: "When the status began.", Unit: "s", Labels: []string{"agent_id"}}
	fxStatus = &metric.Desc{Name: "liveperson_agent_status", Help: "Status of the agent.", Kind: metric.StateSet, Labels: []string{"agent_id", "status"}}
	fxInfo   = &metric.Desc{Name: "livevox_service_info", Help: "1 for each service.", Labels: []string{"service_id", "call_center_id"}}
	fxCalls  = &metric.Desc{Name: "livevox_service_calls_offered_total", Help: "Calls offered.", Unit: "{call}", Kind: metric.Counter, Labels: []string{"service_id"}}
	fxTalk   = &metric.Desc{Name: "livevox_agent_talk_seconds_total", Help: "Seconds of talk.", Unit: "s", Kind: metric.Counter, Labels: []string{"agent_id"}}
	fxQueue  = &metric.Desc{Name: "livevox_call_queue_seconds", Help: "Seconds in queue.", Unit: "s", Kind: metric.Histogram, Labels: []string{"service_id"}, Buckets: []float64{1, 5, 30}}
	fxUp     = &metric.Desc{Name: "contactcenter_source_up", Help: "1 if the newest fetch succeeded.", Labels: []string{"source"}}
	fxSize   = &metric.Desc{Name: "contactcenter_exporter_state_size_bytes", Help: "Size of the state.", Unit: "By"}
)

func distribution(values ...float64) *metric.Distribution {
	d := &metric.Distribution{}
	for _, v := range values {
		d.Observe(fxQueue.Buckets, v)
	}
	return d
}

func since(s metric.Sample, t time.Time) metric.Sample {
	return s.From(t)
}

// batches are what an exporter with two accounts shows that began at a time.
func batches(started time.Time) []metric.Batch {
	begin := started.Add(-72 * time.Hour).Truncate(time.Second)
	queue := since(fxQueue.Of(0, "7"), begin)
	queue.Histogram = distribution(0, 0.4, 3, 3.5, 40, 900)
	return []metric.Batch{
		{Account: "shop", Vendor: "liveperson", Source: "agent_status", Generation: 1, Samples: []metric.Sample{
			fxAgents.Of(3, "12", "available"), fxAgents.Of(0, "12", "offline"),
			fxLoad.Of(0.25, "101"), fxLoad.Of(1, "102"),
			fxStart.Of(1.7e9+0.125, "101"),
			fxStatus.Of(1, "101", "online"), fxStatus.Of(0, "101", "away"),
		}},
		{Account: "dialer", Vendor: "livevox", Source: "service_stats", Generation: 2, Samples: []metric.Sample{
			fxAgents.Of(5, "7", "available"),
			fxInfo.Of(1, "7", ""), fxInfo.Of(1, "8", "3"),
			since(fxCalls.Of(1234567, "7"), begin), since(fxCalls.Of(0, "8"), begin.Add(time.Hour)),
			since(fxTalk.Of(17.5, "b1946ac92492d234"), begin),
			queue,
		}},
		{Account: "dialer", Vendor: "livevox", Generation: 3, Samples: []metric.Sample{fxUp.Of(1, "service_stats")}},
		{Generation: 4, Samples: []metric.Sample{fxSize.Of(65536)}},
	}
}
