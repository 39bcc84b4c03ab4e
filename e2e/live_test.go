package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is the webhook at the end of the chain. It holds what fires, by what it was told.
type hook struct {
	mu     sync.Mutex
	firing map[string]bool
	links  map[string]string
}

func (h *hook) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var message struct {
		Alerts []struct {
			Status              string
			Labels, Annotations map[string]string
		}
	}
	if json.NewDecoder(r.Body).Decode(&message) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range message.Alerts {
		key := short(a.Labels)
		delete(h.firing, key)
		if a.Status == "firing" {
			h.firing[key], h.links[key] = true, a.Annotations["runbook_url"]
		}
	}
}

// short names an alert as the scenes below do.
func short(labels map[string]string) string {
	name := strings.TrimPrefix(labels["alertname"], "ContactCenter")
	for _, label := range []string{"account", "group_name", "source"} {
		if labels[label] != "" {
			name += " " + labels[label]
		}
	}
	return name
}

// told lists what the webhook was told that it fires, and not that it is over.
func (h *hook) told() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.firing))
}

// chain is demo → Prometheus → Alertmanager → webhook.
type chain struct {
	hook       *hook
	simulator  string
	prometheus string

	alertmanager string
}

func startChain(t *testing.T) chain {
	t.Helper()
	dir := t.TempDir()
	c := chain{hook: &hook{firing: map[string]bool{}, links: map[string]string{}}}
	server := httptest.NewServer(c.hook)
	t.Cleanup(server.Close)
	exporter, alertmanager, prometheus := freePort(t), freePort(t), freePort(t)
	demo := start(t, dir, "contactcenter_exporter", "demo", "--web.listen-address="+exporter, "--agents=400", "--speed=10")
	c.simulator = demo.find(t, `(http://[\d.:]+)/sim/`)

	write(t, filepath.Join(dir, "rules.yml"), hasten(text(t, rulesFile), 20))
	write(t, filepath.Join(dir, "own.yml"), ownThresholds)
	write(t, filepath.Join(dir, "alertmanager.yml"), hastenedRoutes(t, server.URL))
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Sprintf(prometheusConfig, exporter, alertmanager))
	start(t, dir, "alertmanager", "--config.file=alertmanager.yml", "--storage.path=am", "--web.listen-address="+alertmanager, "--cluster.listen-address=")
	start(t, dir, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address="+prometheus)
	c.prometheus, c.alertmanager = "http://"+prometheus, "http://"+alertmanager
	eventually(t, time.Minute, "Prometheus has agents of both vendors", func() error {
		rows, err := c.query(`count by (vendor) (contactcenter:group:available)`)
		if err == nil && len(rows) != 2 {
			err = fmt.Errorf("%d vendors", len(rows))
		}
		return err
	})
	return c
}

// hastenedRoutes is the example with one receiver and short waits.
func hastenedRoutes(t *testing.T, url string) string {
	out := text(t, "../alerts/alertmanager.example.yml")
	for _, wait := range []string{"30s", "10s", "5m", "1h"} {
		out = strings.ReplaceAll(out, "group_wait: "+wait, "group_wait: 1s")
		out = strings.ReplaceAll(out, "group_interval: "+wait, "group_interval: 1s")
	}
	out = strings.ReplaceAll(out, ", send_resolved: false", "")
	return strings.ReplaceAll(out, "http://localhost:9099", url)
}

const prometheusConfig = `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules.yml, own.yml]
scrape_configs:
  - job_name: contactcenter
    static_configs: [{targets: ["%s"]}]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["%s"]}]
`

// What the simulated centre does of its own accord is none of this test's business: targets for the quality of its
// service are out of reach. The floor is what a LivePerson group that empties is seen by.
const ownThresholds = `groups:
  - name: own
    rules:
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 86400", labels: {threshold: queue_wait_seconds}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 86400", labels: {threshold: not_ready_seconds}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 2", labels: {threshold: abandonment_ratio}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 100", labels: {threshold: service_level_fast_burn}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 100", labels: {threshold: service_level_slow_burn}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 2", labels: {threshold: unavailable_ratio}}
      - {record: "contactcenter:threshold:own", expr: vector(1), labels: {threshold: available_agents, account: shop}}
`

type row struct {
	Metric map[string]string
}

func (c chain) query(expr string) ([]row, error) {
	content, err := call(http.MethodGet, c.prometheus+"/api/v1/query?query="+url.QueryEscape(expr), "")
	if err != nil {
		return nil, err
	}
	var answer struct{ Data struct{ Result []row } }
	err = json.Unmarshal(content, &answer)
	return answer.Data.Result, err
}

func (c chain) post(t *testing.T, path, body string) {
	t.Helper()
	if _, err := call(http.MethodPost, c.simulator+path, body); err != nil {
		t.Fatal(err)
	}
}

