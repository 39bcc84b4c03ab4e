package backfill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

var (
	changesTotal = &metric.Desc{Name: "test_changes_total", Help: "Changes.", Kind: metric.Counter, Labels: []string{"agent_id"}}
	secondsTotal = &metric.Desc{Name: "test_seconds_total", Help: "Seconds.", Kind: metric.Counter, Labels: []string{"agent_id", "status"}}
)

// start is when the tests' back-fills begin.
var start = time.Date(2026, 5, 1, 22, 0, 0, 0, time.UTC)

// agentOnline is an agent who changes between online and away each 40 minutes from a time on.
func agentOnline(id string, from, to time.Time) (events []metric.Event) {
	for n, at := 0, from; at.Before(to); n, at = n+1, at.Add(40*time.Minute) {
		status := [2]string{"online", "away"}[n%2]
		events = append(events, metric.Event{
			Key: fmt.Sprint(id, at), Time: at, Subject: id,
			Add:   []metric.Sample{changesTotal.Of(1, id)},
			Begin: []metric.Sample{secondsTotal.Of(0, id, status)},
		})
	}
	return events
}

// pastOf is a past of events, whose gauge is the number of those before a time.
func pastOf(events []metric.Event) *Past {
	var met struct{ N float64 }
	p := &collector.Past{
		Kept:    func(time.Time) time.Time { return start.AddDate(0, 0, -1) },
		Longest: 2 * time.Hour, Before: 6 * time.Hour,
		Ask: func(ctx context.Context, from, to time.Time) (r metric.Reading, err error) {
			for _, e := range events {
				if !e.Time.Before(from) && e.Time.Before(to) {
					r.Events.List = append(r.Events.List, e)
				}
			}
			slices.SortStableFunc(r.Events.List, func(a, b metric.Event) int { return a.Time.Compare(b.Time) })
			return r, ctx.Err()
		},
		Gauges: func(at time.Time) []metric.Sample {
			return []metric.Sample{collector.Agents().Of(float64(at.Hour()), "7", "Sales", "available")}
		},
		Save:    func() ([]byte, error) { return json.Marshal(met) },
		Restore: func(b []byte) error { return json.Unmarshal(b, &met) },
	}
	return &Past{
		Past: p, Descs: []*metric.Desc{changesTotal, secondsTotal}, Ledger: "shop/test", Count: count, Requests: func() int { return 0 },
	}
}

// count counts in a ledger as package scrape does.
func count(store ledger.Store) (Count, error) {
	l, err := store.Ledger("shop/test")
	if err != nil {
		return nil, err
	}
	n := cumulative.New(l, cumulative.Options{Source: "test", Resumes: true, Descs: []*metric.Desc{changesTotal, secondsTotal}, MaxSeries: 100_000})
	return n.Add, n.Resume(store, start)
}

func jobOf(t *testing.T, dir string, events []metric.Event) *Job {
	t.Helper()
	return &Job{
		Account: "shop", Vendor: "liveperson", Labels: []Label{{"job", "cc"}},
		Past: pastOf(events),
		From: start, To: start.Add(50 * time.Hour), Step: 30 * time.Minute,
		Write: OpenMetrics(dir), Checkpoint: filepath.Join(dir, "checkpoint.json"), Parameters: "test",
	}
}

// lines returns what the files say of a series, by time.
func lines(t *testing.T, dir, series string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, content := range files(t, dir) {
		if !bytes.HasSuffix(content, []byte("\n# EOF\n")) {
			t.Errorf("%s has no end", name)
		}
		for line := range strings.Lines(string(content)) {
			if rest, ok := strings.CutPrefix(line, series+" "); ok {
				value, at, _ := strings.Cut(strings.TrimSpace(rest), " ")
				if _, twice := all[at]; twice {
					t.Errorf("%s has two samples at %s", series, at)
				}
				all[at] = value
			}
		}
	}
	return all
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	names, _ := filepath.Glob(filepath.Join(dir, "*"+FileSuffix))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = b
	}
	return all
}

func unix(at time.Time) string { return fmt.Sprint(at.Unix()) }

