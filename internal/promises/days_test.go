package promises

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// A fortnight is a run of the exporter over a LiveVox centre whose truth can be
// known. What the vendor counts between the last poll of a day and midnight no
// poller can see, nor what it takes back between two polls. So the centre stands
// still around midnight, and while it is corrected; for all the rest of the time
// it runs on, whatever happens to the exporter.
type fortnight struct {
	*exporter
	t           *testing.T
	sim         *simulator.Simulator
	luck        *rand.Rand
	zone        *time.Location
	before      sheet
	base        sheet // the totals of the first answer, which are not counted
	corrections int
}

const (
	// stillness is how long the centre stands still on each side of midnight, less
	// frozenFor where it was frozen during the day.
	stillness = 75 * time.Minute
	frozenFor = 26 * time.Minute

	// Twelve minutes are often enough to see a still centre on both sides of midnight.
	daySources = "sources: {service_stats: {interval: 12m}, agent_stats: {interval: 12m}, agents_status: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}}"
)

func TestTwoWeeksOfDayTotalsEqualTheTruth(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	for _, c := range []struct {
		name  string
		seed  int64
		begin time.Time
		days  int
		dir   string // "": in memory, which is quick
	}{
		{"clocks go forward", 51, time.Date(2000, 4, sized(-4, 1), 6, 0, 0, 0, zone), sized(14, 2), ""},
		{"clocks go back", 52, time.Date(2000, 10, sized(27, 28), 15, 0, 0, 0, zone), sized(14, 2), ""},
		{"state on disk", 55, time.Date(2000, 4, 1, 6, 0, 0, 0, zone), sized(2, 1), t.TempDir()},
	} {
		t.Run(c.name, func(t *testing.T) {
			runDays(t, c.seed, c.begin, c.days, c.dir)
		})
	}
}

func runDays(t *testing.T, seed int64, begin time.Time, days int, dir string) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(begin))
		s := simulator.New(simulator.Options{Seed: seed, Agents: sized(24, 12), Zone: begin.Location(), Pause: stillness, FeedsOff: true, Frozen: true})
		file := accounts(dialer("dialer", dialerHost, s, generous, "day_timezone: America/New_York", "identity: id", daySources))
		f := &fortnight{
			t: t, sim: s, luck: rand.New(rand.NewPCG(uint64(seed), 2)), zone: begin.Location(),
			exporter: run(t, hosts{dialerHost: s}, dir, file),
		}
		time.Sleep(frozenFor / 2)
		f.base = f.shown("dialer").base(s.Truth().LiveVox)
		play(t, s, "normal")
		for range days {
			f.day()
			f.night()
		}
		f.check()
		f.shown("dialer").healthyNow(t)
	})
}

// day lets something happen between morning and evening.
func (f *fortnight) day() {
	f.until(8 + f.luck.IntN(4))
	switch f.luck.IntN(4) {
	case 0:
		f.correct()
	case 1:
		f.correct()
		f.outage(time.Duration(10+f.luck.IntN(300)) * time.Minute)
	case 2:
		f.restart(time.Duration(f.luck.IntN(300)) * time.Minute)
	}
	f.until(20)
}

// night passes midnight: with polls on both sides, or with none from before it
// to some time of the next day.
func (f *fortnight) night() {
	f.until(23)
	f.sleep(52 * time.Minute) // the centre stands still by now, and has been polled
	missing := time.Duration(1+f.luck.IntN(9*60)) * time.Minute
	switch f.luck.IntN(4) {
	case 0:
		f.outage(missing)
	case 1:
		f.restart(missing)
	}
	if time.Now().In(f.zone).Hour() == 23 {
		f.sleep(20 * time.Minute)
	}
	f.check()
}

// until sleeps up to an hour of the vendor's clock.
func (f *fortnight) until(hour int) {
	now := time.Now().In(f.zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, f.zone)
	f.sleep(time.Until(at))
}

// sleep lets time go by and looks that nothing falls.
func (f *fortnight) sleep(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Hour, time.Until(end)))
		got := f.shown("dialer")
		if fell := got.fellFrom(f.before); len(fell) > 0 {
			f.t.Fatalf("%s: fell: %v", time.Now().In(f.zone), fell)
		}
		f.before = got.lasting()
	}
}

func (f *fortnight) outage(d time.Duration) {
	mustFault(f.t, f.sim, simulator.Fault{Kind: "outage", Vendor: "livevox"})
	f.sleep(d)
	f.sim.ClearFaults()
}

func (f *fortnight) restart(down time.Duration) {
	f.stop()
	time.Sleep(down)
	f.start()
}

// correct takes calls back from a service, seen by a poll before and one after.
func (f *fortnight) correct() {
	for label, truth := range f.sim.Truth().LiveVox.Services {
		if truth.Shown["totalHandled"] < 20 {
			continue
		}
		play(f.t, f.sim, "frozen")
		f.sleep(frozenFor / 2)
		if err := f.sim.Correct(simulator.Correction{Service: label, Calls: int64(1 + f.luck.IntN(3))}); err != nil {
			f.t.Fatal(err)
		}
		f.corrections++
		f.sleep(frozenFor / 2)
		play(f.t, f.sim, "normal")
		return
	}
}

