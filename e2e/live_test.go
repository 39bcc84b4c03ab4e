package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// chain is simulator → exporter → Prometheus → Alertmanager → webhook.
type chain struct {
	*centre
	prometheus
	hook         *hook
	alertmanager string   // URL
	lingering    []string // alerts of scenes that are over, which may fire still
}

// faster is how much faster than life rules and sources of the chain are.
const faster = 20

func startChain(t *testing.T) *chain {
	t.Helper()
	c := &chain{hook: &hook{firing: map[string]bool{}, expected: map[string]bool{}}}
	c.centre = startCentre(t, hastenedSources, "--agents=400", "--speed=10")
	server := httptest.NewServer(c.hook)
	t.Cleanup(server.Close)
	alertmanager := freePort(t)
	c.alertmanager = "http://" + alertmanager
	const hidden = "      # Notifies no one"
	rules := strings.Replace(hasten(text(t, rulesFile), faster), hidden, ownRule+hidden, 1)
	write(t, filepath.Join(c.dir, "rules.yml"), rules)
	write(t, filepath.Join(c.dir, "own.yml"), ownThresholds)
	write(t, filepath.Join(c.dir, "alertmanager.yml"), hastenedRoutes(t, server.URL))
	write(t, filepath.Join(c.dir, "contactcenter.tmpl"), text(t, "../alerts/contactcenter.tmpl"))
	start(t, c.dir, nil, "alertmanager", "--config.file=alertmanager.yml", "--storage.path=am", "--web.listen-address="+alertmanager, "--cluster.listen-address=")
	c.prometheus = startPrometheus(t, c.dir, freePort(t), fmt.Sprintf(chainConfig, c.address, alertmanager))
	eventually(t, "Prometheus has agents of both vendors", func() error {
		rows, err := c.query(`count by (vendor) (contactcenter:group:available)`, 0)
		if err == nil && len(rows) != 2 {
			err = fmt.Errorf("%d vendors", len(rows))
		}
		return err
	})
	return c
}

// hastenedSources asks more often, and lets data grow old as much sooner as the rules are faster, so that what comes
// first in life comes first here.
func hastenedSources(config string) string {
	return strings.NewReplacer(
		"{interval: 5s}", "{interval: 1s, max_age: 15s}",
		"{interval: 30s, settle", "{interval: 3s, settle",
		"{interval: 15s, overlap", "{interval: 3s, overlap",
	).Replace(config)
}

// hastenedRoutes is the example with one receiver, short waits and no closing time.
func hastenedRoutes(t *testing.T, url string) string {
	out := text(t, "../alerts/alertmanager.example.yml")
	for _, wait := range []string{"30s", "10s", "5m", "1h"} {
		out = strings.ReplaceAll(out, "group_wait: "+wait, "group_wait: 1s")
		out = strings.ReplaceAll(out, "group_interval: "+wait, "group_interval: 5s")
	}
	out = strings.ReplaceAll(out, ", send_resolved: false", "")
	out = strings.ReplaceAll(out, "mute_time_intervals: [closed]", "")
	return strings.ReplaceAll(out, "http://localhost:9099", url)
}

const chainConfig = `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules.yml, own.yml]
scrape_configs:
  - job_name: contactcenter
    static_configs: [{targets: ["%s"]}]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["%s"]}]
`

// ownRule stands for what a user computes from queues without asking how old they are.
const ownRule = `      - alert: OwnRuleOfQueues
        expr: max by (account) (contactcenter_source_up{source="service_stats"}) == 0
        for: 45s
        labels: {severity: warning, data: queue}
`

// What the simulated centre does of its own accord is none of this test's business: targets for the quality of its
// service are out of reach, and contacts that wait are a reason to wake somebody only in a service without agents. The
// floor is what a LivePerson group that empties is seen by.
const ownThresholds = `groups:
  - name: own
    rules:
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 86400", labels: {threshold: queue_wait_seconds}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 86400", labels: {threshold: messaging_wait_seconds}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 1000000", labels: {threshold: overdue_conversations}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 86400", labels: {threshold: not_ready_seconds}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 2", labels: {threshold: abandonment_ratio}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 1000000", labels: {threshold: minimum_calls}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 1000000", labels: {threshold: minimum_answered_calls}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 2", labels: {threshold: unavailable_ratio}}
      - {record: "contactcenter:threshold:own", expr: "contactcenter:account:info * 0 + 1000000", labels: {threshold: waiting_contacts}}
      - record: contactcenter:threshold:own
        expr: vector(0) and on () contactcenter:group:serving{account="dialer", group_id="9001"} == 0 or vector(1000000)
        labels: {threshold: waiting_contacts, account: dialer, group_id: "9001"}
      - {record: "contactcenter:threshold:own", expr: vector(1), labels: {threshold: available_agents, account: shop}}
`

