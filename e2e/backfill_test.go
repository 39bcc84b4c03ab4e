package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// backfilledWeeks is how many weeks of history are filled in: $BACKFILL_WEEKS, 26 for all that LivePerson keeps, else 2.
func backfilledWeeks() int {
	weeks, err := strconv.Atoi(os.Getenv("BACKFILL_WEEKS"))
	if err != nil {
		return 2
	}
	return max(2, weeks)
}

// backfilled is a centre with a history, whose exporter a Prometheus scrapes.
type backfilled struct {
	*centre
	live  prometheus
	begun time.Time // the live counters
}

// liveScraped is the configuration of a Prometheus that scrapes the exporter.
const liveScraped = `global: {scrape_interval: 5s, evaluation_interval: 5s}
scrape_configs: [{job_name: contactcenter, static_configs: [{targets: [%q], labels: {instance: exporter}}]}]
`

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
	b.live = startPrometheus(t, dir, freePort(t), fmt.Sprintf(liveScraped+"storage: {tsdb: {out_of_order_time_window: 27w}}\nrule_files: [%s]\n", c.address, rules), "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=400d")
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
func (b *backfilled) fill(t *testing.T, output string) error {
	begin := time.Now()
	cmd := exec.Command(filepath.Join(os.Getenv("E2E_BIN"), "contactcenter_exporter"), "backfill", "--account=shop", "--state.dir=state",
		fmt.Sprintf("--from=%dw", backfilledWeeks()), "--label=job=contactcenter", "--label=instance=exporter", "--output="+output)
	cmd.Dir = b.dir
	out, err := cmd.CombinedOutput()
	t.Logf("%s\n%s", out, time.Since(begin).Round(time.Second))
	if found := endOfBackfill.FindSubmatch(out); err == nil && found != nil {
		b.begun, err = time.Parse(time.RFC3339, string(found[1]))
	}
	return err
}

// endOfBackfill is the line of the report with the time up to which was filled in.
var endOfBackfill = regexp.MustCompile(`(?m)^shop\S*: \S+ to (\S+)$`)

// loadBlocks makes blocks of the files in a directory while they are written, until done is closed. A file that has been loaded
// is removed: half a year of 200 agents takes 12 GB.
func loadBlocks(t *testing.T, tool, from, to string, done <-chan struct{}) {
	t.Helper()
	count, size := 0, int64(0)
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true
		case <-time.After(time.Second):
		}
		files, _ := filepath.Glob(filepath.Join(from, "*.om"))
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			count, size = count+1, size+info.Size()
			out, err := exec.Command(tool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1d", f, to).CombinedOutput()
			if err = errors.Join(err, os.Remove(f)); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
	}
	if t.Logf("%d files, %d MB", count, size/1e6); count < backfilledWeeks()*7-2 {
		t.Errorf("%d files", count)
	}
}

// What is filled in is what happened, on any day and over the seam with what is counted live, by remote write while no
// exporter runs and by blocks beside one; and the rules see last week on the first day.
func TestBackfillOnTheRealPrograms(t *testing.T) {
	b := startBackfilled(t)
	tool := promtool(t)
	b.exporter.signal(syscall.SIGTERM)
	b.exporter.wait()
	if err := b.fill(t, "remote-write:"+b.live.url+"/api/v1/write"); err != nil {
		t.Fatal(err)
	}
	b.serve(t)

	dir, done := filepath.Join(b.dir, "loaded"), make(chan struct{})
	go func() {
		defer close(done)
		if err := b.fill(t, "openmetrics:history"); err != nil {
			t.Error(err)
		}
	}()
	loadBlocks(t, tool, filepath.Join(b.dir, "history"), filepath.Join(dir, "tsdb"), done)
	loaded := startPrometheus(t, dir, freePort(t), fmt.Sprintf(liveScraped, b.address), "--storage.tsdb.retention.time=400d")
	b.days(t, "blocks", loaded)
	b.days(t, "remote write", b.live)
	b.seam(t, "blocks", loaded)
	b.seam(t, "remote write", b.live)
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