func TestSamplesAreWhatHappened(t *testing.T) {
	dir := t.TempDir()
	// a is online since before the beginning, b comes later.
	events := append(agentOnline("a", start.Add(-20*time.Minute), start.Add(4*time.Hour)),
		agentOnline("b", start.Add(2*time.Hour+10*time.Minute), start.Add(3*time.Hour))...)
	report, err := jobOf(t, dir, events).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if report.Days != 4 || report.Rows != 8 || !report.Done.Equal(start.Add(50*time.Hour)) {
		t.Errorf("%+v", report)
	}
	online := lines(t, dir, `test_seconds_total{account="shop",agent_id="a",job="cc",status="online"}`)
	for after, want := range map[time.Duration]string{0: "0", 30 * time.Minute: "1200", time.Hour: "1200", 90 * time.Minute: "3000"} {
		if got := online[unix(start.Add(after))]; got != want {
			t.Errorf("online after %s: %q, want %s", after, got, want)
		}
	}
	if n := len(online); n != 101 {
		t.Errorf("%d samples in 50 hours, want one each half an hour", n)
	}
	// b is first met in the step that ends at half past: it is 0 in the day before.
	b := lines(t, dir, `test_changes_total{account="shop",agent_id="b",job="cc"}`)
	if b[unix(start.Add(2*time.Hour))] != "0" || b[unix(start.Add(150*time.Minute))] != "1" || b[unix(start.Add(90*time.Minute))] != "" {
		t.Errorf("b: %v", b)
	}
	available := lines(t, dir, `contactcenter:group:available{account="shop",group_id="7",group_name="Sales",vendor="liveperson"}`)
	if n := len(available); n != 601 || available[unix(start.Add(65*time.Minute))] != "23" {
		t.Errorf("%d samples of a gauge, want one each 5 minutes", n)
	}
}

func TestASeriesThatAppearsAtMidnightIsZeroBefore(t *testing.T) {
	dir := t.TempDir()
	at := start.Add(110 * time.Minute)
	if _, err := jobOf(t, dir, agentOnline("a", at, at.Add(time.Minute))).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := lines(t, dir, `test_changes_total{account="shop",agent_id="a",job="cc"}`)
	if got[unix(start.Add(90*time.Minute))] != "0" || got[unix(start.Add(2*time.Hour))] != "1" {
		t.Errorf("%v", got)
	}
}

func TestAtASeamTheCountersBeginAgain(t *testing.T) {
	dir := t.TempDir()
	j := jobOf(t, dir, agentOnline("a", start.Add(time.Hour), start.Add(100*time.Hour)))
	j.To, j.Seam = start.Add(30*time.Hour+7*time.Minute), true
	j.Live = []string{changesTotal.Of(0, "a").Key(), changesTotal.Of(0, "new").Key(), "other_total" + metric.Separator}
	if _, err := j.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, status := range []string{"online", "away"} {
		got := lines(t, dir, fmt.Sprintf(`test_seconds_total{account="shop",agent_id="a",job="cc",status=%q}`, status))
		var v float64
		fmt.Sscan(got[unix(j.To)], &v)
		sum += v
		if got[unix(j.To)+".001"] != "0" {
			t.Errorf("%s is %q at the seam", status, got[unix(j.To)+".001"])
		}
	}
	if got := lines(t, dir, `test_changes_total{account="shop",agent_id="new",job="cc"}`); len(got) != 1 || got[unix(j.To)+".001"] != "0" {
		t.Errorf("a series that is only live: %v", got)
	}
	// 29h7m are 43 changes of 40 minutes and 27 minutes: the last state lasts 13 minutes more.
	if want := (44 * 40 * time.Minute).Seconds(); sum != want {
		t.Errorf("%v s are counted until the seam, want %v", sum, want)
	}
}

// A histogram is filled in as its classic series, which begin and end as counters do.
func TestAHistogramIsFilledIn(t *testing.T) {
	dir := t.TempDir()
	handle := &metric.Desc{Name: "test_handle_seconds", Help: "Times.", Kind: metric.Histogram, Labels: []string{"skill_id"}, Buckets: []float64{30, 60.5}}
	var events []metric.Event
	for i, v := range []float64{20, 30, 45, 1000} {
		events = append(events, metric.Event{Key: fmt.Sprint(i), Time: start.Add(time.Duration(i*20+65) * time.Minute), Add: []metric.Sample{handle.Of(v, "7")}})
	}
	j := jobOf(t, dir, events)
	j.Past.Gauges, j.Past.Save, j.Past.Restore = nil, nil, nil
	j.Past.Descs = []*metric.Desc{handle}
	j.To, j.Seam = start.Add(4*time.Hour), true
	j.Live = []string{handle.Of(0, "7").Key(), handle.Of(0, "8").Key()}
	j.Past.Count = func(store ledger.Store) (Count, error) {
		l, err := store.Ledger("shop/test")
		if err != nil {
			return nil, err
		}
		n := cumulative.New(l, cumulative.Options{Source: "test", Resumes: true, Descs: j.Past.Descs})
		return n.Add, n.Resume(store, start)
	}
	if _, err := j.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]string{
		`_bucket{account="shop",job="cc",le="30.0",skill_id="7"}`: "2", `_bucket{account="shop",job="cc",le="60.5",skill_id="7"}`: "3",
		`_bucket{account="shop",job="cc",le="+Inf",skill_id="7"}`: "4", `_count{account="shop",job="cc",skill_id="7"}`: "4",
		`_sum{account="shop",job="cc",skill_id="7"}`: "1095", `_count{account="shop",job="cc",skill_id="8"}`: "",
	} {
		got := lines(t, dir, "test_handle_seconds"+series)
		if got[unix(j.To)] != want || got[unix(j.To)+".001"] != "0" {
			t.Errorf("%s: %q at the end, %q at the seam, want %s", series, got[unix(j.To)], got[unix(j.To)+".001"], want)
		}
		if first := got[unix(start.Add(time.Hour))]; want != "" && first != "0" {
			t.Errorf("%s begins at %q, want 0", series, first)
		}
	}
	for name, content := range files(t, dir) {
		if n := bytes.Count(content, []byte("# TYPE test_handle_seconds histogram\n")); n > 1 || bytes.Contains(content, []byte("contactcenter:")) {
			t.Errorf("%s has %d heads of the histogram, or series of rules", name, n)
		}
	}
}

