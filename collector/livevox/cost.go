package livevox

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// maxServices is how many services LiveVox takes in one filter.
const maxServices = 150

// perChunk is the cost of a source that asks for all services in chunks.
func perChunk(a config.Account, _ config.Source, l collector.Load) float64 {
	n := max(len(keysOf(a).Filter.ServiceIDs), l.Services)
	return float64(max(1, (n+maxServices-1)/maxServices))
}

// perService is the cost of a source that asks for each service on its own.
func perService(a config.Account, _ config.Source, l collector.Load) float64 {
	if n := len(keysOf(a).Filter.ServiceIDs); n > 0 {
		return float64(n)
	}
	return float64(max(1, l.Services))
}
