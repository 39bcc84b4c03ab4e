package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var backfillWeeks = flag.Int("backfill-weeks", 3, "weeks of history that are filled in; 26 is all")

// backfilled is a centre with a history, whose exporter a Prometheus scrapes.
type backfilled struct {
	*centre
	live prometheus
}

func startBackfilled(t *testing.T) *backfilled {
	t.Helper()
	c := startCentre(t, func(config string) string {
		config, _, _ = strings.Cut(config, "  - name: dialer")
		for _, source := range []string{"agent_activity", "queues", "queue_health", "interval_metrics"} {
			before, after, _ := strings.Cut(config, "      "+source+":")
			_, after, _ = strings.Cut(after, "\n")
			config = before + after
		}
		return strings.Replace(config, "settle: 10m", "settle: 5m", 1)
	}, "--agents=200", "--history=4380h")
	rules, err := filepath.Abs("../alerts/contactcenter.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(c.dir, "live")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b := &backfilled{centre: c}
	b.live = startPrometheus(t, dir, freePort(t), fmt.Sprintf(`
global: {scrape_interval: 5s, evaluation_interval: 5s}
storage: {tsdb: {out_of_order_time_window: 27w}}
rule_files: [%s]
scrape_configs: [{job_name: contactcenter, static_configs: [{targets: [%q], labels: {instance: exporter}}]}]
`, rules, c.address), "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=400d")
	eventually(t, "status changes are counted", func() error {
		rows, err := b.live.query("liveperson_agent_logins_total", 0)
		if err == nil && len(rows) == 0 {
			err = fmt.Errorf("there is no login")
		}
		return err
	})
	return b
}

// fill runs the command.
func (b *backfilled) fill(t *testing.T, output string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(os.Getenv("E2E_BIN"), "contactcenter_exporter"), "backfill", "--account=shop", "--state.dir=state",
		fmt.Sprintf("--from=%dw", *backfillWeeks), "--label=job=contactcenter", "--label=instance=exporter", "--output="+output)
	cmd.Dir = b.dir
	out, err := cmd.CombinedOutput()
	t.Logf("%s\n%d MiB at most", out, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss>>10)
	if err != nil {
		t.Fatal(err)
	}
}

// grown compares increase() of every counter of agents between two times with what the simulator did.
func (b *backfilled) grown(p prometheus, from, to time.Time) error {
	want, err := b.truth(from, to)
	if err != nil {
		return err
	}
	return b.compare(p, want, int(to.Sub(from).Seconds()), to)
}

// truth is what the counters of agents grew by between two times.
func (b *backfilled) truth(from, to time.Time) (map[string]float64, error) {
	const form = "2006-01-02T15:04:05Z"
	body, err := call(http.MethodGet, b.vendors+"/sim/truth?"+url.Values{"from": {from.UTC().Format(form)}, "to": {to.UTC().Format(form)}}.Encode(), "")
	if err != nil {
		return nil, err
	}
	var truth struct {
		LivePerson struct {
			Agents map[string]struct {
				Logins, Logouts float64
				Changes         map[string]map[string]float64
				StatusSeconds   map[string]map[string]float64 `json:"status_seconds"`
			}
		}
	}
	if err := json.Unmarshal(body, &truth); err != nil {
		return nil, err
	}
	want := map[string]float64{}
	for id, a := range truth.LivePerson.Agents {
		want["liveperson_agent_logins_total "+id+"  "], want["liveperson_agent_logouts_total "+id+"  "] = a.Logins, a.Logouts
		for name, all := range map[string]map[string]map[string]float64{"liveperson_agent_status_changes_total": a.Changes, "liveperson_agent_status_seconds_total": a.StatusSeconds} {
			for status, reasons := range all {
				for reason, v := range reasons {
					want[name+" "+id+" "+status+" "+reason] = v
				}
			}
		}
	}
	return want, nil
}

// compare compares what the counters grew by. A range doesn't contain its left edge: it begins a second before, over which
// increase() extrapolates.
func (b *backfilled) compare(p prometheus, want map[string]float64, seconds int, to time.Time) error {
	got := map[string]float64{}
	for _, name := range []string{"logins", "logouts", "status_changes", "status_seconds"} {
		name = "liveperson_agent_" + name + "_total"
		rows, err := p.query(fmt.Sprintf("increase(%s[%ds])", name, seconds+1), float64(to.Unix()))
		if err != nil {
			return err
		}
		for _, r := range rows {
			v, err := strconv.ParseFloat(r.Value[1].(string), 64)
			if err != nil {
				return err
			}
			got[name+" "+r.Metric["agent_id"]+" "+r.Metric["status"]+" "+r.Metric["reason"]] += v
		}
	}
	if len(want) < 1000 {
		return fmt.Errorf("only %d counters have grown", len(want))
	}
	for series, v := range got {
		if w := want[series]; math.Abs(v-w) > 1e-3*max(10, w) {
			return fmt.Errorf("%s grew by %v, %v happened", series, v, w)
		}
	}
	for series, w := range want {
		if _, ok := got[series]; !ok && w > 0 {
			return fmt.Errorf("%s did not grow, %v happened", series, w)
		}
	}
	return nil
}

// What is filled in is what happened, on any day, by blocks and by remote
// write; and the rules see last week on the first day.
func TestBackfillOnTheRealPrograms(t *testing.T) {
	b := startBackfilled(t)
	tool := promtool(t)
	b.exporter.signal(syscall.SIGTERM)
	b.exporter.wait()
	b.fill(t, "remote-write:"+b.live.url+"/api/v1/write")
	b.fill(t, "openmetrics:history")
	b.serve(t)

	dir := filepath.Join(b.dir, "loaded")
	files, _ := filepath.Glob(filepath.Join(b.dir, "history", "*.om"))
	if len(files) < *backfillWeeks*7-2 {
		t.Errorf("%d files", len(files))
	}
	for _, f := range files {
		out, err := exec.Command(tool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1d", f, filepath.Join(dir, "tsdb")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	loaded := startPrometheus(t, dir, freePort(t), "global: {scrape_interval: 1m}\n", "--storage.tsdb.retention.time=400d")
	midnight := time.Now().UTC().Truncate(24 * time.Hour)
	for name, p := range map[string]prometheus{"blocks": loaded, "remote write": b.live} {
		for _, ago := range []int{3, 9, *backfillWeeks*7 - 2} {
			for _, hour := range []int{0, 11} {
				from := midnight.AddDate(0, 0, -ago).Add(time.Duration(hour) * time.Hour)
				if err := b.grown(p, from, from.AddDate(0, 0, 1)); err != nil {
					t.Errorf("%s, the day from %s: %v", name, from.Format(time.RFC3339), err)
				}
			}
		}
	}
	b.lastWeek(t)
}

// lastWeek checks the rule that compares with last week.
func (b *backfilled) lastWeek(t *testing.T) {
	t.Helper()
	eventually(t, "the rules see last week", func() error {
		rows, err := b.live.query("contactcenter:account:logged_in:last_week", 0)
		if err != nil || len(rows) != 1 || rows[0].Value[1] == "0" {
			return fmt.Errorf("%v, %v", rows, err)
		}
		ratio, err := b.live.query(`contactcenter:account:logged_in / on (account, vendor) contactcenter:account:logged_in:last_week > 0.5 < 2`, 0)
		if err != nil || len(ratio) != 1 {
			return fmt.Errorf("%v, %v", ratio, err)
		}
		return nil
	})
}
