package simulator

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

// observer counts day totals as a careful client does.
type observer struct{ counted, last map[string]int64 }

func (o *observer) see(key string, value int64, newDay bool) {
	if newDay {
		o.counted[key] += value
	} else {
		o.counted[key] += max(0, value-o.last[key])
	}
	o.last[key] = value
}

func TestDayTotalsAddUpOverDaysAndClockChanges(t *testing.T) {
	at := time.Date(2031, 3, 7, 17, 0, 0, 0, time.UTC) // the clocks go forward on the 9th
	h := &hands{at}
	s := newStand(t, Options{Now: h.now, Pause: 2 * time.Second, Agents: 40})
	end := at.AddDate(0, 0, 4)
	o := observer{map[string]int64{}, map[string]int64{}}
	look := func(newDay bool) {
		var stats struct{ Stats []map[string]any }
		s.get(&stats, "POST", "/realtime/service/stats", "{}")
		for _, row := range stats.Stats {
			for _, name := range serviceFieldNames() {
				o.see(row["serviceId"].(string)+" "+name, int64(row[name].(float64)), newDay)
			}
		}
		var ex struct {
			AgentStatistics []struct {
				AgentLoginID string
				Services     []map[string]any
			}
		}
		s.get(&ex, "POST", "/realtime/service/agent/stats/ex", "{}")
		for _, agent := range ex.AgentStatistics {
			for _, row := range agent.Services {
				for _, name := range workFieldNames() {
					key := fmt.Sprintf("%s %.0f %s", agent.AgentLoginID, row["id"], name)
					o.see(key, int64(row[name].(float64)), newDay)
				}
			}
		}
	}
	look(false)
	clear(o.counted)
	days := 0
	for h.at.Before(end) {
		midnight := time.UnixMilli(s.voice.midnight)
		if next := h.at.Add(37 * time.Minute); next.Before(midnight) {
			h.at = next
			look(false)
			continue
		}
		h.at = midnight.Add(-time.Second)
		look(false)
		h.at = midnight.Add(time.Second)
		clear(o.last)
		look(true)
		days++
	}
	if days != 4 {
		t.Fatalf("%d midnights", days)
	}
	wrong := 0
	truth := s.Truth().LiveVox
	for id, service := range truth.Services {
		for name, n := range service.Counted {
			if o.counted[id+" "+name] != n {
				wrong++
				t.Errorf("service %s %s: observed %d, truth %d", id, name, o.counted[id+" "+name], n)
			}
		}
	}
	for login, services := range truth.Agents {
		for id, totals := range services {
			for name, n := range totals.Counted {
				if key := login + " " + id + " " + name; o.counted[key] != n && wrong < 20 {
					wrong++
					t.Errorf("agent %s: observed %d, truth %d", key, o.counted[key], n)
				}
			}
		}
	}
}

func TestCallsAreConserved(t *testing.T) {
	s := newStand(t, Options{})
	offered := int64(0)
	for range 30 {
		s.clock.forward(11 * time.Minute)
		s.lock()
		for _, e := range s.voice.services {
			f := e.fields
			sum := f[serviceHandled].total + f[serviceAbandoned].total + int64(len(e.waiting))
			if f[serviceOffered].total != sum {
				t.Fatalf("%s: offered %d, others %d", e.name, f[serviceOffered].total, sum)
			}
			members, talking := 0, 0
			for _, a := range s.voice.agents {
				if a.service == e {
					members++
					if a.state.talking() {
						talking++
					}
				}
			}
			if members != e.members || talking != e.talking && e.kind != kindInbound {
				t.Errorf("%s: members %d %d, talking %d %d", e.name, members, e.members, talking, e.talking)
			}
			offered += f[serviceOffered].total
		}
		s.mu.Unlock()
	}
	if offered == 0 {
		t.Error("no call was made")
	}
}