// active lists what fires at Alertmanager and is not inhibited.
func (c chain) active() ([]string, error) {
	content, err := call(http.MethodGet, c.alertmanager+"/api/v2/alerts?active=true&inhibited=false&silenced=false", "")
	if err != nil {
		return nil, err
	}
	var alerts []struct{ Labels map[string]string }
	err = json.Unmarshal(content, &alerts)
	names := []string{}
	for _, a := range alerts {
		names = append(names, short(a.Labels))
	}
	slices.Sort(names)
	return names, err
}

// settles waits until exactly what is wanted is active for five seconds, and the webhook has been told of it; of nothing
// wanted, until it has been told that all is over. What is inhibited after it was told stays told until then.
func (c chain) settles(t *testing.T, within time.Duration, when string, want ...string) {
	t.Helper()
	slices.Sort(want)
	calm := 0
	eventually(t, within, when, func() error {
		active, err := c.active()
		if err != nil {
			return err
		}
		told := c.hook.told()
		missing := slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(told, w) })
		if !slices.Equal(active, want) || missing || len(want) == 0 && len(told) > 0 {
			calm = 0
			return fmt.Errorf("active %q, told %q, want %q", active, told, want)
		}
		if calm++; calm < 5 {
			return errors.New("not calm yet")
		}
		return nil
	})
}

func TestAlertsOnTheRealPrograms(t *testing.T) {
	if os.Getenv("E2E_BIN") == "" {
		t.Skip("e2e/run.sh builds the programs and sets E2E_BIN")
	}
	c := startChain(t)
	c.settles(t, 3*time.Minute, "a healthy centre alerts nobody")
	agent, err := c.query(`livevox_agent_info`)
	if err != nil || len(agent) == 0 {
		t.Fatal(err, "no agent")
	}
	eventually(t, time.Minute, "every dashboard shows data", func() error { return c.dashboards(t, agent[0].Metric["agent_id"]) })

	c.post(t, "/sim/scene", `{"scene":"everybody_leaves","group":"Orders 1"}`)
	c.settles(t, 3*time.Minute, "all agents of a service leave", "QueueUnattended dialer Orders 1")
	c.post(t, "/sim/scene", `{"scene":"normal"}`)
	c.settles(t, 3*time.Minute, "they come back")

	c.post(t, "/sim/scene", `{"scene":"everybody_leaves","group":"Team B1"}`)
	c.settles(t, 3*time.Minute, "all agents of a LivePerson group leave", "AvailableAgentsBelowFloor shop Team B1")
	c.post(t, "/sim/scene", `{"scene":"normal"}`)
	c.settles(t, 3*time.Minute, "they come back too")

	c.post(t, "/sim/faults", `{"vendor":"livevox","endpoint":"service_stats","kind":"status","status":500}`)
	c.settles(t, 3*time.Minute, "the vendor answers 500", "SourceFailing dialer service_stats")
	c.clear(t)
	c.settles(t, 3*time.Minute, "the vendor answers again")

	c.post(t, "/sim/faults", `{"vendor":"liveperson","kind":"status","status":401}`)
	c.settles(t, 3*time.Minute, "tokens fail", "CredentialsFailing shop")
	c.clear(t)
	c.settles(t, 3*time.Minute, "tokens work again")
	c.hook.mu.Lock()
	defer c.hook.mu.Unlock()
	for key, link := range c.hook.links {
		if !strings.Contains(link, "docs/runbooks.md#contactcenter") {
			t.Errorf("%s came without its runbook: %q", key, link)
		}
	}
}

func (c chain) clear(t *testing.T) {
	t.Helper()
	if _, err := call(http.MethodDelete, c.simulator+"/sim/faults", ""); err != nil {
		t.Fatal(err)
	}
}

// dashboards runs every expression of every panel. A panel of one agent shows one vendor's or the other's figures.
func (c chain) dashboards(t *testing.T, agent string) error {
	t.Helper()
	var empty []string
	asked, full := 0, 0
	for _, p := range pages(t) {
		for _, panel := range p.Panels {
			for _, target := range panel.Targets {
				with := filled(target.Expr, ".*")
				if p.UID == "contactcenter-agent" && strings.Contains(target.Expr, "livevox") {
					with = filled(target.Expr, agent)
				}
				rows, err := c.query(with)
				if err != nil {
					return err
				}
				asked++
				if len(rows) > 0 {
					full++
				}
				if len(rows) == 0 && !mayBeEmpty(target.Expr) {
					empty = append(empty, panel.Title+": "+with)
				}
			}
		}
	}
	if len(empty) > 0 {
		return fmt.Errorf("no data: %q", empty)
	}
	t.Logf("%d of %d expressions have data", full, asked)
	return nil
}
