package e2e

import (
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const rulesFile = "../alerts/contactcenter.rules.yml"

// promQL reads the expressions that a Prometheus without feature flags accepts.
var promQL = parser.NewParser(parser.Options{})

// readRules reads a rule file as Prometheus does. The error holds all that is wrong with it.
func readRules(path string) (*rulefmt.RuleGroups, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	groups, errs := rulefmt.Parse(content, false, model.UTF8Validation, promQL, slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		return nil, fmt.Errorf("%s: %v", path, errs)
	}
	return groups, nil
}

// alertsOf lists the alerts of rule groups in their order.
func alertsOf(groups *rulefmt.RuleGroups) []rulefmt.Rule {
	var out []rulefmt.Rule
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			if r.Alert != "" {
				out = append(out, r)
			}
		}
	}
	return out
}

// recordsOf is the set of series names that rule groups record.
func recordsOf(groups *rulefmt.RuleGroups) map[string]bool {
	out := map[string]bool{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				out[r.Record] = true
			}
		}
	}
	return out
}

// selectorsOf lists the names of the series that an expression reads.
func selectorsOf(expr string) ([]string, error) {
	e, err := promQL.ParseExpr(expr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expr, err)
	}
	var out []string
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			out = append(out, s.Name)
		}
		return nil
	})
	return out, nil
}

// thresholds finds the defaults in the text of the rule file: meaning, default, name, unit and scope.
var thresholds = regexp.MustCompile(`      # (.*)\n      - record: contactcenter:threshold:default\n` +
	`        expr: contactcenter:account:info \* 0 \+ (\S+)\n        labels: \{threshold: (\w+), unit: (\w+), scope: (\w+)\}`)

// table renders docs/alerts.md from the rules and the text that they were read from.
func table(groups *rulefmt.RuleGroups, content string) string {
	var b strings.Builder
	b.WriteString("# Alerts\n\nMade from [alerts/contactcenter.rules.yml](../alerts/contactcenter.rules.yml) by `go test ./... -update` in e2e/; edit that file, not this one.\n" +
		"What to do about each stands in [runbooks.md](runbooks.md).\n")
	for _, g := range groups.Groups {
		head := fmt.Sprintf("\n## %s\n\n| alert | severity | after | computed from | says |\n|---|---|---|---|---|\n", g.Name)
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			after := "at once"
			if r.For > 0 {
				after = r.For.String()
			}
			fmt.Fprintf(&b, "%s| [%s](runbooks.md#%s) | %s | %s | %s | %s |\n", head, r.Alert, strings.ToLower(r.Alert),
				r.Labels["severity"], after, r.Labels["data"], plain(r.Annotations["summary"]))
			head = ""
		}
	}
	b.WriteString("\n## Thresholds\n\nSee the head of the rule file for how to change them. Each can be set for an account; those of the scope group for a group or\n" +
		"service too, those of the scope source for a source.\n\n| threshold | default | unit | scope | meaning |\n|---|---|---|---|---|\n")
	for _, m := range thresholds.FindAllStringSubmatch(content, -1) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", m[3], m[2], m[4], m[5], m[1])
	}
	return b.String()
}

// plain shows a template's label references as their names.
func plain(template string) string {
	return strings.NewReplacer("{{ $labels.", "*", " }}", "*", "|", "\\|").Replace(template)
}
