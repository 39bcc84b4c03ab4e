package e2e

import (
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// Alerts on the agents, queue or service level of a group are silent while it is closed, as a matter of the rule.
func TestAlertsOnGroupsAreSilentWhileTheGroupIsClosed(t *testing.T) {
	judgesGroups := regexp.MustCompile(`^(agents|queue|agents_queue)$`)
	elsewhere := map[string]string{
		"ContactCenterLoginsMissing":              "of an account, in which a group is open",
		"ContactCenterDialerAbandonmentNearLimit": "of a campaign, over days",
		"ContactCenterDialerAbandonmentOverLimit": "of a campaign, over days",
	}
	for _, a := range alertsOf(rules(t)) {
		if !judgesGroups.MatchString(a.Labels["data"]) {
			continue
		}
		e, err := promQL.ParseExpr(a.Expr)
		if err != nil {
			t.Fatal(err)
		}
		if last := closedLast(e); last != (elsewhere[a.Alert] == "") {
			t.Errorf("%s: ends with unless contactcenter:group:closed is %v; %q", a.Alert, last, elsewhere[a.Alert])
		}
	}
}

// closedLast says whether what an expression gives is left out where the group is closed.
func closedLast(e parser.Expr) bool {
	b, ok := e.(*parser.BinaryExpr)
	if !ok || b.Op != parser.LUNLESS {
		return false
	}
	s, ok := b.RHS.(*parser.VectorSelector)
	return ok && s.Name == "contactcenter:group:closed" && len(s.LabelMatchers) == 1
}
