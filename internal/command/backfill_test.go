package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/vendors"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// backfillBegin is where back-fills of tests begin.
func backfillBegin(now time.Time) time.Time {
	return now.UTC().Add(-120 * time.Hour).Truncate(time.Hour)
}

// backfillOf is a back-fill of a simulated contact centre with a history, whose exporter
// has run but counted nothing. asked is called at each request.
func backfillOf(t *testing.T, now time.Time, asked func()) (*simulator.Simulator, Options) {
	t.Helper()
	sim := simulator.New(simulator.Options{Agents: 12, History: 400 * time.Hour, Now: func() time.Time { return now }})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked()
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	file := filepath.Join(dir, "contactcenter.yml")
	config := strings.ReplaceAll(demoConfig(sim, strings.TrimPrefix(server.URL, "http://")), "requests_per_second: 20, burst: 20", "requests_per_second: 400, burst: 10")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{ConfigFile: file, StateDir: filepath.Join(dir, "data"), Vendors: vendors.All()}
	store, err := state.Open(o.StateDir, state.Options{BackupEvery: -1})
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	o.Backfill = BackfillOptions{
		Account: "shop", Source: "status_changes", From: backfillBegin(now).Format(time.RFC3339), To: now.UTC().Add(-30 * time.Hour).Truncate(time.Hour).Format(time.RFC3339), Step: 15 * time.Minute, By: "agent",
		Output: "openmetrics:" + filepath.Join(dir, "out"), Labels: []string{"job=cc"},
	}
	return sim, o
}

// backfillLater runs a back-fill a while after the one before: the limits are whole again.
func backfillLater(ctx context.Context, t *testing.T, o Options) error {
	t.Helper()
	ago := time.Now().Add(-2 * shareTime)
	if err := os.Chtimes(sharePath(o.StateDir, o.Backfill.Account), ago, ago); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return Backfill(ctx, o)
}

