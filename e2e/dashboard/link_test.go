package dashboard

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// byName finds a dashboard; a link that takes the vendor from what was clicked leads to either.
func byName(name string) []Dashboard {
	var out []Dashboard
	for _, d := range All() {
		if d.Name == name || strings.HasPrefix(name, "${") && (d.Name == "liveperson" || d.Name == "livevox") {
			out = append(out, d)
		}
	}
	return out
}

func (d Dashboard) variable(name string) (Variable, bool) {
	i := slices.IndexFunc(d.Variables, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return Variable{}, false
	}
	return d.Variables[i], true
}

func TestLinksLeadToDashboardsAndCarryWhatTheyCanChoose(t *testing.T) {
	for _, from := range All() {
		content, err := Render(from)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, m := range regexp.MustCompile(`"url": ("/d/contactcenter-[^\n]*")`).FindAllStringSubmatch(string(content), -1) {
			var url string
			if err := json.Unmarshal([]byte(m[1]), &url); err != nil {
				t.Fatal(err)
			}
			found++
			name, query, _ := strings.Cut(strings.TrimPrefix(url, "/d/contactcenter-"), "?")
			targets := byName(name)
			if len(targets) == 0 {
				t.Errorf("%s: %s leads nowhere", from.Title, url)
			}
			if !strings.Contains(query, "${datasource:queryparam}") {
				t.Errorf("%s: %s may open on another server", from.Title, url)
			}
			for _, to := range targets {
				for _, v := range regexp.MustCompile(`var-(\w+)=`).FindAllStringSubmatch(query, -1) {
					if _, ok := to.variable(v[1]); !ok {
						t.Errorf("%s: %s: %s has no variable %s", from.Title, url, to.Title, v[1])
					}
				}
				for _, v := range regexp.MustCompile(`\$\{(\w+):queryparam\}`).FindAllStringSubmatch(query, -1) {
					here, _ := from.variable(v[1])
					there, ok := to.variable(v[1])
					if v[1] != "datasource" && (!ok || there.Vendor != "" && there.Vendor != here.Vendor) {
						t.Errorf("%s: %s carries %s, of which %s may not have the value", from.Title, url, v[1], to.Title)
					}
				}
			}
		}
		if found < len(All())-1 {
			t.Errorf("%s has only %d links", from.Title, found)
		}
	}
}

// What is clicked on in a table has to be one of its columns.
func TestLinksOfTablesReadTheirColumns(t *testing.T) {
	for _, d := range All() {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				for _, c := range p.Columns {
					if c.Link == nil {
						continue
					}
					for _, m := range regexp.MustCompile(`__data\.fields\["(\w+)"\]`).FindAllStringSubmatch(c.Link.URL, -1) {
						if !slices.ContainsFunc(p.Columns, func(o Column) bool { return o.name() == m[1] }) {
							t.Errorf("%s, %s: a link reads %s, which is no column", d.Title, p.Title, m[1])
						}
					}
				}
			}
		}
	}
}
