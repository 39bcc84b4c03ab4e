package e2e

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// ruleTest is a file of promtool test rules.
type ruleTest struct {
	RuleFiles []string   `yaml:"rule_files"`
	Interval  string     `yaml:"evaluation_interval"`
	Order     []string   `yaml:"group_eval_order"`
	Tests     []ruleCase `yaml:"tests"`
}

type ruleCase struct {
	Name   string      `yaml:"name"`
	Start  string      `yaml:"start_timestamp"`
	Every  string      `yaml:"interval"`
	Series []ruleInput `yaml:"input_series"`
	Exprs  []ruleExpr  `yaml:"promql_expr_test"`
}

type ruleInput struct {
	Series string `yaml:"series"`
	Values string `yaml:"values"`
}

type ruleExpr struct {
	Expr string       `yaml:"expr"`
	Time string       `yaml:"eval_time"`
	Want []ruleSample `yaml:"exp_samples,omitempty"`
}

type ruleSample struct {
	Labels string  `yaml:"labels,omitempty"`
	Value  float64 `yaml:"value"`
}

// Pages that the exporter really served, with its rhythm of requests, retries and errors, become tests of promtool: the rules judge them
// there as they do before the Prometheus of TestNoAlertFlapsInAnHourOfSteadyTrouble.
func TestRulesOnRecordedPages(t *testing.T) {
	files := recordings(t)
	dir := t.TempDir()
	args := []string{"test", "rules"}
	for _, name := range []string{"every-fourth-scrape-fails", "exporter-restarts-every-ten-minutes", "role-for-agents-status-is-missing", "sessions-of-livevox-end-all-the-time"} {
		path := filepath.Join(dir, name+".yml")
		content, err := yaml.Marshal(ruleTestOf(t, name, readRecording(t, files[name])))
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, string(content))
		args = append(args, path)
	}
	if out, err := exec.Command(promtool(t), args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// flapping has a value for each alert that changed its state more than once in the last hour.
const flapping = `changes((
  group by (alertname, account, source, group_id, agent_id, severity) (ALERTS{alertstate="firing", alertname!="ContactCenterSourceHidden"})
  or
  group by (alertname, account, source, group_id, agent_id, severity) (last_over_time(ALERTS{alertstate="firing", alertname!="ContactCenterSourceHidden"}[2h])) * 0
)[1h:1m]) > 1`

// ruleTestOf makes a test of a recording: what it has to raise fires when the hour of trouble ends, and nothing has flapped.
func ruleTestOf(t *testing.T, name string, r recording) ruleTest {
	t.Helper()
	out := ruleTest{Interval: "1m", Order: []string{"own-thresholds"}}
	for _, file := range []string{rulesFile, steadyRules} {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		out.RuleFiles = append(out.RuleFiles, path)
	}
	for _, g := range rules(t).Groups {
		out.Order = append(out.Order, g.Name)
	}
	_, end := r.trouble()
	at := end.Sub(r[0].time()).String()
	c := ruleCase{Name: name, Start: r[0].time().UTC().Format(time.RFC3339Nano), Every: "30s", Series: inputOf(t, r)}
	c.Exprs = append(c.Exprs, ruleExpr{Expr: flapping, Time: at})
	for _, alert := range raises[name] {
		c.Exprs = append(c.Exprs, ruleExpr{Expr: firing(alert), Time: at, Want: []ruleSample{{Value: 1}}})
	}
	out.Tests = []ruleCase{c}
	return out
}

// firing is the expression for an alert that is named as nameOf does.
func firing(alert string) string {
	words := strings.Fields(strings.TrimSuffix(alert, "!"))
	severity := "!="
	if strings.HasSuffix(alert, "!") {
		severity = "="
	}
	expr := fmt.Sprintf(`ALERTS{alertstate="firing", alertname="ContactCenter%s", severity%s"critical"`, words[0], severity)
	for i, label := range []string{"account", "source"} {
		if len(words) > i+1 {
			expr += fmt.Sprintf(`, %s=%q`, label, words[i+1])
		}
	}
	return "count(" + expr + "})"
}

// inputOf is all that rules read of the pages, and up.
func inputOf(t *testing.T, r recording) []ruleInput {
	t.Helper()
	wanted := map[string]bool{}
	for _, g := range rules(t).Groups {
		for _, rule := range g.Rules {
			names, err := selectorsOf(rule.Expr)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range names {
				wanted[n] = true
			}
		}
	}
	all := map[string][]string{}
	for i, line := range r {
		values := samplesOf(t, line, wanted)
		for series, value := range values {
			for len(all[series]) < i {
				all[series] = append(all[series], "_")
			}
			all[series] = append(all[series], value)
		}
		for series, had := range all {
			if len(had) == i && had[i-1] != "_" && had[i-1] != "stale" {
				all[series] = append(had, "stale")
			}
		}
	}
	var out []ruleInput
	for _, series := range slices.Sorted(maps.Keys(all)) {
		out = append(out, ruleInput{series, strings.Join(all[series], " ")})
	}
	return out
}

const target = `instance="exporter:9925",job="contactcenter"`

// samplesOf are the values of one scrape by their series.
func samplesOf(t *testing.T, line scrapedPage, wanted map[string]bool) map[string]string {
	t.Helper()
	if line.Page == "" {
		return map[string]string{"up{" + target + "}": "0"}
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(line.Page))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"up{" + target + "}": "1"}
	for name, f := range families {
		if !wanted[name] {
			continue
		}
		for _, m := range f.Metric {
			out[inputSeries(name, m)] = strconv.FormatFloat(m.GetGauge().GetValue()+m.GetCounter().GetValue()+m.GetUntyped().GetValue(), 'f', -1, 64)
		}
	}
	return out
}

func inputSeries(name string, m *dto.Metric) string {
	var s strings.Builder
	s.WriteString(name + "{" + target)
	for _, l := range m.Label {
		fmt.Fprintf(&s, ",%s=%q", l.GetName(), l.GetValue())
	}
	return s.String() + "}"
}
