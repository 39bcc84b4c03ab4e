package livevox

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// zeroSeries tells the engine which counters of a feed can be expected, so that
// their first event is an increase: once for each service that other sources
// have shown. It is used by one goroutine.
type zeroSeries struct {
	of    func(service string) []metric.Sample
	begun map[livevox.ID]bool
}

func newZeroSeries(of func(service string) []metric.Sample) *zeroSeries {
	return &zeroSeries{of: of, begun: map[livevox.ID]bool{}}
}

// next returns the series of the services that are new.
func (z *zeroSeries) next(services []livevox.Service) []metric.Sample {
	var out []metric.Sample
	for _, s := range services {
		if !z.begun[s.ID] {
			z.begun[s.ID] = true
			out = append(out, z.of(string(s.ID))...)
		}
	}
	return out
}

// agentEventZeros are what every service has every day.
func agentEventZeros(service string) []metric.Sample {
	out := []metric.Sample{
		agentEventsTotal.Of(0, service, "logon", translate.None, translate.None),
		agentEventsTotal.Of(0, service, "logoff", translate.None, translate.None),
	}
	for _, event := range []string{"ready", "in_call", "wrap_up"} {
		out = append(out, agentEventsTotal.Of(0, service, event, "acd", translate.None))
	}
	for _, reason := range notReadyReasons() {
		out = append(out, agentEventsTotal.Of(0, service, "not_ready", "acd", reason))
	}
	for _, state := range []string{"logged_on", "ready", "not_ready"} {
		out = append(out, agentEventSeconds.Of(0, service, state, translate.None))
	}
	return out
}

// interactionZeros are the outcomes of a call that was queued.
func interactionZeros(service string) []metric.Sample {
	var out []metric.Sample
	for _, outcome := range []string{"answered_within", "answered_after", "abandoned_within", "abandoned_after"} {
		out = append(out, callServiceLevels.Of(0, service, outcome))
	}
	return out
}
