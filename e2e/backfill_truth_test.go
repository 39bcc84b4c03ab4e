package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// truth is what the counters of agents grew by from a time up to another one, without that.
func (b *backfilled) truth(from, to time.Time) (map[string]float64, error) {
	span := url.Values{"from": {from.UTC().Format(time.RFC3339Nano)}, "to": {to.Add(-time.Millisecond).UTC().Format(time.RFC3339Nano)}}
	body, err := call(http.MethodGet, b.vendors+"/sim/truth?"+span.Encode(), "")
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

// counters are the values of an expression for each counter of agents, whose name it has as %s.
func (p prometheus) counters(expr string, at time.Time) (map[string]float64, error) {
	got := map[string]float64{}
	for _, name := range []string{"logins", "logouts", "status_changes", "status_seconds"} {
		name = "liveperson_agent_" + name + "_total"
		rows, err := p.query(strings.ReplaceAll(expr, "%s", name), unixSeconds(at))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			v, err := strconv.ParseFloat(r.Value[1].(string), 64)
			if err != nil {
				return nil, err
			}
			got[name+" "+r.Metric["agent_id"]+" "+r.Metric["status"]+" "+r.Metric["reason"]] += v
		}
	}
	return got, nil
}

// rangeOf selects the samples between two times, both included: a range doesn't contain its left edge, so it begins a
// millisecond before. With samples at both times increase() has nothing to extrapolate over but that, and is exact.
func rangeOf(from, to time.Time) string {
	return fmt.Sprintf("%%s[%dms]", to.Sub(from).Milliseconds()+1)
}

// unixSeconds is the Unix time of a query.
func unixSeconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

// between compares what each counter grew by with the least and the most that it may have.
func between(got, least, most map[string]float64) error {
	if len(most) < 1000 {
		return fmt.Errorf("only %d counters have grown", len(most))
	}
	for series := range most {
		got[series] += 0 // it may be missing if nothing happened
	}
	for series, v := range got {
		if v < least[series]-2e-3-1e-6*v || v > most[series]+2e-3+1e-6*v {
			return fmt.Errorf("%s grew by %v, %v to %v happened", series, v, least[series], most[series])
		}
	}
	return nil
}

// days compares each day that was filled in with what the simulator did. Each begins at another hour.
func (b *backfilled) days(t *testing.T, name string, p prometheus) {
	t.Helper()
	midnight := time.Now().UTC().Truncate(24 * time.Hour)
	for ago := 3; ago < backfilledWeeks()*7-2; ago++ {
		from := midnight.AddDate(0, 0, -ago).Add(time.Duration(ago*5%24) * time.Hour)
		to := from.AddDate(0, 0, 1)
		want, err := b.truth(from, to)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.counters("increase("+rangeOf(from, to)+")", to)
		if err == nil {
			err = between(got, want, want)
		}
		if err != nil {
			t.Errorf("%s, the day from %s: %v", name, from.Format(time.RFC3339), err)
		}
	}
}

// seam compares the time from before the live counters begin up to the newest scrape. The time in statuses is that up to the
// settled time; changes are counted that are newer, but may be missing.
func (b *backfilled) seam(t *testing.T, name string, p prometheus) {
	t.Helper()
	from := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	eventually(t, name+": what grew over the seam is what happened", func() error {
		const final = "max(liveperson_status_changes_settled_timestamp_seconds)"
		now, err := p.number("timestamp(liveperson_status_changes_settled_timestamp_seconds)", time.Now())
		if err != nil {
			return err
		}
		at := time.UnixMilli(int64(math.Round(now * 1000)))
		settled, err := p.number(final, at)
		if err != nil {
			return err
		}
		least, err := b.truth(from, time.UnixMilli(int64(settled*1000)))
		if err != nil {
			return err
		}
		most, err := b.truth(from, at)
		if err != nil {
			return err
		}
		for series := range most {
			if strings.HasPrefix(series, "liveperson_agent_status_seconds_total") {
				most[series] = least[series]
			}
		}
		// A counter that has not grown live ends at the seam. There its increase is exact, later increase() extrapolates.
		ends := b.begun.Add(time.Millisecond)
		got, err := p.counters(fmt.Sprintf("increase(%s) and %%s or increase(%s @ %.3f)", rangeOf(from, at), rangeOf(from, ends), unixSeconds(ends)), at)
		if err != nil {
			return err
		}
		if err := between(got, least, most); err != nil {
			return err
		}
		// Counters begin again at the seam, and nowhere else.
		resets, err := p.counters("resets("+rangeOf(from, at)+") > 1", at)
		if err == nil && len(resets) > 0 {
			err = fmt.Errorf("counters begin again more than once: %v", resets)
		}
		return err
	})
}

// number is the value of an expression with one.
func (p prometheus) number(expr string, at time.Time) (float64, error) {
	rows, err := p.query(expr, unixSeconds(at))
	if err != nil || len(rows) != 1 {
		return 0, fmt.Errorf("%s: %v, %v", expr, rows, err)
	}
	return strconv.ParseFloat(rows[0].Value[1].(string), 64)
}
