package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/contactcenter-exporter/contactcenter_exporter/e2e/dashboard"
)

func TestDashboardFilesAreThoseOfTheGenerator(t *testing.T) {
	want := map[string]bool{}
	for _, d := range dashboard.All() {
		path := "../dashboards/" + d.Name + ".json"
		want[path] = true
		content, err := dashboard.Render(d)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if text(t, path) != string(content) {
			t.Errorf("%s is old: go test ./... -update", path)
		}
	}
	files, _ := filepath.Glob("../dashboards/*.json")
	for _, path := range files {
		if !want[path] {
			t.Errorf("%s is no dashboard of the generator", path)
		}
	}
}

// page is what the rules below look at.
type page struct {
	UID, Title string
	Editable   bool
	Templating struct {
		List []struct {
			Name, Label, Type string
			Query             any
			Refresh           int
			Definition        string
		}
	}
	Panels []panel // those of closed rows at the end
	open   int     // how many aren't in closed rows
}

type panel struct {
	Type, Title, Description string
	Interval, TimeFrom       string
	Panels                   []panel // of a closed row
	Datasource               struct{ UID string }
	FieldConfig              struct{ Defaults struct{ Unit string } }
	GridPos                  struct{ X, Y, W, H int }
	Targets                  []struct {
		Expr, LegendFormat string
		Instant            bool
		Datasource         struct{ UID string }
	}
}

func pages(t *testing.T) []page {
	t.Helper()
	var out []page
	for _, d := range dashboard.All() {
		var p page
		if err := json.Unmarshal([]byte(text(t, "../dashboards/"+d.Name+".json")), &p); err != nil {
			t.Fatal(err)
		}
		p.open = len(p.Panels)
		for _, row := range p.Panels {
			p.Panels = append(p.Panels, row.Panels...)
		}
		out = append(out, p)
	}
	return out
}

// filled puts values where a dashboard has variables.
func filled(expr, agent string) string {
	return strings.NewReplacer("$account", ".*", "$group", ".*", "$skill", ".*", "$state", ".*", "$agent", agent, "$__rate_interval", "1m", "$__range_s", "300", "$__range", "5m").Replace(expr)
}

// The rules of Grafana's dashboard linter. Two are left out on purpose: that there be variables job and instance, and that
// each expression select by them. What people choose here is an account, wherever its exporter runs.
func TestDashboardsKeepTheLintersRules(t *testing.T) {
	for _, p := range pages(t) {
		if p.Editable || p.UID == "" || p.Title == "" {
			t.Errorf("%s: uneditable, with uid and title", p.UID)
		}
		if v := p.Templating.List[0]; v.Name != "datasource" || v.Type != "datasource" || v.Query != "prometheus" || v.Label != "Data source" {
			t.Errorf("%s: the first variable is the data source", p.UID)
		}
		for _, v := range p.Templating.List[1:] {
			if v.Refresh != 2 || v.Label == "" {
				t.Errorf("%s: variable %s has a label and is read again with the time range", p.UID, v.Name)
			}
			inner := regexp.MustCompile(`^(?:label_values|query_result)\((.*?)(?:, \w+)?\)$`).FindStringSubmatch(v.Definition)
			if inner == nil {
				t.Errorf("%s: variable %s: %s", p.UID, v.Name, v.Definition)
			} else if _, err := promQL.ParseExpr(filled(inner[1], "a")); err != nil {
				t.Errorf("%s: variable %s: %v", p.UID, v.Name, err)
			}
		}
		for _, panel := range p.Panels {
			if panel.Type != "row" {
				lint(t, p.UID+", "+panel.Title, panel)
			}
		}
	}
}

func lint(t *testing.T, where string, p panel) {
	if p.Title == "" || p.Description == "" || p.FieldConfig.Defaults.Unit == "" {
		t.Errorf("%s: title, description and unit are there", where)
	}
	if p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
		t.Errorf("%s: the data source is the variable, and there is an expression", where)
	}
	for _, target := range p.Targets {
		if target.Datasource.UID != "${datasource}" || target.LegendFormat == "" && p.Type != "table" {
			t.Errorf("%s: each expression has the data source and a legend", where)
		}
		if strings.Contains(target.Expr, "rate(") && !regexp.MustCompile(`rate\([^\[]*\[(\$__rate_interval|1h)\]`).MatchString(target.Expr) {
			t.Errorf("%s: rate over $__rate_interval, or an hour for what comes every ten minutes: %s", where, target.Expr)
		}
	}
}