// check compares the counters with the truth while the centre stands still, as
// soon as a poll has seen it.
func (f *fortnight) check() {
	f.t.Helper()
	play(f.t, f.sim, "frozen")
	f.sleep(frozenFor / 2)
	now := time.Now().In(f.zone).Format(time.RFC1123)
	got := f.shown("dialer").without("service_name")
	truth := f.sim.Truth().LiveVox
	compare(f.t, now, got.days(), daysTruth(truth).less(f.base))
	if v := got.value(f.t, "livevox_day_total_corrections_total"); v != float64(f.corrections) {
		f.t.Errorf("%s: %v corrections, want %d", now, v, f.corrections)
	}
	if f.t.Failed() {
		f.t.FailNow()
	}
	play(f.t, f.sim, "normal")
}

// healthyNow fails the test if the newest fetch of a source failed.
func (s sheet) healthyNow(t *testing.T) {
	t.Helper()
	for k, v := range s.of("contactcenter_source_up") {
		if v != 1 {
			t.Errorf("%s = %v", k, v)
		}
	}
}

// without adds up the series that differ in a label only.
func (s sheet) without(label string) sheet {
	cut := regexp.MustCompile(fmt.Sprintf(`,%s="[^"]*"|%s="[^"]*",?`, label, label))
	out := sheet{}
	for k, v := range s {
		out[cut.ReplaceAllString(k, "")] += v
	}
	return out
}

// dayCounters are the counters that are made of day totals, by the vendor's fields.
func dayCounters() (services map[string]string, agents map[string][3]string) {
	services = map[string]string{
		"totalOffered": "livevox_service_calls_offered_total", "totalHandled": "livevox_service_calls_handled_total",
		"totalAbandoned":               "livevox_service_calls_abandoned_total",
		"totalCallsAnsweredWithinSLA":  "livevox_service_calls_answered_within_sla_total",
		"totalCallsAbandonedWithinSLA": "livevox_service_calls_abandoned_within_sla_total",
	}
	agents = map[string][3]string{
		"inboundCalls":             {"livevox_agent_calls_total", "direction", "inbound"},
		"outboundCalls":            {"livevox_agent_calls_total", "direction", "outbound"},
		"readyDuration":            {"livevox_agent_ready_seconds_total"},
		"totalNotReadyDuration":    {"livevox_agent_not_ready_seconds_total"},
		"wrapupDuration":           {"livevox_agent_wrap_up_seconds_total"},
		"talkDuration":             {"livevox_agent_talk_seconds_total"},
		"notReadyLunchDuration":    {"livevox_agent_not_ready_reason_seconds_total", "reason", "lunch"},
		"notReadyTrainingDuration": {"livevox_agent_not_ready_reason_seconds_total", "reason", "training"},
		"notReadyBreakDuration":    {"livevox_agent_not_ready_reason_seconds_total", "reason", "break"},
		"notReadyMeetingDuration":  {"livevox_agent_not_ready_reason_seconds_total", "reason", "meeting"},
		"notReadyTechDiffDuration": {"livevox_agent_not_ready_reason_seconds_total", "reason", "tech_difficulties"},
		"notReadyOtherDuration":    {"livevox_agent_not_ready_reason_seconds_total", "reason", "other"},
		"rpcComplete":              {"livevox_agent_outcomes_total", "outcome", "rpc_complete"},
		"rpcIncomplete":            {"livevox_agent_outcomes_total", "outcome", "rpc_incomplete"},
		"wpc":                      {"livevox_agent_outcomes_total", "outcome", "wrong_party"},
		"nonContacts":              {"livevox_agent_outcomes_total", "outcome", "non_contact"},
	}
	return services, agents
}

func (s sheet) days() sheet {
	services, agents := dayCounters()
	names := map[string]bool{}
	for _, name := range services {
		names[name] = true
	}
	for _, a := range agents {
		names[a[0]] = true
	}
	out := sheet{}
	for name := range names {
		for k, v := range s.of(name) {
			out[k] = v
		}
	}
	return out
}

// base returns the totals that the first answer had, which the exporter shows as 0: the
// centre has stood still since.
func (s sheet) base(truth simulator.LiveVoxTruth) sheet {
	out, now := sheet{}, daysTruth(truth)
	for k := range s.without("service_name").days() {
		out[k] = now[k]
	}
	return out
}

// less returns what is more than in base.
func (s sheet) less(base sheet) sheet {
	out := sheet{}
	for k, v := range s {
		out[k] = v - base[k]
	}
	return out
}

// daysTruth is what the vendor has counted, with what the day had when the
// exporter saw it first.
func daysTruth(truth simulator.LiveVoxTruth) sheet {
	services, agents := dayCounters()
	want := sheet{}
	for service, t := range truth.Services {
		for field, name := range services {
			want[id(name, "service_id", service)] = float64(t.Began[field] + t.Counted[field])
		}
	}
	for login, byService := range truth.Agents {
		for service, t := range byService {
			for field, a := range agents {
				labels := []string{"agent_id", login, "service_id", service}
				if a[1] != "" {
					labels = append(labels, a[1], a[2])
				}
				want[id(a[0], labels...)] = float64(t.Began[field] + t.Counted[field])
			}
		}
	}
	return want
}
