package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/util/osutil"
	"github.com/prometheus/prometheus/util/teststorage"
	"go.yaml.in/yaml/v3"
)

// week is what TestPagesOfAWeek writes: pages of a day, of the hour before the day a week later, and of that day, on which the
// exporter is a new one.
type week struct {
	lastWeek, eve, firstDay recording
	past                    []pastSample    // of the back-fill on that day, by time
	rules                   string          // the file of the rules that compare with last week
	series                  map[string]bool // of last week that they compare with
}

type pastSample struct {
	series labels.Labels
	at     int64
	value  float64
}

func readWeek(t *testing.T) week {
	t.Helper()
	dir := filepath.Join(steadyPages(t), "week")
	pages := func(name string) recording { return readRecording(t, filepath.Join(dir, name+".jsonl.gz")) }
	w := week{lastWeek: pages("last-week"), eve: pages("eve"), firstDay: pages("first-day"), rules: filepath.Join(t.TempDir(), "rules.yml"), series: map[string]bool{}}
	all := rules(t)
	alerts := comparing(t, all)
	for _, names := range alerts {
		for _, name := range names {
			w.series[name] = true
		}
	}
	wanted := onlyFor(t, all, alerts)
	for _, r := range []recording{w.lastWeek, w.eve, w.firstDay} {
		r.leave(wanted)
	}
	content, err := yaml.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w.rules, string(content))
	files, err := filepath.Glob(filepath.Join(dir, "*.om"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		w.past = append(w.past, readPast(t, file, wanted)...)
	}
	slices.SortStableFunc(w.past, func(a, b pastSample) int { return cmp.Compare(a.at, b.at) })
	return w
}

// between returns what was scraped from one time to another.
func (r recording) between(from, to time.Time) recording {
	return slices.DeleteFunc(slices.Clone(r), func(p scrapedPage) bool { return p.time().Before(from) || p.time().After(to) })
}

// leave leaves only some metrics on the pages.
func (r recording) leave(wanted map[string]bool) {
	for i := range r {
		var left strings.Builder
		for line := range strings.Lines(r[i].Page) {
			if name, _, _ := strings.Cut(line, "{"); wanted[name] {
				left.WriteString(line)
			}
		}
		r[i].Page = left.String()
	}
}

// readPast reads the samples of some metrics, or of all, in a file of a back-fill.
func readPast(t *testing.T, path string, wanted map[string]bool) (samples []pastSample) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := textparse.NewOpenMetricsParser(content, labels.NewSymbolTable())
	for {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			return samples
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var s pastSample
		_, at, value := p.Series()
		if p.Labels(&s.series); wanted == nil || wanted[s.series.Get("__name__")] {
			s.at, s.value = *at, value
			samples = append(samples, s)
		}
	}
}

// world is what the rules make of the first day.
type world struct {
	firing []behaviour              // by their names
	past   map[string]promql.Series // the means of half an hour of last week
}

// live evaluates the rules after a week with the exporter.
func (w week) live(t *testing.T) world {
	db := teststorage.New(t)
	w.watch(t, db, w.lastWeek)
	return w.see(t, db, slices.Concat(w.eve, w.firstDay))
}

// backfilled evaluates them on the first day with the exporter, or a part of it, after samples of the past.
func (w week) backfilled(t *testing.T, past []pastSample, r recording) world {
	db := teststorage.New(t)
	add := db.Appender(t.Context())
	for _, s := range past {
		if _, err := add.Append(0, s.series, s.at, s.value); err != nil {
			t.Fatal(err)
		}
	}
	if err := add.Commit(); err != nil {
		t.Fatal(err)
	}
	return w.see(t, db, r)
}

func (w week) watch(t *testing.T, db *teststorage.TestStorage, r recording) *quickPrometheus {
	time.Sleep(time.Until(r[0].time()))
	p := startQuickOn(t, db, r, w.rules)
	time.Sleep(time.Until(r[len(r)-1].time()))
	p.stop()
	return p
}

