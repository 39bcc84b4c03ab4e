package e2e

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// comparing finds the alerts that compare with another day, and the series whose past each reads.
func comparing(t *testing.T, groups *rulefmt.RuleGroups) map[string][]string {
	t.Helper()
	past, alerts := map[string][]string{}, map[string][]string{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			names := pastIn(t, r.Expr)
			read, err := selectorsOf(r.Expr)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range read {
				names = append(names, past[name]...)
			}
			slices.Sort(names)
			if names = slices.Compact(names); len(names) == 0 {
				continue
			}
			if past[r.Record] = names; r.Alert != "" {
				alerts[r.Alert] = names
			}
		}
	}
	return alerts
}

// pastIn lists the series that an expression reads of a day ago or longer.
func pastIn(t *testing.T, expr string) (names []string) {
	t.Helper()
	e, err := promQL.ParseExpr(expr)
	if err != nil {
		t.Fatal(err)
	}
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok && s.OriginalOffset >= 24*time.Hour {
			names = append(names, s.Name)
		}
		return nil
	})
	return names
}

// onlyFor leaves the rules out that alerts don't depend on, and lists the series that those left read.
func onlyFor(t *testing.T, groups *rulefmt.RuleGroups, alerts map[string][]string) map[string]bool {
	t.Helper()
	wanted := map[string]bool{}
	for more := true; more; {
		before := len(wanted)
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				if _, compares := alerts[r.Alert]; !compares && !wanted[r.Record] {
					continue
				}
				names, err := selectorsOf(r.Expr)
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range names {
					wanted[name] = true
				}
			}
		}
		more = len(wanted) > before
	}
	for i := range groups.Groups {
		g := &groups.Groups[i]
		g.Rules = slices.DeleteFunc(g.Rules, func(r rulefmt.Rule) bool {
			_, compares := alerts[r.Alert]
			return !compares && !wanted[r.Record]
		})
	}
	return wanted
}

// These alerts compare with another day. What each reads of it must be filled in, or docs/backfill.md says that it isn't.
func TestAlertsThatCompareWithLastWeekAreKnown(t *testing.T) {
	got := comparing(t, rules(t))
	want := map[string][]string{
		"ContactCenterAvailableAgentsBelowLastWeek": {"contactcenter:group:serving"},
		"ContactCenterLoginsMissing":                {"contactcenter:account:logged_in"},
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
}
