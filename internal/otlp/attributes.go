package otlp

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// attributes returns the labels of s, as the page has them: a label without a
// value is absent, and what the batch says of account and vendor stands above a
// label of that name. It overwrites scratch, which it returns for the next call.
func attributes(scratch []attribute.KeyValue, b *metric.Batch, s *metric.Sample) (attribute.Set, []attribute.KeyValue) {
	pairs := scratch[:0]
	for i, name := range s.Desc.Labels {
		if value := s.Labels[i]; value != "" {
			pairs = append(pairs, attribute.String(name, metric.CleanLabel(value)))
		}
	}
	if b.Account != "" {
		pairs = append(pairs, attribute.String("account", metric.CleanLabel(b.Account)))
	}
	if b.Vendor != "" && s.Desc.Shared() {
		pairs = append(pairs, attribute.String("vendor", metric.CleanLabel(b.Vendor)))
	}
	return attribute.NewSet(pairs...), pairs
}