func TestDashboardsReadOnlyWhatIsThere(t *testing.T) {
	known, err := readCatalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	records := recordsOf(rules(t))
	for _, p := range pages(t) {
		for _, panel := range p.Panels {
			for _, target := range panel.Targets {
				names, err := selectorsOf(filled(target.Expr, "a"))
				if err != nil {
					t.Errorf("%s, %s: %v", p.UID, panel.Title, err)
				}
				for _, n := range names {
					if !known.knows(n) && !records[n] && !prometheusOwn(n) && n != "process_resident_memory_bytes" {
						t.Errorf("%s, %s reads %s, which is not written", p.UID, panel.Title, n)
					}
				}
				counters(t, known, p.UID+", "+panel.Title, filled(target.Expr, "a"))
			}
		}
	}
}

// Every metric has a place, or the reference says why not.
func TestEveryMetricIsShownOrSaysWhyNot(t *testing.T) {
	all, err := readDeclared(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	note := func(expr string) {
		names, err := selectorsOf(filled(expr, "a"))
		if err != nil {
			t.Error(err)
		}
		for _, n := range names {
			read[n] = true
		}
	}
	for _, p := range pages(t) {
		for _, panel := range p.Panels {
			for _, target := range panel.Targets {
				note(target.Expr)
			}
		}
	}
	for _, g := range rules(t).Groups {
		for _, r := range g.Rules {
			note(r.Expr)
		}
	}
	for _, m := range all {
		shown := read[m.Name] || read[m.Name+"_bucket"] || read[m.Name+"_sum"]
		if shown == (m.Unused != "") {
			t.Errorf("%s: on a dashboard or in a rule %v, unused_because %q", m.Name, shown, m.Unused)
		}
	}
}

// counters says that a counter is only seen through rate or increase.
func counters(t *testing.T, known catalogue, where, expr string) {
	e, err := promQL.ParseExpr(expr)
	if err != nil {
		return
	}
	parser.Inspect(e, func(n parser.Node, path []parser.Node) error {
		s, ok := n.(*parser.VectorSelector)
		if !ok || known[s.Name] != "counter" {
			return nil
		}
		for _, above := range path {
			if c, ok := above.(*parser.Call); ok && (c.Func.Name == "rate" || c.Func.Name == "increase") {
				return nil
			}
		}
		t.Errorf("%s: the counter %s is shown without rate or increase", where, s.Name)
		return nil
	})
}

func TestPanelsDoNotOverlap(t *testing.T) {
	for _, p := range pages(t) {
		taken := map[[2]int]string{}
		for _, panel := range p.Panels[:p.open] {
			g := panel.GridPos
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
						t.Fatalf("%s: %s lies on %s, or over the edge", p.UID, panel.Title, other)
					}
					taken[[2]int{x, y}] = panel.Title
				}
			}
		}
	}
}

func TestLinksOfAlertsLeadToDashboardsAndTheirVariables(t *testing.T) {
	known := map[string]map[string]bool{}
	for _, p := range pages(t) {
		known[p.UID] = map[string]bool{}
		for _, v := range p.Templating.List {
			known[p.UID][v.Name] = true
		}
	}
	for _, a := range alertsOf(rules(t)) {
		_, link, _ := strings.Cut(a.Annotations["dashboard_path"], "/d/")
		uid, query, _ := strings.Cut(link, "?")
		if known[uid] == nil {
			t.Errorf("%s: there is no dashboard %s", a.Alert, uid)
		}
		for _, m := range regexp.MustCompile(`var-(\w+)=`).FindAllStringSubmatch(query, -1) {
			if !known[uid][m[1]] {
				t.Errorf("%s: %s has no variable %s", a.Alert, uid, m[1])
			}
		}
	}
}
