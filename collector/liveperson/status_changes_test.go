package liveperson

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

func changesOptions() *statusChangesOptions {
	return &statusChangesOptions{
		Overlap:  config.Duration(2 * time.Hour),
		Settle:   config.Duration(time.Hour),
		Lookback: config.Duration(24 * time.Hour),
		Version:  2,
	}
}

func TestStatusChanges(t *testing.T) {
	v1 := changesOptions()
	v1.Version = 1
	for name, test := range map[string]struct {
		options  *statusChangesOptions
		identity collector.Identity
		cursor   string
	}{
		"status_changes":          {changesOptions(), collector.NewIdentity(config.ID, nil), ""},
		"status_changes_pitfalls": {changesOptions(), collector.NewIdentity(config.None, nil), "2030-01-02T11:50:00Z"},
		"status_changes_v1":       {v1, collector.NewIdentity(config.Name, nil), ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := testEnv(testAccount("status_changes", test.options), nil)
			env.Identity = test.identity
			golden.Check(t, name, readFrom(t, env, "status-changes", test.cursor))
		})
	}
}

func TestTruncatedChangesAreCountedAndAskedForAgain(t *testing.T) {
	o := changesOptions()
	o.Version, o.PageSize = 1, 1
	body := `{"agentsInfo":[{"agentId":7,"statusChangeHistory":[` + strings.Repeat(`{"time":"2030-01-02T08:00:00Z","statusType":3},`, 19) + `{"time":"2030-01-02T08:00:01Z","statusType":4}]}]}`
	r, err := opened(t, "status_changes", o, testVendor{"status-changes": body})(t.Context(), collector.Position{Now: testNow})
	if api.ClassOf(err) != api.Truncated || len(r.Events.List) != 2 || r.Events.Cursor != "" || !r.Events.FinalUntil.IsZero() {
		t.Errorf("%d events, cursor %q, settled %s, error %v", len(r.Events.List), r.Events.Cursor, r.Events.FinalUntil, err)
	}
}

func TestWindowOfChanges(t *testing.T) {
	for name, test := range map[string]struct {
		cursor   time.Time
		change   func(*statusChangesOptions)
		from, to time.Time
		gap      time.Duration
	}{
		"first":                 {from: testNow.Add(-24 * time.Hour)},
		"next":                  {cursor: testNow.Add(-10 * time.Minute), from: testNow.Add(-130 * time.Minute)},
		"overlap below settle":  {cursor: testNow, change: func(o *statusChangesOptions) { o.Overlap = 0 }, from: testNow.Add(-time.Hour)},
		"after a week":          {cursor: testNow.AddDate(0, 0, -7), from: testNow.AddDate(0, 0, -7).Add(-2 * time.Hour)},
		"the clock went back":   {cursor: testNow.Add(5 * time.Hour), from: testNow.Add(-2 * time.Hour)},
		"lookback of 26 weeks":  {change: func(o *statusChangesOptions) { o.Lookback = config.Duration(26 * 7 * 24 * time.Hour) }, from: testNow.AddDate(0, 0, -182)},
		"after seven months":    {cursor: testNow.AddDate(0, -7, 0), from: testNow.AddDate(0, -6, 0).Add(time.Hour), gap: 30*24*time.Hour + time.Hour},
		"just before it's gone": {cursor: testNow.AddDate(0, -6, 0).Add(time.Hour), from: testNow.AddDate(0, -6, 0).Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			o := changesOptions()
			if test.change != nil {
				test.change(o)
			}
			r := o.poll(testNow.Add(300*time.Millisecond), test.cursor)
			if !r.from.Equal(test.from) || !r.to.Equal(testNow) || r.gap != test.gap {
				t.Errorf("from %s to %s, gap %s; want from %s, gap %s", r.from, r.to, r.gap, test.from, test.gap)
			}
		})
	}
}

func TestLongWindowIsSplit(t *testing.T) {
	var asked [][2]time.Time
	vendor := changesVendor(func(from, to time.Time) []string {
		asked = append(asked, [2]time.Time{from, to})
		return nil
	})
	o := changesOptions()
	o.Lookback = config.Duration(60 * 24 * time.Hour)
	if r := collected(t, "status_changes", o, vendor, ""); r.Events.Cursor != "2030-01-02T12:00:00Z" {
		t.Fatalf("cursor %s", r.Events.Cursor)
	}
	for i, w := range asked {
		if span := w[1].Sub(w[0]); span > 28*24*time.Hour {
			t.Errorf("request %d spans %s, more than any month", i, span)
		}
		if i > 0 && !w[0].Before(asked[i-1][1]) {
			t.Errorf("request %d begins at %s, where the one before it ended", i, w[0])
		}
	}
	if first, last := asked[0][0], asked[len(asked)-1][1]; !first.Equal(testNow.AddDate(0, 0, -60)) || !last.Equal(testNow) {
		t.Errorf("asked from %s to %s", first, last)
	}
}

func TestStatusChangesOptions(t *testing.T) {
	for want, change := range map[string]func(*statusChangesOptions){
		"":                             func(*statusChangesOptions) {},
		"page_size: must be at most":   func(o *statusChangesOptions) { o.Version, o.PageSize = 1, 101 },
		"agent_id: only one of":        func(o *statusChangesOptions) { o.AgentID, o.GroupID = "1", "2" },
		"only one of agent_id, emp_id": func(o *statusChangesOptions) { o.EmpID, o.GroupID = "1", "2" },
	} {
		o := changesOptions()
		change(o)
		err := o.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestMuchToCatchUpIsCountedInParts(t *testing.T) {
	requests := 0
	vendor := changesVendor(func(from, _ time.Time) []string {
		requests++
		return []string{fmt.Sprintf(`{"agentId":%d,"time":%q,"statusType":3}`, requests, from.Format(time.RFC3339))}
	})
	client, err := newClient(testEnv(testAccount("status_changes", nil), vendor))
	if err != nil {
		t.Fatal(err)
	}
	from := testNow.Add(-10 * chunk)
	answer, to, err := askChanges(t.Context(), client, changesOptions(), timeRange{from: from, to: testNow}, 2)
	if err != nil || requests != 2 || len(answer.Changes) != 2 || !to.Equal(from.Add(2*chunk)) {
		t.Errorf("%d changes in %d windows up to %s, %v; want 2 and %s", len(answer.Changes), requests, to, err, from.Add(2*chunk))
	}
}

func TestChangesAreAskedForByTheVendorsClock(t *testing.T) {
	var asked []time.Time
	vendor := changesVendor(func(_, to time.Time) []string {
		asked = append(asked, to)
		return nil
	})
	collect := opened(t, "status_changes", changesOptions(), dated{vendor, time.Hour})
	for range 2 { // the first answer tells the vendor's time
		if _, err := collect(t.Context(), collector.Position{Now: testNow.Add(time.Hour + time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	if to := asked[len(asked)-1]; to.After(testNow.Add(2 * time.Minute)) {
		t.Errorf("asked up to %s, which is in the vendor's future", to)
	}
}

func TestGapOfChangesIsTold(t *testing.T) {
	r := collected(t, "status_changes", changesOptions(), goodVendor, testNow.AddDate(0, -7, 0).Format(time.RFC3339))
	if want := 30*24*time.Hour + time.Hour; r.Events.Gap != want {
		t.Errorf("gap %s, want %s", r.Events.Gap, want)
	}
}
