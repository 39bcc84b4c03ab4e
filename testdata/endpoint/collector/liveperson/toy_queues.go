package liveperson

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var toyWaiting = metric.Gauge.Desc("liveperson_toy_queue_waiting", "{contact}",
	"Contacts that wait in a queue of the toy endpoint (waiting).", "queue_id")

// toyQueuesSource is the source toy_queues.
func toyQueuesSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "toy_queues", Interval: time.Minute, MaxAge: 5 * time.Minute,
			Help: "Contacts that wait, by queue: toy-queues, an endpoint that only a test has.",
		},
		Service: liveperson.History,
		Advice:  permissions{application: "The application needs the scope toy.", key: "The key needs the permission Toy."}.advice,
		Descs:   []*metric.Desc{toyWaiting},
		Open: func(s collector.Setup) collector.Collect {
			return collector.Measure(clientOf(s).ToyQueues, toyQueuesReading)
		},
	}
}

// toyQueuesReading translates the queues.
func toyQueuesReading(answer liveperson.ToyQueues) metric.Reading {
	r := translate.Reading(answer.Extent)
	seen := map[api.Text]bool{}
	for _, q := range answer.Queues.Items {
		switch {
		case q.ID == "":
			r.Skipped++
		case !seen[q.ID]:
			seen[q.ID] = true
			r.Gauges.Samples = translate.AppendMeasured(r.Gauges.Samples, toyWaiting, q.Waiting, 1, string(q.ID))
		}
	}
	return r
}
