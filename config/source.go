package config

import "time"

// Source is what the configuration says of one source.
type Source struct {
	Interval       time.Duration `yaml:"interval" feed:"no" range:"1s..1y" doc:"Time between the beginnings of two fetches."`
	MaxAge         time.Duration `yaml:"max_age" feed:"no" range:"1s.." doc:"Age at which the data of the last good fetch vanishes: at least interval. If only interval is given it is three intervals, or the default if that is longer."`
	MaxSeries      int           `yaml:"max_series" range:"1.." doc:"How many series may be kept and shown; default is the account's."`
	MaxLabelValues int           `yaml:"max_label_values" range:"1.." doc:"How many values a label that customers can extend may have; default is the account's."`
	// Options is the value that Spec.Options made, filled from the file; nil
	// where the source has no options.
	Options any `yaml:"-"`
}

// Spec says what can be configured of a source.
type Spec struct {
	Name string
	// Interval and MaxAge are the defaults. A feed has neither.
	Interval, MaxAge time.Duration
	// Default is whether the source is on if the file doesn't name it.
	Default bool
	// Feed is true for a source that follows a stream of events.
	Feed bool
	// Help is one sentence for the reference.
	Help string
	// Options returns a pointer to a new struct that holds the defaults of the
	// source's own keys, with the tags of this package; nil where it has none. If
	// it is an interface{ Validate() error }, it is asked after reading; each line
	// of its error begins with the key that is wrong.
	Options func() any
	// Fits says why the source can't be on as the account is, such as together with
	// another one; each line of the error begins with the key that is wrong. nil where
	// it always can.
	Fits func(Account) error
}

// options returns the defaults of the source's own keys; nil where it has none.
func (s Spec) options() any {
	if s.Options == nil {
		return nil
	}
	return s.Options()
}

// Source returns a source of an account of which the file says nothing yet.
func (s Spec) Source(a Account) Source {
	return Source{
		Interval:       s.Interval,
		MaxAge:         s.MaxAge,
		MaxSeries:      a.MaxSeries,
		MaxLabelValues: a.MaxLabelValues,
		Options:        s.options(),
	}
}
