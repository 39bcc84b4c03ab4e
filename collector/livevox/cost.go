package livevox

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// perChunk is the cost of a source that asks for all services in chunks.
func perChunk(a config.Account, _ config.Source, l collector.Load) float64 {
	n := max(len(keysOf(a).Filter.ServiceIDs), l.Services)
	return float64(max(1, (n+livevox.MaxServices-1)/livevox.MaxServices))
}

// perService is the cost of a source that asks for each service on its own.
func perService(a config.Account, _ config.Source, l collector.Load) float64 {
	if n := len(keysOf(a).Filter.ServiceIDs); n > 0 {
		return float64(n)
	}
	return float64(max(1, l.Services))
}
