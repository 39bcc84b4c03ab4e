// Package golden compares readings with files under testdata; tests of collectors
// use it. The flag -update writes the files.
package golden

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/lint"
)

var update = flag.Bool("update", false, "write the golden files of testdata")

// Check compares what read makes of testdata/name.json with testdata/name.prom:
// the samples as on the page, then what is to be counted, section by section.
// The page must please promlint and hold no series twice.
func Check(t *testing.T, name string, read func([]byte) (metric.Reading, error)) {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	reading, err := read(body)
	if err != nil {
		t.Fatal(err)
	}
	lint.Page(t, Page(t, reading.Gauges.Samples))
	compare(t, "testdata/"+name+".prom", render(t, reading))
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := difference(string(want), got); d != "" {
		t.Errorf("%s differs (- want, + got; -update writes it):\n%s", file, d)
	}
}

// difference lists the lines that only one of two texts has; "" if they are
// equal.
func difference(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for _, line := range w {
		if !slices.Contains(g, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			out = append(out, "+ "+line)
		}
	}
	if out == nil {
		return "the same lines in another order or number"
	}
	return strings.Join(out, "\n")
}

// render writes a reading as text: everything that it says, nothing twice.
func render(t *testing.T, r metric.Reading) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(Page(t, r.Gauges.Samples))
	section(&b, "zero", slices.Concat(r.Intervals.Zero, r.Events.Zero))
	for _, row := range r.Totals {
		section(&b, "row "+strconv.Quote(row.Key), row.Totals)
	}
	for _, bucket := range r.Intervals.List {
		section(&b, fmt.Sprintf("bucket %q %s", bucket.Key, moment(bucket.End)), bucket.Add)
	}
	for _, e := range r.Events.List {
		section(&b, fmt.Sprintf("event %q %s order %d subject %q", e.Key, moment(e.Time), e.Order, e.Subject), e.Add)
		section(&b, "  late", e.Late)
		section(&b, "  begin", e.Begin)
		if len(e.Unknown) > 0 {
			fmt.Fprintf(&b, "  unknown: %v\n", e.Unknown)
		}
	}
	b.WriteString(rest(r))
	return b.String()
}

// rest writes the parts of a reading that hold no samples, zero values left out.
func rest(r metric.Reading) string {
	var b strings.Builder
	line := func(name string, value any, set bool) {
		if set {
			fmt.Fprintf(&b, "# %s %v\n", name, value)
		}
	}
	for _, p := range []metric.Progress{r.Intervals.Progress, r.Events.Progress} {
		line("settled", moment(p.FinalUntil), !p.FinalUntil.IsZero())
	}
	line("running", r.Events.Running, r.Events.Running)
	line("horizon", moment(r.Events.Horizon), !r.Events.Horizon.IsZero())
	for _, p := range []metric.Progress{r.Intervals.Progress, r.Events.Progress} {
		line("cursor", strconv.Quote(p.Cursor), p.Cursor != "")
		line("gap", p.Gap, p.Gap != 0)
	}
	line("more", r.Events.More, r.Events.More)
	line("partial", r.Partial, r.Partial)
	line("skipped", r.Skipped, r.Skipped != 0)
	line("unknown", r.Unknown, len(r.Unknown) > 0)
	return b.String()
}

// Page writes samples in the text format, families and series in order.
func Page(t *testing.T, samples []metric.Sample) string {
	t.Helper()
	families := map[*metric.Desc][]metric.Sample{}
	seen := map[string]bool{}
	for _, s := range samples {
		if seen[s.Key()] {
			t.Errorf("the series %s is there twice", series(s))
		}
		seen[s.Key()] = true
		families[s.Desc] = append(families[s.Desc], s)
	}
	var b strings.Builder
	for _, d := range slices.SortedFunc(maps.Keys(families), func(a, b *metric.Desc) int { return strings.Compare(a.Name, b.Name) }) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", d.Name, strings.ReplaceAll(d.Help, "\n", `\n`), d.Name, pageType(d.Kind))
		b.WriteString(lines(families[d]))
	}
	return b.String()
}

func pageType(k metric.Kind) string {
	if k == metric.StateSet {
		return metric.Gauge.String()
	}
	return k.String()
}

func section(b *strings.Builder, title string, samples []metric.Sample) {
	if len(samples) > 0 || strings.HasPrefix(title, "event") {
		fmt.Fprintf(b, "# %s\n%s", title, lines(samples))
	}
}

func lines(samples []metric.Sample) string {
	var out []string
	for _, s := range samples {
		out = append(out, series(s)+" "+strconv.FormatFloat(s.Value, 'g', -1, 64)+"\n")
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

func series(s metric.Sample) string {
	var labels []string
	for i, l := range s.Desc.Labels {
		if s.Labels[i] != "" {
			labels = append(labels, l+"="+quote(s.Labels[i]))
		}
	}
	if labels == nil {
		return s.Desc.Name
	}
	return s.Desc.Name + "{" + strings.Join(labels, ",") + "}"
}

// quote escapes a label value as the text format wants it.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(value) + `"`
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
