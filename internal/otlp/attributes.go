package otlp

import (
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// maxRunes bounds a label value, as on the page.
const maxRunes = 256

// attributes returns the labels of s, as the page has them: a label without a
// value is absent, and what the batch says of account and vendor stands above a
// label of that name. It overwrites scratch, which it returns for the next call.
func attributes(scratch []attribute.KeyValue, b *metric.Batch, s *metric.Sample) (attribute.Set, []attribute.KeyValue) {
	pairs := scratch[:0]
	for i, name := range s.Desc.Labels {
		if value := s.Labels[i]; value != "" {
			pairs = append(pairs, attribute.String(name, clean(value)))
		}
	}
	if b.Account != "" {
		pairs = append(pairs, attribute.String("account", clean(b.Account)))
	}
	if b.Vendor != "" && s.Desc.Shared() {
		pairs = append(pairs, attribute.String("vendor", clean(b.Vendor)))
	}
	return attribute.NewSet(pairs...), pairs
}

// clean makes valid UTF-8 of a label value, of at most maxRunes runes: a request
// with anything else can't be encoded.
func clean(value string) string {
	if len(value) <= maxRunes && utf8.ValidString(value) {
		return value
	}
	value = strings.ToValidUTF8(value, string(utf8.RuneError))
	runes := 0
	for i := range value {
		if runes == maxRunes {
			return value[:i]
		}
		runes++
	}
	return value
}
