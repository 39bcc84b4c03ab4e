package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

func activityOptions(timeframe, bucket, settle time.Duration) *agentActivityOptions {
	return &agentActivityOptions{
		Timeframe: config.Duration(timeframe),
		Bucket:    config.Duration(bucket),
		Settle:    config.Duration(settle),
		AgentIDs:  config.IDs{"all"},
	}
}

func TestAgentActivity(t *testing.T) {
	hourly := testAccount("agent_activity", activityOptions(2*time.Hour, time.Hour, time.Hour))
	for name, test := range map[string]struct {
		file     string
		identity collector.Identity
		cursor   string
	}{
		"first":              {"agent_activity", collector.NewIdentity(config.ID, nil), ""},
		"no single agents":   {"agent_activity_nobody", collector.NewIdentity(config.None, nil), "2030-01-02T11:00:00Z"},
		"pitfalls":           {"agent_activity_pitfalls", collector.NewIdentity(config.Name, nil), ""},
		"no agent was there": {"agent_activity_empty", collector.NewIdentity(config.ID, nil), "2030-01-02T10:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			env := testEnv(hourly, nil)
			env.Identity = test.identity
			golden.Check(t, test.file, readFrom(t, env, "agentactivity", test.cursor))
		})
	}
}

// worked plays agentactivity for agent 7, who is online all the time: what it
// answers follows from the vendor's time, as the reference says of ends and of
// the oldest interval.
type worked struct {
	now   func() time.Time
	asked []string
}

func (v *worked) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/agentactivity") {
		return testVendor{}.RoundTrip(req)
	}
	q := req.URL.Query()
	v.asked = append(v.asked, q.Get("timeframe")+"/"+q.Get("interval"))
	minutes := func(name string) time.Duration {
		n, _ := strconv.Atoi(q.Get(name))
		return time.Duration(n) * time.Minute
	}
	w := httptest.NewRecorder()
	begin, length := v.now().Add(-minutes("timeframe")), minutes("interval")
	if length == 0 {
		io.WriteString(w, `{"agentsMetrics":{"metricsPerAgent":{}}}`)
		return w.Result(), nil
	}
	if minutes("timeframe")%length != 0 || minutes("timeframe") > 24*time.Hour {
		w.WriteHeader(http.StatusBadRequest)
		return w.Result(), nil
	}
	var intervals []string
	for end := ceilTime(v.now(), step); end.After(begin); end = end.Add(-length) {
		from, to := end.Add(-length), end
		if from.Before(begin) {
			from = begin
		}
		if to.After(v.now()) {
			to = v.now()
		}
		intervals = append(intervals, fmt.Sprintf(`{"timestamp":%d,"metricsData":{"agentsMetrics":{"metricsPerAgent":{"7":[{"id":2,"value":{"total":%d}}]}}}}`,
			end.UnixMilli(), int(to.Sub(from).Seconds())))
	}
	fmt.Fprintf(w, `{"metricsByIntervals":[%s],"agentsMetrics":{"metricsPerAgent":{}}}`, strings.Join(intervals, ","))
	return w.Result(), nil
}

// ledger counts buckets as the engine does: each key up to the newest end.
type ledger struct {
	ends  map[string]time.Time
	total map[string]float64
}

func (l *ledger) add(r metric.Reading) {
	for _, b := range r.Intervals.List {
		if b.End.After(r.Intervals.FinalUntil) || !b.End.After(l.ends[b.Key]) {
			continue
		}
		l.ends[b.Key] = b.End
		for _, s := range b.Add {
			l.total[s.Key()] += s.Value
		}
	}
}

