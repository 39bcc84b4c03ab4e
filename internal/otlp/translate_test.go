package otlp

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// translations are the two ways in which a Prometheus server names what it
// receives with suffixes, as its documentation of OTLP tells them.
var translations = map[string]func(name, unit string, k metric.Kind) string{
	"UnderscoreEscapingWithSuffixes": translateWords,
	"NoUTF8EscapingWithSuffixes":     translateSuffix,
}

// unitWords is the part of the server's table that the metrics need.
var unitWords = map[string]string{
	"d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
	"ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "Hz": "hertz", "%": "percent", "1": "",
}

// unitWord is what a unit adds to a name: annotations in braces nothing, an
// unknown unit itself.
func unitWord(unit string) string {
	if strings.ContainsAny(unit, "{}") {
		return ""
	}
	if word, known := unitWords[unit]; known {
		return word
	}
	return unit
}

// translateWords takes the name apart into words. The unit is added unless it is
// among them; total and ratio are taken out wherever they stand, and put at the
// end.
func translateWords(name, unit string, k metric.Kind) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' })
	if w := unitWord(unit); w != "" && !slices.Contains(words, w) {
		words = append(words, w)
	}
	atEnd := func(word string) {
		words = append(slices.DeleteFunc(words, func(w string) bool { return w == word }), word)
	}
	if k == metric.Counter {
		atEnd("total")
	}
	if k == metric.Gauge && unit == "1" {
		atEnd("ratio")
	}
	return strings.Join(words, "_")
}

// translateSuffix leaves the name alone and adds what it doesn't end in.
func translateSuffix(name, unit string, k metric.Kind) string {
	if k == metric.Counter {
		name = strings.TrimSuffix(name, "_total")
	}
	if w := unitWord(unit); w != "" && !strings.HasSuffix(name, w) {
		name += "_" + w
	}
	if k == metric.Counter {
		return name + "_total"
	}
	if k == metric.Gauge && unit == "1" {
		return strings.TrimSuffix(name, "_ratio") + "_ratio"
	}
	return name
}

func TestNameAndUnit(t *testing.T) {
	tests := []struct {
		promise    string
		desc       metric.Desc
		name, unit string
	}{
		{"a counter loses _total", metric.Desc{Name: "a_calls_total", Unit: "{call}", Kind: metric.Counter}, "a_calls", "{call}"},
		{"a counter of seconds loses both", metric.Desc{Name: "a_wait_seconds_total", Unit: "s", Kind: metric.Counter}, "a_wait", "s"},
		{"a counter without unit counts ones", metric.Desc{Name: "a_resets_total", Kind: metric.Counter}, "a_resets", "1"},
		{"a timestamp is in seconds", metric.Desc{Name: "a_start_timestamp_seconds", Unit: "s"}, "a_start_timestamp", "s"},
		{"bytes", metric.Desc{Name: "a_size_bytes", Unit: "By"}, "a_size", "By"},
		{"a ratio is a one", metric.Desc{Name: "a_load_ratio"}, "a_load", "1"},
		{"a ratio that says its unit", metric.Desc{Name: "a_load_ratio", Unit: "1"}, "a_load", "1"},
		{"a flag is no ratio", metric.Desc{Name: "a_up", Unit: "1"}, "a_up", ""},
		{"an info metric is no ratio", metric.Desc{Name: "a_build_info"}, "a_build_info", ""},
		{"a state set counts ones", metric.Desc{Name: "a_status", Kind: metric.StateSet}, "a_status", "1"},
		{"a name that another metric has keeps its unit", metric.Desc{Name: "a_status_seconds_total", OTLPName: "a_status_seconds", Unit: "s", Kind: metric.Counter}, "a_status_seconds", "s"},
		{"a histogram of seconds", metric.Desc{Name: "a_duration_seconds", Unit: "s", Kind: metric.Histogram}, "a_duration", "s"},
		{"a unit that the name doesn't say adds nothing", metric.Desc{Name: "a_window", Unit: "s"}, "a_window", "{s}"},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			if got := Name(&test.desc); got != test.name {
				t.Errorf("name %q, want %q", got, test.name)
			}
			if got := Unit(&test.desc); got != test.unit {
				t.Errorf("unit %q, want %q", got, test.unit)
			}
			for strategy, translate := range translations {
				if got := translate(Name(&test.desc), Unit(&test.desc), test.desc.Kind); got != test.desc.Name {
					t.Errorf("%s makes %q of it, want %q", strategy, got, test.desc.Name)
				}
			}
		})
	}
}
