package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// oldest is the oldest Prometheus that the rules and dashboards are for: keep_firing_for came with it.
const oldest = "2.42"

// oldestPrograms are the directory of its programs. e2e/run.sh takes them from Debian 12; elsewhere OLDEST_PROMETHEUS says where they are.
func oldestPrograms(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("OLDEST_PROMETHEUS")
	if dir == "" {
		t.Skip("OLDEST_PROMETHEUS names no directory with prometheus and promtool " + oldest)
	}
	out, err := exec.Command(filepath.Join(dir, "prometheus"), "--version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "version "+oldest+".") {
		t.Fatalf("%v, want version %s:\n%s", err, oldest, out)
	}
	return dir
}

// Ranges contain their left end there, which is where tests of rules can differ.
func TestTheOldestPrometheusAcceptsTheRules(t *testing.T) {
	promtool := filepath.Join(oldestPrograms(t), "promtool")
	run := func(t *testing.T, args ...string) {
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %q: %v\n%s", args, err, out)
		}
	}
	run(t, "check", "rules", rulesFile, "../alerts/thresholds.example.yml")
	files, err := filepath.Glob("../alerts/tests/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of tests: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if strings.Contains(text(t, file), "start_timestamp:") {
				t.Skip("it begins on a date, which promtool " + oldest + " can't choose")
			}
			t.Parallel()
			run(t, "test", "rules", file)
		})
	}
}

func TestTheOldestPrometheusEvaluatesRulesAndDashboards(t *testing.T) {
	t.Parallel()
	dir := oldestPrograms(t)
	c := startCentre(t, hastenedSources, "--agents=40", "--speed=10")
	write(t, filepath.Join(c.dir, "rules.yml"), regexp.MustCompile(`\n    interval: \w+`).ReplaceAllString(text(t, rulesFile), ""))
	write(t, filepath.Join(c.dir, "prometheus.yml"), fmt.Sprintf(oldestConfig, c.address))
	address := freePort(t)
	p := prometheus{url: "http://" + address}
	p.program = start(t, c.dir, nil, filepath.Join(dir, "prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address="+address)
	eventually(t, "it has agents of both vendors", func() error {
		rows, err := p.query(`count by (vendor) (contactcenter:group:available)`, 0)
		if err == nil && len(rows) != 2 {
			err = fmt.Errorf("%d vendors", len(rows))
		}
		return err
	})
	eventually(t, "all rules have been evaluated", p.evaluates)
	for _, page := range pages(t) {
		for _, panel := range page.Panels {
			for _, target := range panel.Targets {
				if _, err := p.query(filled(target.Expr, ".*"), 0); err != nil {
					t.Errorf("%s, %s: %v", page.UID, panel.Title, err)
				}
			}
		}
	}
}

const oldestConfig = `global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: contactcenter
    static_configs: [{targets: ["%s"]}]
`

// evaluates says which rule has not been evaluated, or not without an error.
func (p prometheus) evaluates() error {
	content, err := call(http.MethodGet, p.url+"/api/v1/rules", "")
	if err != nil {
		return err
	}
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return err
	}
	n := 0
	for _, g := range answer.Data.Groups {
		for _, r := range g.Rules {
			if n++; r.Health != "ok" {
				return fmt.Errorf("%s: %s: %s", r.Name, r.Health, r.LastError)
			}
		}
	}
	if n < 100 {
		return fmt.Errorf("%d rules", n)
	}
	return nil
}
