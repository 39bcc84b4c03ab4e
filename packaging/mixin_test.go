package packaging

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/formatter"
	"go.yaml.in/yaml/v3"
)

const mixin = "../mixin/mixin.libsonnet"

type mixed struct {
	Alerts, Rules struct{ Groups []group }
	Dashboards    map[string]any
}

type group struct {
	Name  string           `json:"name"`
	Rules []map[string]any `json:"rules"`
	Rest  any              `json:"interval"`
}

// mix evaluates the mixin with a change of its configuration.
func mix(t *testing.T, config string) mixed {
	t.Helper()
	text, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("test.jsonnet",
		`local m = (import '`+mixin+`') + {_config+:: `+config+`}; {Alerts: m.prometheusAlerts, Rules: m.prometheusRules, Dashboards: m.grafanaDashboards}`)
	if err != nil {
		t.Fatal(err)
	}
	var out mixed
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// asJSON decodes YAML or JSON as JSON decodes it, so that numbers are of one type.
func asJSON(t *testing.T, path string, into any) {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(read(t, path), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func TestMixinIsAlertsAndDashboards(t *testing.T) {
	m := mix(t, "{}")
	var want struct{ Groups []group }
	asJSON(t, "../alerts/contactcenter.rules.yml", &want)
	all := slices.Concat(m.Rules.Groups, m.Alerts.Groups)
	byName := func(a, b group) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(all, byName)
	slices.SortFunc(want.Groups, byName)
	if len(all) == 0 || !reflect.DeepEqual(all, want.Groups) {
		t.Error("the groups of the mixin are others than those of alerts/")
	}
	if len(m.Rules.Groups) == 0 || len(m.Alerts.Groups) == 0 {
		t.Errorf("%d groups of rules and %d of alerts", len(m.Rules.Groups), len(m.Alerts.Groups))
	}
	files, err := filepath.Glob("../dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		var want any
		asJSON(t, file, &want)
		have, ok := m.Dashboards[filepath.Base(file)]
		if !ok {
			t.Errorf("mixin.libsonnet doesn't import %s", file)
		} else if !reflect.DeepEqual(have, want) {
			t.Errorf("%s of the mixin is another than the file", file)
		}
	}
	if len(m.Dashboards) != len(files) {
		t.Errorf("%d dashboards of %d", len(m.Dashboards), len(files))
	}
}

func TestMixinsConfiguration(t *testing.T) {
	m := mix(t, `{alertLabels: {team: 'floor'}, dropAlerts: ['ContactCenterVendorThrottles'], runbookURLPrefix: 'https://wiki/', grafanaURL: 'https://grafana', dashboardTags: ['floor']}`)
	alerts := 0
	for _, g := range m.Alerts.Groups {
		for _, r := range g.Rules {
			name, ok := r["alert"].(string)
			if !ok {
				continue
			}
			alerts++
			labels, annotations := r["labels"].(map[string]any), r["annotations"].(map[string]any)
			if name == "ContactCenterVendorThrottles" || labels["team"] != "floor" || labels["severity"] == nil {
				t.Errorf("%s: %v", name, labels)
			}
			if annotations["runbook_url"] != "https://wiki/"+strings.ToLower(name) {
				t.Errorf("%s: %v", name, annotations["runbook_url"])
			}
			if path, _ := annotations["dashboard_path"].(string); annotations["dashboard_url"] != "https://grafana"+path || path == "" {
				t.Errorf("%s: %v", name, annotations["dashboard_url"])
			}
		}
	}
	if alerts == 0 {
		t.Error("no alert")
	}
	for name, d := range m.Dashboards {
		if tags := d.(map[string]any)["tags"]; !reflect.DeepEqual(tags, []any{"floor"}) {
			t.Errorf("%s: %v", name, tags)
		}
	}
}

// The README's example is one that jsonnet takes.
func TestMixinsExample(t *testing.T) {
	_, example, found := strings.Cut(string(read(t, "../mixin/README.md")), "```jsonnet\n")
	example, _, ended := strings.Cut(example, "```")
	const path = "github.com/contactcenter-exporter/contactcenter_exporter/mixin/mixin.libsonnet"
	if !found || !ended || !strings.Contains(example, path) {
		t.Fatal("the README has no example")
	}
	out, err := jsonnet.MakeVM().EvaluateAnonymousSnippetMulti("example.jsonnet", strings.Replace(example, path, mixin, 1))
	if err != nil || len(out["alerts.json"]) == 0 || len(out["overview.json"]) == 0 {
		t.Error(err, len(out))
	}
}

func TestMixinIsFormatted(t *testing.T) {
	text := string(read(t, mixin))
	formatted, err := formatter.Format(mixin, text, formatter.DefaultOptions())
	if err != nil || formatted != text {
		t.Errorf("%v: %s is not as jsonnetfmt writes it", err, mixin)
	}
}
