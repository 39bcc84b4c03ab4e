package promises

import (
	"maps"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// rosterOf is the key roster for the roster of the simulated centre.
const rosterOf = "roster: {url: \"https://" + dialerHost + "/sim/roster\"}"

// What is derived equals the simulated centre over the night in which clocks change, or a
// week around it: hours to the minute, dialled calls exactly, load and handle time as
// compareStaffing has it, adherence of each service and agent within a hundredth of the
// time that the roster has them at work, and a minute.
func TestDerivedFiguresEqualTheTruthWhileClocksChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]time.Time{
		"an hour is missing": time.Date(2000, 4, 2, 7, 0, 0, 0, time.UTC),
		"an hour is double":  time.Date(2000, 10, 29, 6, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rounds, pause := sized(28, 2), time.Duration(sized(300, 25))*time.Minute
				length := time.Duration(rounds) * (pause + 33*time.Minute)
				time.Sleep(time.Until(change.Add(-length / 2)))
				s := simulator.New(simulator.Options{Seed: 7, Agents: 60, Services: 4})
				x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, generous, "identity: id", "day_timezone: America/New_York", rosterOf,
					"results: {machine: [busy]}", "targets: [{minimum_calls: 5}]",
					"hours: [{groups: [9001], timezone: America/New_York, open: [\"mon-sun 06:00-22:00\"]}, {timezone: America/New_York, open: [\"mon-sun 22:00-06:00\"]}]",
					"sources: {interaction_events: {}, service_stats: {interval: 1m}, agents_status: {interval: 30s}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}")))
				time.Sleep(time.Minute)
				begin, dialled := s.Truth(), x.shown("dialer").of("livevox_dialed_calls_total")
				compared := x.shown("dialer")
				busy := 0
				for range rounds {
					time.Sleep(pause)
					play(t, s, "frozen")
					time.Sleep(3 * time.Minute)
					before, day := s.Truth().LiveVox, clocks(t).Day()
					play(t, s, "normal")
					time.Sleep(28 * time.Minute)
					play(t, s, "frozen")
					time.Sleep(2 * time.Minute)
					loads := trueLoads(before, s.Truth().LiveVox)
					maps.DeleteFunc(loads, func(_ string, l trueLoad) bool { return l.inbound < 10 })
					if len(loads) > 0 && clocks(t).Day() == day { // what ends right before midnight no poll sees
						x.compareStaffing(loads)
						busy++
					}
					x.compareHours()
					play(t, s, "normal")
				}
				if busy == 0 {
					t.Error("no service was ever busy")
				}
				play(t, s, "frozen")
				time.Sleep(time.Minute)
				x.compareDialled(begin.Feeds.Dialed, s.Truth().Feeds.Dialed, dialled)
				x.compareAdherence(begin.LiveVox.Adherence, s.Truth().LiveVox.Adherence, compared)
			})
		})
	}
}

// clocks returns what clocks in New York show.
func clocks(t testing.TB) time.Time {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip(err)
	}
	return time.Now().In(zone)
}

// compareHours compares what is open with what clocks in New York show.
func (x *exporter) compareHours() {
	x.t.Helper()
	local := clocks(x.t)
	hour := local.Hour()
	for id, open := range byGroup(x.shown("dialer"), "contactcenter_group_open") {
		if day := hour >= 6 && hour < 22; (open == 1) != (day == (id == "9001")) {
			x.t.Errorf("at %v: %s is open: %v", local, id, open)
		}
	}
}

// compareDialled compares dialled calls by campaign and class with the truth.
func (x *exporter) compareDialled(before, after map[string]int64, shown sheet) {
	x.t.Helper()
	want := map[string]float64{}
	for key, n := range after {
		campaign, result, _ := strings.Cut(key, "|")
		want[id("livevox_dialed_calls_total", "campaign_id", campaign, "class", classes[result])] += float64(n - before[key])
	}
	for series, v := range x.shown("dialer").of("livevox_dialed_calls_total") {
		if got := v - shown[series]; got != want[series] {
			x.t.Errorf("%s: %v, want %v", series, got, want[series])
		}
		delete(want, series)
	}
	if len(want) > 0 {
		x.t.Errorf("%v are not shown", want)
	}
}