func TestCorrections(t *testing.T) {
	s := newStand(t, Options{})
	row := func() serviceRow {
		var out struct{ Stats []serviceRow }
		s.get(&out, "POST", "/realtime/service/stats", "{}")
		return out.Stats[0]
	}
	before := row()
	if err := s.Correct(Correction{Service: before.ServiceID, Calls: 3}); err != nil {
		t.Fatal(err)
	}
	if after := row(); after.Handled != before.Handled-3 || after.Offered != before.Offered-3 {
		t.Errorf("handled %d to %d", before.Handled, after.Handled)
	}
	if n := s.Truth().LiveVox.Services[before.ServiceID].Counted["totalHandled"]; n != 0 {
		t.Errorf("counted %d", n)
	}
	for _, wrong := range []Correction{{"", 1}, {"nowhere", 1}, {before.ServiceID, 0}} {
		if s.Correct(wrong) == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
}

// allChanges reads status changes page by page.
func (s *stand) allChanges(from, to time.Time, limit int) []map[string]any {
	s.t.Helper()
	var all []map[string]any
	q := url.Values{"source": {"test"}, "from": {from.Format(time.RFC3339Nano)}, "to": {to.Format(time.RFC3339Nano)}}
	for {
		var page struct {
			StateChanges []map[string]any
			Metadata     struct{ References []struct{ Rel string } } `json:"_metadata"`
		}
		s.get(&page, "GET", s.lp(changesPath)+fmt.Sprintf("?%s&limit=%d&offset=%d", q.Encode(), limit, len(all)), "")
		all = append(all, page.StateChanges...)
		more := false
		for _, r := range page.Metadata.References {
			more = more || r.Rel == "next"
		}
		if !more {
			return all
		}
	}
}

func TestStatusChangesAgreeWithTruth(t *testing.T) {
	s := newStand(t, Options{})
	from := s.clock.at.Add(-time.Hour).Truncate(time.Millisecond)
	s.clock.forward(9 * time.Hour)
	to := s.clock.at
	late := len(s.allChanges(from, to, 5000))
	s.clock.forward(time.Hour)
	all := s.allChanges(from, to, 37)
	if len(all) <= late {
		t.Errorf("%d changes at once, %d later: none was late", late, len(all))
	}
	sums := map[string]int64{}
	for i, c := range all {
		key := fmt.Sprintf("%.0f %v", c["agentId"], c["statusType"])
		if c["statusType"] == 1.0 {
			reason := c["statusReasonText"].(string)
			key = fmt.Sprintf("%.0f %s %s", c["agentId"], status(int(c["statusSubType"].(float64))).label(), orDefault(reason, "none"))
		}
		sums[key]++
		if i > 0 && all[i-1]["time"].(string) < c["time"].(string) {
			t.Fatal("not newest first")
		}
		if c["statusType"] == 3.0 && (all[i+1]["sequenceNumber"] != 1.0 || all[i+1]["time"] != c["time"]) {
			t.Fatalf("login %v followed by %v", c, all[i+1])
		}
	}
	n := int64(0)
	for id, a := range s.TruthBetween(from, to).LivePerson.Agents {
		check := func(key string, want int64) {
			n += want
			if sums[key] != want {
				t.Errorf("%s: %d, truth %d", key, sums[key], want)
			}
		}
		check(id+" 3", a.Logins)
		check(id+" 4", a.Logouts)
		for status, reasons := range a.Changes {
			for reason, want := range reasons {
				check(id+" "+status+" "+reason, want)
			}
		}
	}
	if n != int64(len(all)) || n == 0 {
		t.Errorf("truth has %d changes, the answer %d", n, len(all))
	}
}

func TestActivityAgreesWithTruth(t *testing.T) {
	s := newStand(t, Options{})
	s.clock.forward(2*time.Hour + 90*time.Second)
	type metrics struct {
		PerAgent map[string][]activityState `json:"metricsPerAgent"`
		Totals   []any                      `json:"metricsTotals"`
	}
	var out struct {
		Intervals []struct {
			Timestamp int64
			Data      struct{ AgentsMetrics metrics } `json:"metricsData"`
		} `json:"metricsByIntervals"`
		AgentsMetrics metrics
	}
	s.get(&out, "GET", s.lp(activityPath)+"?v=1&timeframe=60&interval=5&agentIds=all", "")
	now := s.clock.at.UnixMilli()
	if n := len(out.Intervals); n != 13 || out.Intervals[0].Timestamp <= now || len(out.AgentsMetrics.PerAgent) != 0 {
		t.Fatalf("%d intervals, the first at %d, now %d", n, out.Intervals[0].Timestamp, now)
	}
	sums := map[string]Activity{}
	names := map[int]string{2: "online", 3: "back_soon", 4: "away", -1: "logged_in"}
	for _, b := range out.Intervals[1:12] {
		for id, states := range b.Data.AgentsMetrics.PerAgent {
			for _, v := range states {
				sums[id+names[v.ID]] = sums[id+names[v.ID]].plus(v.Value)
			}
		}
	}
	to := time.UnixMilli(out.Intervals[1].Timestamp)
	agents := s.TruthBetween(to.Add(-55*time.Minute), to).LivePerson.Agents
	if len(agents) == 0 {
		t.Fatal("no agent was there")
	}
	for id, a := range agents {
		for state, want := range a.Activity {
			if got := sums[id+state]; got != want {
				t.Errorf("%s %s: %v, truth %v", id, state, got, want)
			}
		}
	}
	var whole struct{ AgentsMetrics metrics }
	s.get(&whole, "POST", s.lp(activityPath), `{"v":"1","timeframe":"60","agentIds":"all"}`)
	for id, states := range whole.AgentsMetrics.PerAgent {
		sum := states[0].Value.Total + states[1].Value.Total + states[2].Value.Total
		if d := states[3].Value.Total - sum; d < 0 || d > 2 {
			t.Errorf("agent %s: parts %d, logged in %d", id, sum, states[3].Value.Total)
		}
	}
	for _, q := range []string{
		"v=1&timeframe=60", "v=2&timeframe=60&agentIds=all", "v=1&timeframe=0&agentIds=all",
		"v=1&timeframe=60&interval=61&agentIds=all", "v=1&timeframe=60&interval=31&agentIds=all",
		"v=1&timeframe=60&interval=4&agentIds=all", "v=1&timeframe=60&agentIds=x",
	} {
		s.status(400, "GET", s.lp(activityPath)+"?"+q, "")
	}
}