func (w week) see(t *testing.T, db *teststorage.TestStorage, r recording) world {
	p := w.watch(t, db, r)
	first, last := w.firstDay[0].time(), w.firstDay[len(w.firstDay)-1].time()
	seen := world{past: map[string]promql.Series{}}
	for _, s := range p.span(t, `ALERTS{alertstate="firing"}`, first, last, quickInterval) {
		seen.firing = append(seen.firing, behaviourIn(s, first, last))
	}
	slices.SortFunc(seen.firing, func(a, b behaviour) int { return cmp.Compare(a.alert, b.alert) })
	for name := range w.series {
		for _, s := range p.span(t, "avg_over_time("+name+"[30m] offset 1w)", first, last, quickInterval) {
			seen.past[name+s.Metric.String()] = s
		}
	}
	return seen
}

// backfillStep is the time between two samples of a gauge that is filled in.
const backfillStep = 5 * time.Minute

// samePast finds where last week as it was scraped and as it was filled in differ by more than what two minutes and the fewer
// samples change of a mean.
func samePast(live, filled promql.Series) error {
	if n, all := len(filled.Floats), len(live.Floats); n != all {
		return fmt.Errorf("at %d of %d evaluations there is a last week", n, all)
	}
	for i, l := range live.Floats {
		if f := filled.Floats[i]; math.Abs(f.F-l.F) > 2+l.F/10 {
			return fmt.Errorf("last week at %s %v was filled in and %v scraped", time.UnixMilli(f.T).UTC().Format(time.TimeOnly), f.F, l.F)
		}
	}
	return nil
}

// sameTimes says whether alerts begin and end as often, and at the same times but for a sample.
func sameTimes(a, b behaviour) bool {
	near := func(a, b time.Time) bool { return a.Sub(b).Abs() <= backfillStep }
	return a.alert == b.alert && slices.EqualFunc(a.begins, b.begins, near) && slices.EqualFunc(a.ends, b.ends, near)
}

// On the day on which a user starts the exporter and fills the past in, the alerts that compare with last week fire and are
// silent as they would with an exporter that had run for a week, and without a past none fires. No agent has a free slot, of
// which status changes say nothing.
func TestFirstDayWithABackfillIsAsAfterAWeek(t *testing.T) {
	w := readWeek(t)
	if _, err := osutil.GetFQDN(); err != nil { // what Prometheus looks up must be known before a virtual clock begins
		t.Log(err)
	}
	begin, end := w.firstDay.trouble()
	var live, filled, empty world
	t.Run("worlds", func(t *testing.T) {
		for name, run := range map[string]func(*testing.T){
			"live":       func(t *testing.T) { live = w.live(t) },
			"backfilled": func(t *testing.T) { filled = w.backfilled(t, w.past, w.firstDay) },
			"empty":      func(t *testing.T) { empty = w.backfilled(t, nil, w.firstDay.between(begin, end)) },
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, run)
			})
		}
	})
	if !slices.EqualFunc(live.firing, filled.firing, sameTimes) || len(empty.firing) > 0 {
		t.Errorf("after a week: %v\nfilled in: %v\nwithout a past: %v", live.firing, filled.firing, empty.firing)
	}
	var fired []string
	for _, b := range live.firing {
		t.Log(b)
		if fired = append(fired, b.alert); b.changes(begin, end.Add(30*time.Minute)) != 2 || len(b.begins) != 1 {
			t.Errorf("it doesn't begin and end once, while three groups are away or soon after: %v", b)
		}
	}
	if want := []string{
		"AvailableAgentsBelowLastWeek shop Main Group", "AvailableAgentsBelowLastWeek shop Team B1", "AvailableAgentsBelowLastWeek shop Team C1", "LoginsMissing shop",
	}; !slices.Equal(fired, want) {
		t.Errorf("%q fire, want %q", fired, want)
	}
	if len(live.past) != 5 { // an account and four groups
		t.Errorf("%d series are compared with", len(live.past))
	}
	for name, series := range live.past {
		if err := samePast(series, filled.past[name]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
