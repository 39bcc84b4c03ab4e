package e2e

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/rulefmt"
)

var update = flag.Bool("update", false, "write the files that are made from others")

func rules(t *testing.T) *rulefmt.RuleGroups {
	t.Helper()
	groups, err := readRules(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryAlertSaysWhatSomebodyOnCallNeeds(t *testing.T) {
	for _, a := range alertsOf(rules(t)) {
		runbook := "https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/docs/runbooks.md#" + strings.ToLower(a.Alert)
		link := regexp.MustCompile(`^/d/contactcenter-(overview|liveperson|livevox|agent|exporter)(\?|$)`)
		switch {
		case !regexp.MustCompile(`^(critical|warning|info)$`).MatchString(a.Labels["severity"]):
			t.Errorf("%s: severity %q", a.Alert, a.Labels["severity"])
		case !regexp.MustCompile(`^(agents|queue|agents_queue|status_changes|exporter)$`).MatchString(a.Labels["data"]):
			t.Errorf("%s: data %q", a.Alert, a.Labels["data"])
		case a.Annotations["summary"] == "" || strings.Contains(a.Annotations["summary"], "$value"):
			t.Errorf("%s: a summary is there and has no value, so that it stays the same while the alert fires", a.Alert)
		case !strings.Contains(strings.ToLower(a.Annotations["description"]), "value"):
			t.Errorf("%s: the description has no value", a.Alert)
		case a.Annotations["runbook_url"] != runbook:
			t.Errorf("%s: runbook_url %q", a.Alert, a.Annotations["runbook_url"])
		case strings.Contains(a.Annotations["summary"]+a.Annotations["description"], "urlquery"):
			t.Errorf("%s: what people read is not escaped", a.Alert)
		case strings.Count(a.Annotations["dashboard_path"], "{{") != strings.Count(a.Annotations["dashboard_path"], " | urlquery }}"):
			t.Errorf("%s: a label in a link is escaped: %q", a.Alert, a.Annotations["dashboard_path"])
		case !link.MatchString(a.Annotations["dashboard_path"]):
			t.Errorf("%s: dashboard_path %q", a.Alert, a.Annotations["dashboard_path"])
		}
	}
}

func TestEveryAlertHasARunbookAndEveryRunbookAnAlert(t *testing.T) {
	sections := strings.Split(text(t, "../docs/runbooks.md"), "\n## ")[1:]
	left := map[string]bool{}
	for _, a := range alertsOf(rules(t)) {
		left[a.Alert] = true
	}
	for _, s := range sections {
		name, body, _ := strings.Cut(s, "\n")
		if !left[name] {
			t.Errorf("the section %s has no alert, or stands there twice", name)
		}
		delete(left, name)
		for _, part := range []string{"**Meaning.** ", "**Impact.** ", "**Diagnosis.** ", "**Action.** "} {
			if strings.Count(body, part) != 1 {
				t.Errorf("%s: want one %s", name, part)
			}
		}
	}
	for name := range left {
		t.Errorf("%s has no section", name)
	}
}

func TestTheTableOfAlertsIsUpToDate(t *testing.T) {
	const path = "../docs/alerts.md"
	want := table(rules(t), text(t, rulesFile))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text(t, path) != want {
		t.Errorf("%s is old: go test ./... -update", path)
	}
}

func TestRulesReadOnlyWhatIsThere(t *testing.T) {
	known, err := readCatalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	groups := rules(t)
	records := recordsOf(groups)
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			names, err := selectorsOf(r.Expr)
			if err != nil {
				t.Error(err)
			}
			for _, n := range names {
				if !known.knows(n) && !records[n] && !prometheusOwn(n) && n != "contactcenter:threshold:own" {
					t.Errorf("%s%s reads %s, which is not written", r.Alert, r.Record, n)
				}
			}
		}
	}
}

func TestThresholdsThatAreReadHaveADefault(t *testing.T) {
	groups := rules(t)
	have := map[string]bool{}
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			if r.Record == "contactcenter:threshold:default" {
				have[r.Labels["threshold"]] = true
			}
		}
	}
	if n := len(thresholds.FindAllString(text(t, rulesFile), -1)); n != len(have) {
		t.Errorf("%d of %d thresholds have a meaning, unit and scope", n, len(have))
	}
	content := text(t, rulesFile) + text(t, "../alerts/thresholds.example.yml")
	for _, m := range regexp.MustCompile(`threshold(?:=['"]|: )(\w+)`).FindAllStringSubmatch(content, -1) {
		if !have[m[1]] {
			t.Errorf("the threshold %s has no default", m[1])
		}
	}
}

func TestTheExampleOfOwnThresholdsIsValid(t *testing.T) {
	if _, err := readRules("../alerts/thresholds.example.yml"); err != nil {
		t.Error(err)
	}
}