// hashed hides agents.
func hashed(t *testing.T, config string) {
	t.Helper()
	b, err := os.ReadFile(config)
	if err == nil {
		err = os.WriteFile(config, bytes.Replace(b, []byte("    vendor: liveperson\n"), []byte("    vendor: liveperson\n    identity: hash\n"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// filesOf returns the files that a back-fill has made, by path within the directory.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "*.om"))
	for _, name := range names {
		if err == nil {
			all[filepath.Base(name)], err = os.ReadFile(name)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// samplesOf reads the files of a back-fill: the values of a series by time, without the
// labels of all.
func samplesOf(t *testing.T, o Options) map[string]map[int64]float64 {
	t.Helper()
	all := map[string]map[int64]float64{}
	names, _ := filepath.Glob(filepath.Join(strings.TrimPrefix(o.Backfill.Output, "openmetrics:"), "*.om"))
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			series, rest, _ := strings.Cut(line, "} ")
			var v, at float64
			if _, err := fmt.Sscan(rest, &v, &at); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if all[series] == nil {
				all[series] = map[int64]float64{}
			}
			all[series][int64(at)] = v
		}
	}
	return all
}

// checkIncrease compares the growth of all counters of agents between two times with what
// the simulator did.
func checkIncrease(t *testing.T, sim *simulator.Simulator, samples map[string]map[int64]float64, from, to time.Time) {
	t.Helper()
	grown := func(series string) float64 { return samples[series][to.Unix()] - samples[series][from.Unix()] }
	compared := 0
	for id, a := range sim.TruthBetween(from, to).LivePerson.Agents {
		agent := fmt.Sprintf(`account="shop",agent_id=%q,job="cc"`, id)
		want := map[string]float64{
			"liveperson_agent_logins_total{" + agent:  float64(a.Logins),
			"liveperson_agent_logouts_total{" + agent: float64(a.Logouts),
		}
		for status, reasons := range a.Changes {
			for reason, n := range reasons {
				want[fmt.Sprintf(`liveperson_agent_status_changes_total{%s,reason=%q,status=%q`, agent, reason, status)] = float64(n)
			}
		}
		for status, reasons := range a.StatusSeconds {
			for reason, v := range reasons {
				want[fmt.Sprintf(`liveperson_agent_status_seconds_total{%s,reason=%q,status=%q`, agent, reason, status)] = v
			}
		}
		for series, v := range want {
			if compared++; math.Abs(grown(series)-v) > 1e-6*max(1, v) {
				t.Errorf("%s grew by %v, want %v", series, grown(series), v)
			}
		}
	}
	if compared < 100 {
		t.Errorf("%d series were compared", compared)
	}
}

func TestBackfillIsWhatHappened(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sim, o := backfillOf(t, now, func() {})
	var out bytes.Buffer
	o.Out = &out
	if err := Backfill(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	samples := samplesOf(t, o)
	begin := backfillBegin(now)
	for day := range 3 {
		from := begin.Add(time.Duration(24*day) * time.Hour)
		checkIncrease(t, sim, samples, from, from.Add(24*time.Hour))
	}
	checkGauges(t, samples)
	for _, want := range []string{"0 rows skipped, 0 unknown values", "promtool tsdb create-blocks-from openmetrics", "on_contact is absent"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &out)
		}
	}
}

// checkGauges compares agents by group and status with the series of rules.
func checkGauges(t *testing.T, samples map[string]map[int64]float64) {
	t.Helper()
	online, checked := map[int64]float64{}, 0
	for series, values := range samples {
		if !strings.HasPrefix(series, "liveperson_agents{") || strings.Contains(series, `status="offline"`) {
			continue
		}
		if !strings.Contains(series, `group_name="`) {
			t.Errorf("%s has no name of the group", series)
		}
		for at, v := range values {
			online[at] += v
		}
	}
	for at, v := range samples[`contactcenter:account:logged_in{account="shop",vendor="liveperson"`] {
		if checked++; v != online[at] {
			t.Errorf("%v agents are logged in at %d, and the rule says %v", online[at], at, v)
		}
	}
	if checked < 1000 {
		t.Errorf("%d times were compared", checked)
	}
}

func TestABackfillThatWasStoppedMakesTheSameFiles(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	requests, last := 0, 1000
	_, o := backfillOf(t, time.Now(), func() {
		if requests++; requests == last {
			cancel()
		}
	})
	var out bytes.Buffer
	o.Out = &out
	whole := o
	whole.Backfill.Output += "-whole"
	if err := Backfill(ctx, whole); err != nil {
		t.Fatal(err)
	}
	requests, last = 0, requests-1
	if err := backfillLater(ctx, t, o); !errors.Is(err, ErrReported) || !strings.Contains(out.String(), "with --resume goes on there") {
		t.Fatalf("%v\n%s", err, &out)
	}
	o.Backfill.Resume = true
	if err := backfillLater(context.Background(), t, o); err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(strings.TrimPrefix(whole.Backfill.Output, "openmetrics:") + "/*.om")
	if len(names) < 4 {
		t.Errorf("%d files", len(names))
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		have, err2 := os.ReadFile(filepath.Join(strings.TrimPrefix(o.Backfill.Output, "openmetrics:"), filepath.Base(name)))
		if err != nil || err2 != nil || !bytes.Equal(want, have) {
			t.Errorf("%s is another one after a stop: %v, %v", filepath.Base(name), err, err2)
		}
	}
}

func TestBackfillByGroupShowsNoAgent(t *testing.T) {
	t.Parallel()
	_, o := backfillOf(t, time.Now(), func() {})
	o.Out, o.Backfill.By = new(bytes.Buffer), "group"
	if err := Backfill(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	samples := samplesOf(t, o)
	if len(samples) < 10 {
		t.Errorf("%d series", len(samples))
	}
	for series := range samples {
		if strings.Contains(series, "agent_id") {
			t.Errorf("%s", series)
		}
	}
}

func TestABackfillThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sim, whole := backfillOf(t, now, func() {})
	for _, c := range []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) { o.Backfill.Account = "store" }, "has no account store"},
		{func(o *Options) { o.Backfill.Account = "dialer" }, "LiveVox tells nothing of the past"},
		{func(o *Options) { o.Backfill.To = "live" }, "nothing is counted live of shop/status_changes yet"},
		{func(o *Options) { o.Backfill.To = "23h" }, "to where the exporter's first poll may go back"},
		{func(o *Options) { o.Backfill.To = now.Add(time.Hour).Format(time.RFC3339) }, "which is in the future"},
		{func(o *Options) { o.Backfill.Labels = []string{"job=a", "job=b"} }, "only once"},
		{func(o *Options) { o.Backfill.Labels = []string{"account=a"} }, "has that label already"},
		{func(o *Options) { o.Backfill.Labels = []string{"agent_id=1"} }, "has that label already: liveperson_"},
		{func(o *Options) { o.Backfill.Labels = []string{"state=1"} }, "has that label already: contactcenter_agents"},
		{func(o *Options) { o.Backfill.Labels = []string{"__name__=x"} }, "must be NAME=VALUE"},
		{func(o *Options) { o.Backfill.Labels = []string{"a-b=x"} }, "must be NAME=VALUE"},
		{func(o *Options) { o.Backfill.Labels = []string{"=x"} }, "must be NAME=VALUE"},
		{func(o *Options) { o.Backfill.Labels = []string{"job="} }, "the value must be"},
		{func(o *Options) { o.Backfill.Labels = []string{"job=\xff"} }, "the value must be"},
		{func(o *Options) { o.Backfill.HeadersFile = "headers" }, "files have no headers"},
		{func(o *Options) { o.Backfill.From = "10h" }, "there is nothing to fill in"},
		{func(o *Options) { o.Backfill.From = "soon" }, "neither a duration"},
		{func(o *Options) { o.Backfill.Step = 7 * time.Minute }, "divide a day"},
		{func(o *Options) { o.Backfill.Output = "csv:x" }, "--output must be"},
		{func(o *Options) { o.StateDir += "x" }, "holds no state"},
		{func(o *Options) { o.Backfill.Resume = true }, "there is no checkpoint"},
	} {
		o := whole
		o.Out = new(bytes.Buffer)
		c.change(&o)
		if err := Backfill(context.Background(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if n := sim.Requests().Total; n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// While an exporter runs whose backup is that of its start, nothing tells what it has
// counted since.
func TestNoBackfillBesideAnExporterThatHasJustBegun(t *testing.T) {
	t.Parallel()
	_, o := backfillOf(t, time.Now(), func() {})
	o.Out = new(bytes.Buffer)
	store := openState(t, o.StateDir)
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Backup(); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"live", o.Backfill.To} {
		o.Backfill.To = to
		if err := Backfill(context.Background(), o); err == nil || !strings.Contains(err.Error(), "wait for its next backup") {
			t.Errorf("--to=%s: %v", to, err)
		}
	}
}

// Two back-fills neither share an account nor a directory.
func TestOneBackfillAtATime(t *testing.T) {
	sim, o := backfillOf(t, time.Now(), func() {})
	o.Out = new(bytes.Buffer)
	dir := strings.TrimPrefix(o.Backfill.Output, "openmetrics:")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		sharePath(o.StateDir, "shop"):        "a back-fill of account shop runs already",
		filepath.Join(dir, ".backfill.lock"): "another back-fill writes to",
	} {
		release, err := state.Hold(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := Backfill(context.Background(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if err := release(); err != nil {
			t.Error(err)
		}
	}
	if n := sim.Requests().Total; n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if shared := sharedIn(o.StateDir); !shared("shop") || shared("dialer") {
		t.Error("an exporter does not see that its limits are shared")
	}
}

// A run that ended in its first day goes on, and --resume is offered only where it works.
func TestABackfillGoesOnFromItsFirstDay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	requests, last := 0, 1
	_, o := backfillOf(t, time.Now(), func() {
		if requests++; requests == last {
			cancel()
		}
	})
	try := func(resume bool) string {
		t.Helper()
		ctx, cancel = context.WithCancel(context.Background())
		defer cancel()
		var out bytes.Buffer
		o.Out, o.Backfill.Resume = &out, resume
		requests = 0
		err := backfillLater(ctx, t, o)
		if err != nil && !errors.Is(err, ErrReported) {
			fmt.Fprint(&out, err)
		}
		return out.String()
	}
	first := try(false)
	if !strings.Contains(first, "before anything was written") || strings.Contains(first, "--resume") {
		t.Errorf("before the first checkpoint: %s", first)
	}
	for last = 2; !strings.Contains(first, "with --resume goes on there"); last++ {
		if first = try(false); last > 100 {
			t.Fatalf("no checkpoint: %s", first)
		}
	}
	if names, _ := filepath.Glob(strings.TrimPrefix(o.Backfill.Output, "openmetrics:") + "/*.om"); len(names) > 0 {
		t.Errorf("the first checkpoint comes after %s", names)
	}
	last = 0
	if out := try(true); !strings.Contains(out, "promtool tsdb") {
		t.Errorf("it does not go on: %s", out)
	}
	if out := try(false); !strings.Contains(out, "give an empty directory") || strings.Contains(out, "--resume") {
		t.Errorf("after the end: %s", out)
	}
	if out := try(true); !strings.Contains(out, "there is nothing to resume") {
		t.Errorf("--resume after the end: %s", out)
	}
}

// The checkpoint of remote write belongs to one server, and holds no credentials.
func TestACheckpointBelongsToItsServer(t *testing.T) {
	t.Parallel()
	of := func(output string) string {
		_, o := backfillOf(t, time.Now(), func() {})
		p := &pastOf{options: o.Backfill}
		p.options.Output = output
		if err := p.place(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		return p.job.Parameters
	}
	a, b := of("remote-write:http://u:secret@a/write?token=secret"), of("remote-write:http://b/write")
	if a == b || !strings.Contains(a, "--output=remote-write:http://a/write") || strings.Contains(a, "secret") {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestADryRunEstimatesTheRequests(t *testing.T) {
	t.Parallel()
	sim, o := backfillOf(t, time.Now(), func() {})
	var out bytes.Buffer
	o.Out, o.Backfill.DryRun, o.Backfill.Agents = &out, true, 12
	if err := Backfill(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(out.String(), " rows, ")
	estimate, err := strconv.Atoi(after[:max(0, strings.Index(after, " requests"))])
	o.Backfill.DryRun = false
	if err := errors.Join(err, Backfill(t.Context(), o)); err != nil {
		t.Fatal(err)
	}
	if n := sim.Requests().Counts["status_changes"]["200"]; estimate < n/2 || estimate > 2*n {
		t.Errorf("%d requests were sent, the estimate is %d", n, estimate)
	}
}

func TestADryRunAsksNothing(t *testing.T) {
	t.Parallel()
	sim, o := backfillOf(t, time.Now(), func() {})
	var out bytes.Buffer
	o.Out, o.Backfill.DryRun = &out, true
	if err := Backfill(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if n := sim.Requests().Total; n != 0 || !strings.Contains(out.String(), "for 100 agents") {
		t.Errorf("%d requests were sent:\n%s", n, &out)
	}
}