// compareAdherence compares the time scheduled and at work of services and agents. An agent
// who was not logged in at the start has the time scheduled from the first login on.
func (x *exporter) compareAdherence(before, after map[string]map[string]simulator.AdherenceTruth, shown sheet) {
	x.t.Helper()
	now := x.shown("dialer")
	grown := func(name string, labels ...string) float64 {
		series := ""
		for k := range now.of(name) {
			if strings.Contains(k, id("", labels...)[1:len(id("", labels...))-1]) {
				series = k
			}
		}
		return now[series] - shown[series]
	}
	judge := func(what string, scheduled, adherent, wantScheduled, wantAdherent float64) {
		x.t.Helper()
		tolerance := wantScheduled/100 + 60
		if math.Abs(scheduled-wantScheduled) > tolerance || math.Abs(adherent-wantAdherent) > tolerance {
			x.t.Errorf("%s: %.0f of %.0f s, true: %.0f of %.0f s", what, adherent, scheduled, wantAdherent, wantScheduled)
		}
	}
	for service, agents := range after {
		var scheduled, adherent float64
		for login, a := range agents {
			b := before[service][login]
			scheduled, adherent = scheduled+a.Scheduled-b.Scheduled, adherent+a.Adherent-b.Adherent
			counted := grown("contactcenter_agent_scheduled_seconds_total", "agent_id", login)
			if shown[id("contactcenter_agent_scheduled_seconds_total", "agent_id", login)] == 0 {
				counted = max(counted, a.Scheduled-b.Scheduled)
			}
			judge(login, counted, grown("contactcenter_agent_adherent_seconds_total", "agent_id", login),
				a.Scheduled-b.Scheduled, a.Adherent-b.Adherent)
		}
		x.t.Logf("%s: adherence %.4f, true %.4f", service, grown("contactcenter_group_adherent_seconds_total", "group_id", service)/grown("contactcenter_group_scheduled_seconds_total", "group_id", service), adherent/scheduled)
		judge(service, grown("contactcenter_group_scheduled_seconds_total", "group_id", service), grown("contactcenter_group_adherent_seconds_total", "group_id", service), scheduled, adherent)
	}
}

// The demo's day shows within ten minutes what it is about: two inbound services without
// enough agents, a campaign that abandons more than 3 %, three agents who are late.
func TestAnUnderstaffedDayShowsWithinMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(15 * time.Hour) // to the working hours of New York
		s := simulator.New(simulator.Options{Seed: 1, Understaffed: true})
		x := run(t, both(s), "", accounts(dialer("dialer", dialerHost, s, generous, rosterOf, "targets: [{window: 5m, minimum_calls: 3}]",
			"sources: {service_stats: {interval: 5s}, agents_status: {interval: 5s}, agent_stats: {interval: 15s}, interaction_events: {}}")))
		time.Sleep(10 * time.Minute)
		page := x.shown("dialer")
		serving := map[string]float64{}
		for _, state := range []string{"available", "on_contact", "wrap_up"} {
			for series, v := range page.of("contactcenter_agents") {
				if strings.Contains(series, `state="`+state+`"`) {
					_, after, _ := strings.Cut(series, `group_id="`)
					group, _, _ := strings.Cut(after, `"`)
					serving[group] += v
				}
			}
		}
		short := 0
		for group, needed := range byGroup(page, "contactcenter_group_agents_needed") {
			if needed > serving[group] {
				short++
			}
		}
		abandoned, live := map[string]float64{}, map[string]float64{}
		for series, v := range page.of("livevox_dialed_calls_total") {
			campaign, class, _ := strings.Cut(strings.TrimPrefix(series, "livevox_dialed_calls_total{campaign_id="), ",class=")
			if strings.Contains(class, "abandoned") {
				abandoned[campaign] += v
			}
			if strings.Contains(class, "abandoned") || strings.Contains(class, "connected") {
				live[campaign] += v
			}
		}
		over := 0
		for campaign, n := range abandoned {
			if live[campaign] > 0 && n/live[campaign] > 0.03 {
				over++
			}
		}
		if late := page.of("contactcenter_group_agents_late").sum(); short < 2 || over < 1 || late < 3 {
			t.Errorf("%d services short of staff, %d campaigns over 3 %%, %v agents late", short, over, late)
		}
	})
}
