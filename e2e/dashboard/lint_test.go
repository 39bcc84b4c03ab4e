package dashboard

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What Grafana silently ignores or shows in another way than it reads, found by looking at it in a real one.

type fieldOptions struct {
	Unit, NoValue string
	Decimals      *int
	Color         struct{ Mode string }
	Mappings      []any
	Thresholds    struct{ Steps []struct{ Value *float64 } }
	Custom        struct {
		FillOpacity int
		DrawStyle   string
		Stacking    *struct{ Mode string }
	}
}

type overriding struct {
	Matcher    struct{ ID, Options string }
	Properties []struct {
		ID    string
		Value any
	}
}

type drawn struct {
	Type, Title, Interval string
	Description           string
	TimeFrom              string
	GridPos               struct{ W, H, Y int }
	Targets               []struct {
		Expr, LegendFormat, Format string
		RefID                      string
		Instant                    bool
	}
	FieldConfig struct {
		Defaults  fieldOptions
		Overrides []overriding
	}
	Options struct {
		MergeValues bool
		Legend      struct{ Placement string }
		SortBy      []struct{ DisplayName string }
	}
	Transformations []struct {
		ID      string
		Options struct {
			RenameByName               map[string]string
			IndexByName                map[string]int
			ExcludeByName, IncludeName map[string]bool
		}
	}
	Panels []drawn
}

// each calls a function for every panel of every file, those of closed rows too.
func each(t *testing.T, check func(where string, p drawn)) {
	t.Helper()
	for _, d := range All() {
		content, err := Render(d)
		if err != nil {
			t.Fatal(err)
		}
		var page struct{ Panels []drawn }
		if err := json.Unmarshal(content, &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Panels {
			for _, inside := range append(p.Panels, p) {
				if inside.Type != "row" {
					check(d.Title+", "+inside.Title, inside)
				}
			}
		}
	}
}

func TestNoOptionIsIgnored(t *testing.T) {
	each(t, func(where string, p drawn) {
		f := p.FieldConfig.Defaults
		if p.Type == "state-timeline" && p.Options.MergeValues && f.Color.Mode == "thresholds" && len(f.Mappings) > 0 {
			t.Errorf("%s: a state timeline that merges values by thresholds shows no mapping", where)
		}
		if p.Type == "timeseries" && (f.Color.Mode == "thresholds" || len(f.Mappings) > 0) {
			t.Errorf("%s: lines have neither mappings nor the colour of their last value", where)
		}
		if s := f.Custom.Stacking; s != nil && f.Custom.FillOpacity == 0 {
			t.Errorf("%s: stacked lines without an area are read as sums", where)
		}
		if len(f.Thresholds.Steps) == 0 || f.Thresholds.Steps[0].Value != nil {
			t.Errorf("%s: the first threshold has no value, or it covers only what is above it", where)
		}
		series := p.Type == "timeseries" || p.Type == "state-timeline" || p.Interval != ""
		for _, target := range p.Targets {
			if target.Instant == series {
				t.Errorf("%s: a line wants a range, all else one moment", where)
			}
			if target.Instant && p.TimeFrom != "" {
				t.Errorf("%s: the moment at which a day ends is still to come", where)
			}
			if (p.Type == "table") != (target.Format == "table") {
				t.Errorf("%s: only a table wants the form of a table", where)
			}
			if series && strings.Contains(target.Expr, "topk(") && !strings.Contains(target.Expr, "@ end()") {
				t.Errorf("%s: topk at each point of the axis shows other series at each: %s", where, target.Expr)
			}
			if strings.Contains(target.Expr, "$__range") && series && !strings.Contains(target.Expr, "@ end()") {
				t.Errorf("%s: the whole period before each point of the axis: %s", where, target.Expr)
			}
		}
		if f.Custom.DrawStyle == "bars" && (p.Interval == "" || f.Custom.Stacking == nil && len(p.Targets) > 1 && !lined(p)) {
			t.Errorf("%s: bars overlap without an interval, or where they are neither stacked nor all but one are lines", where)
		}
		if p.Type == "timeseries" && p.Options.Legend.Placement != "bottom" {
			t.Errorf("%s: a legend on the right leaves no room for the graph at 1280 pixels", where)
		}
	})
}

// lined says whether all series but one are drawn as lines among the bars.
func lined(p drawn) bool {
	lines := 0
	for _, o := range p.FieldConfig.Overrides {
		if o.Properties[0].ID == "custom.drawStyle" {
			lines++
		}
	}
	return lines == len(p.Targets)-1
}

func TestTablesShowTheirColumnsAndNoOther(t *testing.T) {
	each(t, func(where string, p drawn) {
		if p.Type != "table" {
			return
		}
		columns := p.Transformations[1].Options
		if columns.IncludeName != nil {
			t.Errorf("%s: Grafana before 10.2 doesn't know includeByName", where)
		}
		titles := map[string]bool{}
		for from := range columns.IndexByName {
			titles[cmp.Or(columns.RenameByName[from], from)] = true
		}
		for _, s := range p.Options.SortBy {
			if !titles[s.DisplayName] {
				t.Errorf("%s: no column %s to sort by", where, s.DisplayName)
			}
		}
		for _, target := range p.Targets {
			for _, by := range regexp.MustCompile(`^(?:[^"(]*\()*?(?:max|sum|group|count) by \(([^)]*)\)`).FindAllStringSubmatch(target.Expr, 1) {
				for _, name := range strings.Split(by[1], ", ") {
					if _, shown := columns.IndexByName[name]; !shown && !columns.ExcludeByName[name] {
						t.Errorf("%s: the label %s is neither shown nor left out", where, name)
					}
				}
			}
		}
		for _, o := range p.FieldConfig.Overrides {
			if !titles[o.Matcher.Options] {
				t.Errorf("%s: an override of %q, which is no column", where, o.Matcher.Options)
			}
		}
		// What stands for no data fills every empty cell of a text column, unless the column has its own.
		if p.FieldConfig.Defaults.NoValue != "–" {
			for title := range titles {
				own := slices.ContainsFunc(p.FieldConfig.Overrides, func(o overriding) bool {
					return o.Matcher.Options == title && o.Properties[0].ID == "noValue"
				})
				if !own {
					t.Errorf("%s: %q stands in the empty cells of %s", where, p.FieldConfig.Defaults.NoValue, title)
				}
			}
		}
	})
}

func TestColoursBelongToSeriesThatThereAre(t *testing.T) {
	for _, d := range All() {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				for name := range p.Colors {
					if !slices.ContainsFunc(p.Queries, func(q Query) bool { return legendOf(q.Legend).MatchString(name) }) {
						t.Errorf("%s, %s: no series is called %s", d.Title, p.Title, name)
					}
				}
			}
		}
	}
}

