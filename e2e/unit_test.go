package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// promtool builds the program that users test their own rules with; the build is cached.
func promtool(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "promtool")
	build := exec.Command("go", "build", "-tags", "remove_all_sd", "-o", path, "github.com/prometheus/prometheus/cmd/promtool")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	return path
}

func unitFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../alerts/tests/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rule tests: %v", err)
	}
	return files
}

func TestRulesFireWhenTheyShould(t *testing.T) {
	args := append([]string{"test", "rules"}, unitFiles(t)...)
	if out, err := exec.Command(promtool(t), args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestEveryAlertIsTestedFiringAndNotFiring(t *testing.T) {
	firing, silent := map[string]bool{}, map[string]bool{}
	for _, path := range unitFiles(t) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Tests []struct {
				Cases []struct {
					Alert string `yaml:"alertname"`
					Want  []any  `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		if err := yaml.Unmarshal(content, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, test := range file.Tests {
			for _, c := range test.Cases {
				if len(c.Want) > 0 {
					firing[c.Alert] = true
				} else {
					silent[c.Alert] = true
				}
			}
		}
	}
	for _, a := range alertsOf(rules(t)) {
		if !firing[a.Alert] || !silent[a.Alert] {
			t.Errorf("%s: tested firing %v, not firing %v", a.Alert, firing[a.Alert], silent[a.Alert])
		}
	}
}