// The report of a job that goes on is that of the whole, and what the vendor has deleted
// meanwhile is a gap.
func TestTheReportSumsUpAllRuns(t *testing.T) {
	events := agentOnline("a", start, start.Add(50*time.Hour))
	requests := 0
	of := func(dir string) *Job {
		j := jobOf(t, dir, events)
		sent, ask := 0, j.Past.Ask
		j.Past.Ask = func(ctx context.Context, from, to time.Time) (metric.Reading, error) {
			sent++
			requests++
			r, err := ask(ctx, from, to)
			r.Skipped, r.Unknown, r.Events.Gap = 1, []string{"x"}, time.Second
			return r, err
		}
		j.Past.Requests = func() int { return sent }
		return j
	}
	whole, err := of(t.TempDir()).Run(context.Background())
	if err != nil || whole.Requests != requests || whole.Skipped < 10 || whole.Unknown != whole.Skipped || whole.Gap != time.Duration(whole.Skipped)*time.Second {
		t.Fatalf("%+v, %d requests, %v", whole, requests, err)
	}
	dir := t.TempDir()
	j := of(dir)
	write := j.Write
	j.Write = func(ctx context.Context, d Day) error {
		if d.Begin.Equal(start.Truncate(day)) {
			return write(ctx, d)
		}
		return errors.New("the disk is full")
	}
	early, err := j.Run(context.Background())
	if err == nil || early.Days != 1 {
		t.Fatalf("%+v, %v", early, err)
	}
	j = of(dir)
	// What the flags say is said of other times by now.
	j.Resume, j.From, j.To = true, start.Add(time.Hour), start.Add(90*time.Hour)
	if err := j.Continue(); err != nil || !j.From.Equal(start) || !j.To.Equal(start.Add(50*time.Hour)) {
		t.Errorf("%s to %s, %v", j.From, j.To, err)
	}
	again, err := j.Run(context.Background())
	if err != nil || again.Days != whole.Days || again.Rows != whole.Rows || again.Samples != whole.Samples || again.Requests < whole.Requests || again.Requests > whole.Requests+2 {
		t.Errorf("%+v, want about %+v; %v", again, whole, err)
	}
}

func TestWhatTheVendorHasDeletedIsAGap(t *testing.T) {
	j := jobOf(t, t.TempDir(), agentOnline("a", start, start.Add(50*time.Hour)))
	j.Past.Kept = func(time.Time) time.Time { return start.Add(5 * time.Hour) }
	report, err := j.Run(context.Background())
	if err != nil || report.Gap != 5*time.Hour {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAJobGoesOnWhereItEnded(t *testing.T) {
	events := append(agentOnline("a", start.Add(-20*time.Minute), start.Add(100*time.Hour)), agentOnline("b", start.Add(27*time.Hour), start.Add(40*time.Hour))...)
	whole := t.TempDir()
	if _, err := jobOf(t, whole, events).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	stop := errors.New("stopped")
	runs := 0
	for failing := true; failing; runs++ {
		j := jobOf(t, dir, events)
		j.Resume = runs > 0
		written, write := 0, j.Write
		j.Write = func(ctx context.Context, d Day) error {
			if written++; written > 1 {
				return stop
			}
			return write(ctx, d)
		}
		_, err := j.Run(context.Background())
		if failing = err != nil; failing && !errors.Is(err, stop) {
			t.Fatal(err)
		}
	}
	if runs != 4 {
		t.Errorf("%d runs", runs)
	}
	for name, want := range files(t, whole) {
		if got := files(t, dir)[name]; !bytes.Equal(got, want) {
			t.Errorf("%s is another one after a stop", name)
		}
	}
	j := jobOf(t, dir, events)
	j.Resume = true
	if _, err := j.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "no checkpoint") {
		t.Errorf("a job that has ended goes on: %v", err)
	}
}

func TestACheckpointOfAnotherJobIsRefused(t *testing.T) {
	dir := t.TempDir()
	j := jobOf(t, dir, nil)
	j.Write = func(context.Context, Day) error { return nil }
	ctx, cancel := context.WithCancel(context.Background())
	j.Progress = func(r Report) {
		if r.Days == 1 {
			cancel()
		}
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	j = jobOf(t, dir, nil)
	j.Resume, j.Parameters = true, "others"
	if _, err := j.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "another back-fill") {
		t.Errorf("%v", err)
	}
}