// legendOf is what a legend can become.
func legendOf(legend string) *regexp.Regexp {
	parts := regexp.MustCompile(`{{\w+}}`).Split(legend, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".+") + "$")
}

func TestUnits(t *testing.T) {
	over := map[string]string{ // shares that may be more than one, and why
		"LivePerson, Highest load of agents": "an agent's conversations can outweigh the capacity",
		"Agent, Load":                        "likewise",
		"LivePerson, Skills":                 "likewise",
		"LivePerson, Agent groups":           "likewise",
	}
	counter, halfHours := regexp.MustCompile(`increase\(|:increase30m`), regexp.MustCompile(`\[30m\]|:increase30m`)
	each(t, func(where string, p drawn) {
		f := p.FieldConfig.Defaults
		if over[where] != "" && !strings.Contains(p.Description, "can exceed") {
			t.Errorf("%s: that a share can be more than 100 %% stands in the description", where)
		}
		switch f.Unit {
		case "none":
			if f.Decimals == nil || *f.Decimals != 0 {
				t.Errorf("%s: a count is whole", where)
			}
			for _, target := range p.Targets {
				if p.Type != "table" && counter.MatchString(target.Expr) && !strings.Contains(target.Expr, "round(") {
					t.Errorf("%s: what an increase counts is rounded: %s", where, target.Expr)
				}
				if p.Type == "timeseries" && halfHours.MatchString(target.Expr) && f.Custom.DrawStyle != "bars" {
					t.Errorf("%s: what was counted in half an hour is a bar: %s", where, target.Expr)
				}
			}
		case "percentunit":
			for _, target := range p.Targets {
				if over[where] == "" && !bounded(target.Expr) {
					t.Errorf("%s: nothing is above 100 %%: %s", where, target.Expr)
				}
			}
		case "s":
			if !strings.HasPrefix(where, "Exporter, ") {
				t.Errorf("%s: times of people are shown as h:mm:ss", where)
			}
		case "dthms", "short", "bytes", "cpm", "reqpm", "locale":
		default:
			t.Errorf("%s: unit %s", where, f.Unit)
		}
	})
}

// bounded says whether a share can't be more than one: it is clamped, or its numerator is part of its denominator.
func bounded(expr string) bool {
	part := regexp.MustCompile(`clamp|_ratio\{|_ratio:(30m|1h)|^avg\(contactcenter_group_open\{|service_level="within".*/|:unavailable\{.*/ \(contactcenter:group:logged_in`)
	return part.MatchString(expr)
}