// Whatever buckets and polls: an agent who is online all day has a second in the
// counter for each second from the first bucket on, and none twice.
func TestBucketsAreCountedOnceAndWhole(t *testing.T) {
	for _, bucket := range []time.Duration{5, 6, 10, 15, 20, 60, 120} {
		for _, every := range []time.Duration{7, 30, 61} {
			t.Run(fmt.Sprintf("buckets of %d minutes, polls every %d", bucket, every), func(t *testing.T) {
				now := time.Date(2030, 1, 2, 3, 4, 8, 0, time.UTC)
				o := activityOptions(4*time.Hour, bucket*time.Minute, time.Hour)
				if err := o.Validate(); err != nil {
					t.Fatal(err)
				}
				vendor := &worked{now: func() time.Time { return now }}
				collect := opened(t, "agent_activity", o, vendor)
				l := ledger{ends: map[string]time.Time{}, total: map[string]float64{}}
				var cursor string
				var first time.Time
				for end := now.Add(20 * time.Hour); now.Before(end); now = now.Add(every * time.Minute) {
					if now.Hour() > 9 && now.Hour() < 17 {
						continue // an outage
					}
					r, err := collect(t.Context(), collector.Position{Now: now, Cursor: cursor})
					if err != nil {
						t.Fatal(err)
					}
					if first.IsZero() {
						first = r.Intervals.List[0].End.Add(-o.cell())
					}
					if r.Intervals.Gap != 0 || len(r.Unknown) != 0 {
						t.Errorf("gap %s, unknown %v at %s", r.Intervals.Gap, r.Unknown, now)
					}
					l.add(r)
					cursor = r.Intervals.Cursor
				}
				upTo := parseCursor(cursor)
				if got, want := l.total[stateSeconds[0].Of(0, "7", "online").Key()], upTo.Sub(first).Seconds(); got != want {
					t.Errorf("%g s from %s to %s, want %g", got, first, upTo, want)
				}
				if behind := now.Sub(upTo); behind > time.Hour+o.cell()+2*every*time.Minute {
					t.Errorf("counted up to %s only, at %s", upTo, now)
				}
			})
		}
	}
}

func TestBucketsOutOfReachAreAGap(t *testing.T) {
	now := testNow.Add(3 * time.Minute)
	vendor := &worked{now: func() time.Time { return now }}
	collect := opened(t, "agent_activity", activityOptions(time.Hour, step, time.Hour), vendor)
	for back, want := range map[time.Duration]time.Duration{
		time.Hour:      0,
		23 * time.Hour: 0,
		48 * time.Hour: 24*time.Hour + step, // of today's first bucket a part is gone
	} {
		r, err := collect(t.Context(), collector.Position{Now: now, Cursor: testNow.Add(-back).Format(time.RFC3339)})
		if err != nil || r.Intervals.Gap != want {
			t.Errorf("%s after the last one: gap %s, want %s; %v", back, r.Intervals.Gap, want, err)
		}
	}
}

