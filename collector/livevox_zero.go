package collector

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// lvZeros tells the engine which counters of a feed can be expected, so that
// their first event is an increase: once for each service that other sources
// have shown. It is used by one goroutine.
type lvZeros struct {
	of   func(service string) []metric.Sample
	told map[livevox.ID]bool
}

func newLVZeros(of func(service string) []metric.Sample) *lvZeros {
	return &lvZeros{of: of, told: map[livevox.ID]bool{}}
}

// next returns the series of the services that are new.
func (z *lvZeros) next(services []livevox.Service) []metric.Sample {
	var out []metric.Sample
	for _, s := range services {
		if !z.told[s.ID] {
			z.told[s.ID] = true
			out = append(out, z.of(string(s.ID))...)
		}
	}
	return out
}

// lvAgentEventZeros are what every service has every day.
func lvAgentEventZeros(service string) []metric.Sample {
	out := []metric.Sample{
		lvAgentEventsTotal.Of(0, service, "logon", none, none),
		lvAgentEventsTotal.Of(0, service, "logoff", none, none),
	}
	for _, event := range []string{"ready", "in_call", "wrap_up"} {
		out = append(out, lvAgentEventsTotal.Of(0, service, event, "acd", none))
	}
	for _, reason := range lvReasons() {
		out = append(out, lvAgentEventsTotal.Of(0, service, "not_ready", "acd", reason))
	}
	for _, state := range []string{"logged_on", "ready", "not_ready", "in_call", "wrap_up", "hold"} {
		out = append(out, lvAgentEventSeconds.Of(0, service, state))
	}
	return out
}

// lvInteractionZeros are the outcomes of a call that was queued.
func lvInteractionZeros(service string) []metric.Sample {
	var out []metric.Sample
	for _, outcome := range []string{"answered_within", "answered_after", "abandoned_within", "abandoned_after"} {
		out = append(out, lvServiceLevels.Of(0, service, outcome))
	}
	return out
}
