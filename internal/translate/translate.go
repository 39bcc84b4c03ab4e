// Package translate holds what the translators of all vendors need to turn the
// values of an answer into samples.
package translate

import (
	"math"
	"regexp"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Other is the label of a value that the exporter doesn't know, None that of a
// value that is missing where the label must be there.
const (
	Other = "other"
	None  = "none"
)

// Percent and Milliseconds are what a vendor's number is divided by.
const (
	Percent      = 100.0
	Milliseconds = 1000.0
)

// Reading returns an empty reading of an answer.
func Reading(e api.Extent) metric.Reading {
	return metric.Reading{Skipped: e.Skipped, Partial: e.Partial, Unknown: e.Malformed}
}

// Note adds to a reading what is said of a further answer.
func Note(r *metric.Reading, e api.Extent) {
	r.Skipped += e.Skipped
	r.Partial = r.Partial || e.Partial
	r.Unknown = append(r.Unknown, e.Malformed...)
}

// enumerated is how the vendors write the values of an enumeration, and no name or text.
var enumerated = regexp.MustCompile(`^([A-Z]+(_[A-Z]+)*|[0-9]{1,3})$`)

// Unknown returns the entry of Reading.Unknown for a value of a field, which is named only
// if it looks like a word of an enumeration.
func Unknown(field, value string) string {
	if len(value) <= 32 && enumerated.MatchString(value) {
		return field + "=" + value
	}
	return field
}

// AppendMeasured appends a number divided by unit; nothing where the vendor has
// none, which it also writes as -1.
func AppendMeasured(to []metric.Sample, d *metric.Desc, n api.Number, unit float64, labels ...string) []metric.Sample {
	if !Measured(n) {
		return to
	}
	return append(to, d.Of(n.Value/unit, labels...))
}

// Measured reports whether the vendor has a number: vendors also write -1 where
// they have none, and measure nothing below zero.
func Measured(n api.Number) bool { return n.Valid && n.Value >= 0 }

// maxSummand is more than anything that vendors count or sum up can be at a time.
const maxSummand = 1e9

// Summable reports whether a number may be added to others: one that cannot be true
// would hide the sum.
func Summable(n api.Number) bool { return n.Valid && math.Abs(n.Value) <= maxSummand }

// Entry returns the value of a key, a new one if there is none.
func Entry[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}