func TestBucketsThatDoNotDivideADayAreAskedForAsFarAsTheyFit(t *testing.T) {
	vendor := &worked{now: func() time.Time { return testNow }}
	collected(t, "agent_activity", activityOptions(70*time.Minute, 7*time.Minute, time.Hour), vendor, "2029-12-01T00:00:00Z")
	if got, want := strings.Join(vendor.asked, " "), "1435/5 70/"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestAnswersThatCountNothing(t *testing.T) {
	whole := `"agentsMetrics":{"metricsPerAgent":{"7":[{"id":2,"value":{"total":60}}]}}`
	for name, test := range map[string]struct {
		body    string
		unknown int
	}{
		"no intervals at all":  {`{` + whole + `}`, 0},
		"a value of no number": {`{"agentsMetrics":{"metricsPerAgent":{"7":[{"id":2,"value":{"total":60,"chatting":"some"}}]}}}`, 1},
		"ends at odd times":    {`{"metricsByIntervals":[{"timestamp":1893580202000,"metricsData":{` + whole + `}}],` + whole + `}`, 1},
		"ends beyond reach":    {`{"metricsByIntervals":[{"timestamp":1893600000000,"metricsData":{` + whole + `}}],` + whole + `}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := collected(t, "agent_activity", activityOptions(time.Hour, step, time.Hour), testVendor{"agentactivity": test.body}, "")
			if len(r.Intervals.List) != 0 || r.Intervals.Cursor != "" || !r.Intervals.FinalUntil.IsZero() || len(r.Unknown) != test.unknown {
				t.Errorf("%d buckets, cursor %q, settled %s, unknown %v", len(r.Intervals.List), r.Intervals.Cursor, r.Intervals.FinalUntil, r.Unknown)
			}
			if len(r.Gauges.Samples) != 1 {
				t.Errorf("%d gauges, want the one of the window", len(r.Gauges.Samples))
			}
		})
	}
}

func TestSettledTimeNeverGoesBack(t *testing.T) {
	cursor := testNow.Add(time.Hour).Format(time.RFC3339) // from when the clock was wrong
	r := collected(t, "agent_activity", activityOptions(time.Hour, step, time.Hour), &worked{now: func() time.Time { return testNow }}, cursor)
	if r.Intervals.Cursor != cursor || r.Intervals.Gap != 0 {
		t.Errorf("cursor %s, gap %s", r.Intervals.Cursor, r.Intervals.Gap)
	}
}

func TestWrongClockSettlesNothingEarly(t *testing.T) {
	vendors := testNow.Add(30 * time.Second)
	for ahead, want := range map[time.Duration]time.Time{
		0:                testNow.Add(-time.Hour),
		time.Hour:        testNow.Add(-time.Hour),     // the vendor's clock counts
		-time.Hour:       testNow.Add(-2 * time.Hour), // ours counts: later, but right
		-9 * time.Hour:   testNow.Add(-10 * time.Hour),
		20 * time.Second: testNow.Add(-time.Hour),
	} {
		collect := opened(t, "agent_activity", activityOptions(time.Hour, step, time.Hour), dated{&worked{now: func() time.Time { return vendors }}, ahead})
		var r metric.Reading
		var err error
		for range 2 { // the first answer tells the vendor's time
			if r, err = collect(t.Context(), collector.Position{Now: vendors.Add(ahead)}); err != nil {
				t.Fatal(err)
			}
		}
		if !r.Intervals.FinalUntil.Equal(want) || len(r.Intervals.List) == 0 {
			t.Errorf("%s ahead: %d buckets, settled %s, want %s", ahead, len(r.Intervals.List), r.Intervals.FinalUntil, want)
		}
	}
}

// dated sets the Date of answers so that our clock is ahead of the vendor's.
type dated struct {
	http.RoundTripper
	ahead time.Duration
}

func (d dated) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Date", time.Now().Add(-d.ahead).UTC().Format(http.TimeFormat))
	}
	return resp, err
}

func TestAgentActivityWindows(t *testing.T) {
	for want, options := range map[string]*agentActivityOptions{
		"75/5 60/":   activityOptions(time.Hour, step, time.Hour),
		"150/5 150/": activityOptions(150*time.Minute, 30*time.Minute, time.Hour),
		"15/5 60/":   activityOptions(time.Hour, step, 0),
	} {
		vendor := &worked{now: func() time.Time { return testNow }}
		collected(t, "agent_activity", options, vendor, "")
		if got := strings.Join(vendor.asked, " "); got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
	}
}

func TestAgentActivityOptions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*agentActivityOptions)
		want   string
	}{
		"defaults":       {func(*agentActivityOptions) {}, ""},
		"an odd divisor": {func(o *agentActivityOptions) { o.Bucket = config.Duration(6 * time.Minute) }, ""},
		"the largest": {func(o *agentActivityOptions) {
			o.Timeframe, o.Bucket = config.Duration(22*time.Hour), config.Duration(22*time.Hour)
		}, ""},
		"ids":                   {func(o *agentActivityOptions) { o.AgentIDs = config.IDs{"11", "12"} }, ""},
		"bucket too short":      {func(o *agentActivityOptions) { o.Bucket = config.Duration(4 * time.Minute) }, "bucket: must be whole minutes, at least 5m"},
		"bucket in seconds":     {func(o *agentActivityOptions) { o.Bucket = config.Duration(330 * time.Second) }, "bucket: must be whole minutes, at least 5m"},
		"no divisor":            {func(o *agentActivityOptions) { o.Bucket = config.Duration(31 * time.Minute) }, "bucket: must be a divisor of timeframe"},
		"longer than timeframe": {func(o *agentActivityOptions) { o.Bucket = config.Duration(61 * time.Minute) }, "bucket: must be a divisor of timeframe"},
		"timeframe in seconds": {func(o *agentActivityOptions) {
			o.Timeframe, o.Bucket = config.Duration(601*time.Second), config.Duration(step)
		}, "timeframe: must be whole minutes"},
		"settles out of reach": {func(o *agentActivityOptions) { o.Settle = config.Duration(23 * time.Hour) }, "settle: must be at most 23h together with bucket"},
		"all and somebody":     {func(o *agentActivityOptions) { o.AgentIDs = config.IDs{"all", "11"} }, "agent_ids: must be a list of ids, or [all]"},
		"no agent":             {func(o *agentActivityOptions) { o.AgentIDs = nil }, "agent_ids: must be a list of ids, or [all]"},
		"two ids in one":       {func(o *agentActivityOptions) { o.AgentIDs = config.IDs{"11,12"} }, "agent_ids: must be a list of ids, or [all]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := activityOptions(time.Hour, step, time.Hour)
			test.change(o)
			err := o.Validate()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