// at lists the alerts of Alertmanager that fire: those that are notified, and those that are muted.
func (c *chain) at() (active, muted []string, err error) {
	content, err := call(http.MethodGet, c.alertmanager+"/api/v2/alerts?silenced=false", "")
	if err != nil {
		return nil, nil, err
	}
	var alerts []struct {
		Labels map[string]string
		Status struct{ InhibitedBy []string }
	}
	if err := json.Unmarshal(content, &alerts); err != nil {
		return nil, nil, err
	}
	for _, a := range alerts {
		if a.Labels["alertname"] == "ContactCenterSourceHidden" {
			continue // it mutes and notifies no one
		}
		if len(a.Status.InhibitedBy) > 0 {
			muted = append(muted, short(a.Labels))
		} else {
			active = append(active, short(a.Labels))
		}
	}
	return active, muted, nil
}

// settles waits until for five seconds exactly what a scene is to tell fires and is not muted, what it is to mute is, and
// the webhook knows. Of a scene that tells nothing it waits until the webhook has been told that all is over.
func (c *chain) settles(t *testing.T, when string, s scene) {
	t.Helper()
	calm := 0
	eventually(t, when, func() error {
		active, muted, err := c.at()
		if err != nil {
			return err
		}
		told, wrong := c.hook.told()
		if len(wrong) > 0 {
			t.Fatalf("%s: %q", when, wrong)
		}
		if !same(without(active, c.lingering), s.told) || !same(without(told, c.lingering), s.told) || len(without(s.muted, muted)) > 0 {
			calm = 0
			return fmt.Errorf("active %q, told %q, want %q; muted %q, want %q", active, told, s.told, muted, s.muted)
		}
		if calm++; calm < 5 {
			return errors.New("not calm yet")
		}
		return nil
	})
}

// without returns the names that are not among others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(others, n) })
}

func same(a, b []string) bool { return len(without(a, b)) == 0 && len(without(b, a)) == 0 }

// scene is what goes wrong at one time, and the alerts that it has to raise and those that these have to mute.
type scene struct {
	name        string
	begin, end  func(*testing.T)
	told, muted []string
}

// scenes lists them; what goes wrong together is of different accounts, or neither hides nor mutes the other.
func (c *chain) scenes() []scene {
	fault := func(t *testing.T, f string) { c.post(t, "/sim/faults", f) }
	return []scene{
		{
			// By itself: its alert is over before that of agents who left begins, where the machine is slow.
			name: "a feed has a gap", told: []string{"FeedGap dialer agent_events"},
			begin: func(t *testing.T) {
				fault(t, `{"vendor":"livevox","endpoint":"agent_events","kind":"token_expired","count":2}`)
			},
			end: c.heal,
		},
		{
			name: "all agents of a service and of a group leave",
			begin: func(t *testing.T) {
				c.post(t, "/sim/scene", `{"scene":"everybody_leaves","group":"Orders 1"}`)
				c.post(t, "/sim/scene", `{"scene":"everybody_leaves","group":"Team B1"}`)
			},
			end:  func(t *testing.T) { c.play(t, "normal") },
			told: []string{"QueueUnattended dialer Orders 1", "AvailableAgentsBelowFloor shop Team B1"},
		},
		{
			// Refused credentials are tried again after minutes; the next scene starts the exporter, which tries them at once.
			name: "one vendor answers 500, and the tokens of the other fail",
			begin: func(t *testing.T) {
				fault(t, `{"vendor":"livevox","endpoint":"service_stats","kind":"status","status":500}`)
				fault(t, `{"vendor":"liveperson","kind":"status","status":401}`)
			},
			end:  c.heal,
			told: []string{"SourceStale dialer service_stats", "CredentialsFailing shop"},
			muted: []string{
				"SourceFailing dialer service_stats", "OwnRuleOfQueues dialer",
				"SourceStale shop agent_status", "SourceFailing shop agent_status", "SourceFailing shop status_changes",
			},
		},
		{
			name: "the exporter is down", told: []string{"ExporterDown"},
			begin: func(*testing.T) { c.exporter.kill() }, end: c.serve,
		},
	}
}

func TestAlertsOnTheRealPrograms(t *testing.T) {
	t.Parallel()
	c := startChain(t)
	c.settles(t, "a healthy centre fires no alert", scene{})
	agent, err := c.query(`livevox_agent_info`, 0)
	if err != nil || len(agent) == 0 {
		t.Fatal(err, "no agent")
	}
	eventually(t, "every dashboard shows data", func() error { return c.dashboards(t, agent[0].Metric["agent_id"]) })
	for _, s := range c.scenes() {
		c.hook.expect(s.told...)
		s.begin(t)
		c.settles(t, s.name, s)
		s.end(t)
		c.lingering = append(c.lingering, s.told...) // an alert may last for as long as its window, or be kept firing
	}
	if link := "Dashboard: http://localhost:3000/d/contactcenter-overview?var-account=dialer"; !c.hook.saidInChat(link) {
		t.Errorf("no message in the chat has the text %q", link)
	}
	c.lingering = nil
	c.settles(t, "all is over", scene{})
}

// dashboards runs every expression of every panel. A panel of one agent shows one vendor's or the other's figures.
func (c *chain) dashboards(t *testing.T, agent string) error {
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
				rows, err := c.query(with, 0)
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
