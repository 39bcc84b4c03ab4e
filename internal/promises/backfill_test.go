package promises

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// backfill runs the command on the configuration and the state of an exporter that has stopped, and returns what it prints.
func (x *exporter) backfill(o command.BackfillOptions) string {
	x.t.Helper()
	var out bytes.Buffer
	options := command.Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: filepath.Join(x.dir, "contactcenter.yml"), StateDir: x.dir, Transport: x.wire, Backfill: o}
	if err := os.WriteFile(options.ConfigFile, []byte(x.file), 0o600); err != nil {
		x.t.Fatal(err)
	}
	err := command.Backfill(x.t.Context(), options)
	if err != nil || !o.DryRun && !strings.Contains(out.String(), "0 rows skipped, 0 unknown values, gaps of 0s") {
		x.t.Fatalf("%v\n%s", err, &out)
	}
	return out.String()
}

// grown is by how much the counters in the files of a back-fill grew, without the label account; a histogram is shown by its
// count. Each ends with a 0.
func grown(t *testing.T, dir string) sheet {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.om"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	last, all := sheet{}, sheet{}
	for _, file := range files { // by day
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			series, rest, found := strings.Cut(line, "} ")
			if !found || strings.HasPrefix(line, "#") || strings.Contains(series, `le="`) {
				continue
			}
			series = strings.Replace(series, `account="shop"`, "", 1)
			series = strings.ReplaceAll(strings.Replace(series, "{,", "{", 1), "_count{", "{") + "}"
			var v float64
			if _, err := fmt.Sscan(rest, &v); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if v < last[series] && v == 0 {
				all[series] += last[series]
			}
			last[series] = v
		}
	}
	for series, v := range last {
		if v != 0 {
			t.Errorf("%s ends at %v, want 0", series, v)
		}
	}
	return all
}

// What a back-fill counted and what the exporter counts from the seam on is together what happened, in each source but
// status_changes, of which e2e/ has it. The files go to $STEADY_PAGES, for promtool in e2e/.
func TestNothingIsLostOrCountedTwiceAtTheSeam(t *testing.T) {
	t.Parallel()
	sources := append(windowedSources[:len(windowedSources):len(windowedSources)], windowed{
		name: "agent_segments", interval: "30m", counters: []string{"liveperson_segments_total", "liveperson_segment_handle_seconds"}, truth: segmentsTruth,
	})
	for _, w := range sources {
		t.Run(w.name, func(t *testing.T) {
			dir, out := t.TempDir(), t.TempDir()
			if pages := os.Getenv("STEADY_PAGES"); pages != "" {
				out = filepath.Join(pages, "seam", w.name)
			}
			synctest.Test(t, func(t *testing.T) { atTheSeam(t, w, dir, out) })
		})
	}
}

func atTheSeam(t *testing.T, w windowed, dir, out string) {
	s := simulator.New(simulator.Options{Seed: 41, Agents: 12, Services: 4})
	time.Sleep(10 * time.Hour)
	begin := time.Now().Truncate(time.Hour)
	past := 9 * time.Hour
	if w.settled == "" {
		past += 26 * time.Hour // the first poll goes back
	}
	time.Sleep(past)
	x := run(t, hosts{shopHost: s}, dir, accounts(shop("shop", shopHost, s, generous,
		fmt.Sprintf("sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, %s: {interval: %s}}", w.name, w.interval))))
	time.Sleep(4 * time.Hour)
	x.stop()
	x.backfill(command.BackfillOptions{
		Account: "shop", Source: w.name, From: begin.Format(time.RFC3339), To: "live", Step: 15 * time.Minute, By: "agent", Output: "openmetrics:" + out,
	})
	x.start()
	settled := time.Now()
	if w.settled == "" {
		play(t, s, "everybody_leaves")
		time.Sleep(8 * time.Hour)
		settled = time.Now()
	}
	time.Sleep(time.Hour)
	synctest.Wait()
	live := x.shown("shop")
	live.healthyNow(t)
	if w.settled != "" {
		settled = time.Unix(int64(live.value(t, w.settled)), 0)
	}
	got := sheet{}
	for _, half := range []sheet{grown(t, out), live} {
		counted := half.only(w.counters).without("skill_name")
		if w.name == "agent_segments" {
			counted = counted.without("group_id").without("skill_id")
		}
		for series, v := range counted {
			got[series] += v
		}
		if counted.sum() < 100 {
			t.Errorf("%v are counted on one side of the seam", counted.sum())
		}
	}
	compare(t, w.name, got, w.truth(s.TruthBetween(begin, settled)))
}

// segmentsTruth is what the counters of agent_segments should show, without what they were of.
func segmentsTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for reason, n := range truth.LivePerson.Segments {
		for _, name := range []string{"liveperson_segments_total", "liveperson_segment_handle_seconds"} {
			want[id(name, "end_reason", endReasons[reason])] = float64(n)
		}
	}
	return want
}

// Where the limits of the account decide how long a back-fill takes, a dry run says it to within a factor of two.
func TestADryRunEstimatesTheTime(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 42, Agents: 30, History: 30 * 24 * time.Hour})
		x := run(t, hosts{shopHost: s}, dir, accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 0.5, burst: 5}", "sources: {agent_status: {enabled: false}}")))
		time.Sleep(time.Hour)
		x.stop()
		time.Sleep(10 * time.Minute)
		o := command.BackfillOptions{
			Account: "shop", Source: "status_changes", From: "25d", To: "live", Step: time.Hour, By: "group", Output: "openmetrics:" + out, DryRun: true,
		}
		estimate := regexp.MustCompile(` MB of text, (\S+)`).FindStringSubmatch(x.backfill(o))[1]
		want, err := time.ParseDuration(estimate)
		begin := time.Now()
		o.DryRun = false
		x.backfill(o)
		if took := time.Since(begin); err != nil || want < took/2 || want > took*2 {
			t.Errorf("it took %s, the estimate was %s", took, estimate)
		}
	})
}
