// Package metric is the one form in which a measurement travels: from the
// translation of a vendor's answer to the page and to the OTLP push. It knows
// neither vendors nor the ways out.
package metric

import (
	"slices"
	"strings"
)

// Kind is what sort of value a metric has.
type Kind uint8

// The kinds.
const (
	Gauge     Kind = iota // goes up and down
	Counter               // only grows, since Sample.Since()
	StateSet              // one series per known state, 0 or 1; a gauge on the Prometheus page
	Histogram             // a distribution, since Sample.Since; see Sample.Histogram
)

// String returns the word that the metric reference uses.
func (k Kind) String() string { return [...]string{"gauge", "counter", "stateset", "histogram"}[k] }

// Stability is a class of metrics.
type Stability uint8

// The classes.
const (
	Stable       Stability = iota // changes only with a new major version
	Experimental                  // may change or vanish in any version
)

// String returns the word that the metric reference uses.
func (s Stability) String() string {
	if s == Experimental {
		return "experimental"
	}
	return "stable"
}

// Desc says what a metric is. It is a package-level value beside the function
// that fills it and is compared by its address. Two vendors that measure the
// same thing fill the same Desc: that is all the normalisation there is.
type Desc struct {
	// Name as on the Prometheus page, with unit and _total.
	Name string
	// Help says what the number means, its unit and the vendor's field.
	Help string
	// Unit is the UCUM unit: "s", "1", "{call}". Empty means "1".
	Unit string
	// Kind of the value.
	Kind Kind
	// Labels names the labels that samples give values for. The engine adds
	// account, and vendor where Shared is true.
	Labels []string
	// Open names the labels whose values a customer of the vendor can extend, such
	// as results and reasons: the engine bounds them by max_label_values.
	Open []string
	// Ahead is true for a time that has not come yet, such as when something will open;
	// other times that are later than now are errors.
	Ahead bool
	// OTLPName is the name of the metric in OTLP, where units are no part of names;
	// empty means Name without its unit and _total. It is set where that would be the
	// name of another metric.
	OTLPName string
	// Stability says how far names, labels and meaning can be relied on; Stable by
	// default.
	Stability Stability
	// Buckets are the upper bounds of a Histogram, ascending, without +Inf.
	Buckets []float64
}

// Desc returns the description of a metric of kind k, for a package-level value. Unit ""
// means "1".
func (k Kind) Desc(name, unit, help string, labels ...string) *Desc {
	return &Desc{Name: name, Unit: unit, Help: help, Kind: k, Labels: labels}
}

// Experimental sets the Stability of d and returns d.
func (d *Desc) Experimental() *Desc {
	d.Stability = Experimental
	return d
}

// Bounded sets the Open labels of d and returns d.
func (d *Desc) Bounded(labels ...string) *Desc {
	d.Open = labels
	return d
}

// Bucketed sets the Buckets of d, which is a Histogram, and returns d.
func (d *Desc) Bucketed(bounds ...float64) *Desc {
	d.Buckets = bounds
	return d
}

// UnitWord returns the word that names of metrics have for a UCUM unit; "" for other units
// than those that are used here.
func UnitWord(unit string) string {
	switch unit {
	case "s":
		return "seconds"
	case "By":
		return "bytes"
	case "", "1":
		return "ratio"
	}
	return ""
}

// Shared reports whether both vendors fill the metric, so that its series need
// the label vendor.
func (d *Desc) Shared() bool { return strings.HasPrefix(d.Name, "contactcenter_") }

// Has reports whether label is among the labels of d.
func (d *Desc) Has(label string) bool { return slices.Contains(d.Labels, label) }

// Of returns a sample of d. It panics if the number of label values is wrong,
// which is an error of the caller that no vendor's answer can cause.
func (d *Desc) Of(value float64, labels ...string) Sample {
	if len(labels) != len(d.Labels) {
		panic("metric: " + d.Name + " needs the labels " + strings.Join(d.Labels, ", "))
	}
	return Sample{Desc: d, Labels: labels, Value: value}
}
