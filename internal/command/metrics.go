package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Metrics prints the reference of all metrics, made of what the collectors
// declare.
func Metrics(_ context.Context, o Options) error {
	groups := metricGroups(o.Vendors)
	if o.Format == "json" {
		return writeJSON(o.Out, groups)
	}
	return writeMetricsMarkdown(o.Out, groups)
}

// metricGroup are the metrics that come from one place.
type metricGroup struct {
	Title   string        `json:"title"`
	Intro   string        `json:"-"`
	Vendor  string        `json:"vendor,omitempty"`
	Source  string        `json:"source,omitempty"`
	Metrics []metricEntry `json:"metrics"`
}

// metricEntry is a metric as the reference shows it.
type metricEntry struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Unit      string   `json:"unit,omitempty"`
	Labels    []string `json:"labels"`
	Stability string   `json:"stability"`
	Help      string   `json:"help"`
	// Unused says why the metric is on no dashboard and in no alert; empty where it is.
	Unused string `json:"unused_because,omitempty"`
}

func metricGroups(vendors []collector.Vendor) []metricGroup {
	groups := []metricGroup{
		{
			Title:   "The exporter",
			Intro:   "About the process as a whole: they are on no page of single accounts.",
			Metrics: entries(exporterDescs(), nil),
		},
		{
			Title:   "Sources and accounts",
			Intro:   "About the work of the exporter. `source` is the name of a source in the configuration.",
			Metrics: entries(append(scrape.Descs(), collector.AccountDescs(vendors)...), []string{"account"}),
		},
		{
			Title:   "Both vendors",
			Intro:   "The same names and meanings for both vendors, filled by every source that measures them.",
			Metrics: entries(collector.SharedDescs(), []string{"account"}),
		},
	}
	for _, v := range vendors {
		for _, s := range v.Sources {
			groups = append(groups, sourceGroup(v, s))
		}
	}
	return groups
}

func sourceGroup(v collector.Vendor, s collector.Source) metricGroup {
	how := fmt.Sprintf("Interval %s, max_age %s by default", s.Interval, s.MaxAge)
	if s.Feed {
		how = "A feed of events"
	}
	on := "off unless the configuration names it"
	if s.Default {
		on = "on by default"
	}
	own := slices.DeleteFunc(slices.Clone(s.Descs), func(d *metric.Desc) bool {
		return slices.Contains(collector.SharedDescs(), d)
	})
	return metricGroup{
		Title:   fmt.Sprintf("%s: %s", v.Title, s.Name),
		Intro:   fmt.Sprintf("%s %s; %s.", s.Help, how, on),
		Vendor:  v.Name,
		Source:  s.Name,
		Metrics: entries(own, []string{"account"}),
	}
}

// entries are sorted by name, each with the labels that the engine adds.
func entries(descs []*metric.Desc, added []string) []metricEntry {
	all, unused := make([]metricEntry, 0, len(descs)), unusedBecause()
	for _, d := range descs {
		labels := slices.Clone(added)
		if d.Shared() && added != nil {
			labels = append(labels, "vendor")
		}
		all = append(all, metricEntry{
			Name: d.Name, Type: d.Kind.String(), Unit: d.Unit, Help: d.Help, Stability: d.Stability.String(),
			Labels: append(labels, d.Labels...), Unused: unused[d.Name],
		})
	}
	slices.SortFunc(all, func(a, b metricEntry) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func writeMetricsMarkdown(w io.Writer, groups []metricGroup) error {
	var b strings.Builder
	b.WriteString("# Metrics\n\nMade by `contactcenter_exporter metrics` from what the collectors declare; edit those, not this file.\n\n" +
		"A stable metric keeps its name, labels and meaning until the next major version; an experimental one may change in any version.\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| metric | type | labels | stability | meaning |\n|---|---|---|---|---|\n", g.Title, g.Intro)
		for _, m := range g.Metrics {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", m.Name, m.Type, labelList(m.Labels), m.Stability, strings.ReplaceAll(m.meaning(), "|", `\|`))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// meaning is the help text, and why no dashboard shows the metric.
func (m metricEntry) meaning() string {
	if m.Unused == "" {
		return m.Help
	}
	return m.Help + " On no dashboard: " + m.Unused + "."
}

func labelList(labels []string) string {
	if len(labels) == 0 {
		return "–"
	}
	return "`" + strings.Join(labels, "`, `") + "`"
}
