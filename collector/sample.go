package collector

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// appendTime appends the sample of a moment in seconds, to the millisecond that
// the vendors write; the zero time is none.
func appendTime(to []metric.Sample, d *metric.Desc, t time.Time, labels ...string) []metric.Sample {
	if t.IsZero() {
		return to
	}
	return append(to, d.Of(float64(t.UnixMilli())/1000, labels...))
}

// measured reports whether the vendor has a number: both also write -1 where
// they have none, and measure nothing below zero.
func measured(n api.Number) bool { return n.Valid && n.Value >= 0 }

// truth is how a boolean is shown.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// entry returns the value of a key, a new one if there is none.
func entry[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}
