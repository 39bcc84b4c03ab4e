package e2e

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// What a dashboard, with all its rows open, may cost at 5,000 agents over six hours, in samples that Prometheus reads: more than nine millions a second on a
// machine of two cores, so that a dashboard takes at most two seconds. And how many series or lines a panel shows.
const (
	mostSamples    = 18e6
	mostSeries     = 100
	mostLines      = 200
	scrapeInterval = 30 * time.Second
	shown          = 6 * time.Hour
)

func TestDashboardsCostLittle(t *testing.T) {
	all, err := readDeclared(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	metrics := map[string]declared{}
	for _, m := range all {
		metrics[m.Name] = m
	}
	recorded(metrics, recordsOf(rules(t)))
	for _, agents := range []int{1, 200, 5000} {
		p := population{agents, metrics}
		for _, page := range pages(t) {
			total := 0.0
			for _, panel := range page.Panels {
				c := p.panel(t, page.UID, panel)
				total += c
				if agents == 5000 && c > 1e6 {
					t.Logf("%d agents: %s, %s reads %.1f million samples", agents, page.UID, panel.Title, c/1e6)
				}
			}
			t.Logf("%d agents: %s reads %.2f million samples", agents, page.UID, total/1e6)
			if total > mostSamples {
				t.Errorf("%d agents: %s reads %.1f million samples", agents, page.UID, total/1e6)
			}
		}
	}
}

// panel is what the queries of a panel read, and checks how much they show.
func (p population) panel(t *testing.T, where string, panel panel) float64 {
	t.Helper()
	cost, lines := 0.0, 0
	for _, target := range panel.Targets {
		expr := strings.NewReplacer("$__range_s", "21600", "$__range", "6h", "$__rate_interval", "2m").Replace(target.Expr)
		e, err := promQL.ParseExpr(filled(expr, "one"))
		if err != nil {
			t.Fatal(err)
		}
		period := shown
		if panel.TimeFrom != "" {
			period = 24 * time.Hour
		}
		steps := period / time.Minute // by maxDataPoints
		switch {
		case target.Instant:
			steps = 1
		case panel.Interval != "":
			d, err := time.ParseDuration(panel.Interval)
			if err != nil {
				t.Fatal(err)
			}
			steps = period / d
		}
		cost += p.cost(e, float64(steps))
		if n := p.result(e); panel.Type == "table" {
			lines = max(lines, n)
		} else {
			lines += n
		}
	}
	most := mostSeries
	if panel.Type == "table" {
		most = mostLines
	}
	if panel.Type == "table" && panel.Interval != "" {
		most = 1 // a line for each half hour
	}
	if lines > most {
		t.Errorf("%d agents: %s, %s shows %d", p.agents, where, panel.Title, lines)
	}
	return cost
}

// cost is how many samples an expression reads at a number of points of the axis.
func (p population) cost(e parser.Expr, steps float64) float64 {
	total := 0.0
	parser.Inspect(e, func(n parser.Node, path []parser.Node) error {
		s, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		times, window := steps, 1.0
		if s.StartOrEnd != 0 {
			times = 1
		}
		if len(path) > 0 {
			if m, ok := path[len(path)-1].(*parser.MatrixSelector); ok {
				window = math.Ceil(float64(m.Range) / float64(scrapeInterval))
			}
		}
		total += float64(p.count(s.Name, s.LabelMatchers)) * times * window
		return nil
	})
	return total
}

// result is how many series an expression has at most.
func (p population) result(e parser.Expr) int {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return p.count(e.Name, e.LabelMatchers)
	case *parser.MatrixSelector:
		return p.result(e.VectorSelector)
	case *parser.ParenExpr:
		return p.result(e.Expr)
	case *parser.StepInvariantExpr:
		return p.result(e.Expr)
	case *parser.AggregateExpr:
		return p.aggregated(e)
	case *parser.BinaryExpr:
		return p.joined(e)
	case *parser.Call:
		for _, a := range e.Args {
			if a.Type() == parser.ValueTypeVector || a.Type() == parser.ValueTypeMatrix {
				return p.result(a)
			}
		}
	}
	return 1
}

func (p population) aggregated(e *parser.AggregateExpr) int {
	inner, kept := p.result(e.Expr), 1
	for _, l := range e.Grouping {
		switch {
		case e.Without:
			kept = inner
		case l == "le": // a quantile takes it away
		default:
			kept *= len(p.values("", l, e.Grouping))
		}
	}
	if e.Op == parser.TOPK || e.Op == parser.BOTTOMK {
		if k, ok := e.Param.(*parser.NumberLiteral); ok {
			kept *= int(k.Val)
		}
	}
	return min(inner, kept)
}

func (p population) joined(e *parser.BinaryExpr) int {
	l, r := p.result(e.LHS), p.result(e.RHS)
	scalar := func(e parser.Expr) bool { return e.Type() == parser.ValueTypeScalar }
	switch {
	case e.Op == parser.LOR:
		return l + r
	case e.Op == parser.LUNLESS, scalar(e.RHS):
		return l
	case scalar(e.LHS):
		return r
	case e.VectorMatching != nil && e.VectorMatching.Card == parser.CardManyToOne:
		return l
	case e.VectorMatching != nil && e.VectorMatching.Card == parser.CardOneToMany:
		return r
	}
	return min(l, r)
}
