package promises

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestEveryStatusChangeIsCountedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		seed   int64
		late   time.Duration // at most
		source string
		length time.Duration
		final  bool // none comes later than settle, so that time in status is exact
	}{
		{"in small pages", 21, 55 * time.Minute, "{page_size: 60, lookback: 48h, interval: 15m}", hours(40, 3), true},
		{"in large pages and rarely", 22, 58 * time.Minute, "{interval: 45m, lookback: 48h}", hours(20, 2), true},
		{"later than settle", 23, 100 * time.Minute, "{page_size: 500, lookback: 48h, interval: 20m, overlap: 3h}", hours(15, 2), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				agents := sized(240, 100)
				s := simulator.New(simulator.Options{Seed: c.seed, Agents: agents, Late: c.late})
				begin := time.Now().Add(-48 * time.Hour) // before the simulator's first change
				luck := rand.New(rand.NewPCG(uint64(c.seed), 1))
				cards := rand.New(rand.NewPCG(uint64(c.seed), 4))
				wire := hosts{shopHost: altered(s, "/status-changes", func(_ *http.Request, top map[string]any) { shuffle(cards, top) })}
				mustFault(t, s, simulator.Fault{Kind: "duplicate_rows", Endpoint: "status_changes", Probability: 0.5})
				mustFault(t, s, simulator.Fault{Kind: "delay", Endpoint: "status_changes", Delay: simulator.Duration(700 * time.Millisecond)})
				x := run(t, wire, t.TempDir(), accounts(shop("shop", shopHost, s, generous,
					"sources: {agent_status: {enabled: false}, status_changes: "+c.source+"}")))
				x.live(t, s, luck, c.length)

				play(t, s, "frozen")
				time.Sleep(4 * time.Hour) // all has surfaced and is settled
				got := x.shown("shop")
				settled := time.Unix(int64(got.value(t, "liveperson_status_changes_settled_timestamp_seconds")), 0)
				compare(t, "changes", got.changes(), changesTruth(s.TruthBetween(begin, time.Now())))
				if c.final {
					compare(t, "time in status", got.of("liveperson_agent_status_seconds_total"), statusTruth(s.TruthBetween(begin, settled)))
				}
				all := got.of("liveperson_agent_status_changes_total").sum() + got.of("liveperson_agent_logins_total").sum() + got.of("liveperson_agent_logouts_total").sum()
				if all < 0.8*float64(agents)*c.length.Hours() {
					t.Errorf("only %v changes", all)
				}
				if v := got.value(t, "liveperson_status_changes_late_total"); (v == 0) != c.final {
					t.Errorf("%v changes came later than settle", v)
				}
			})
		})
	}
}

// hours is a length of time. In the long form it has more than two hundred changes an
// hour: forty are more than ten thousand.
func hours(long, short int) time.Duration {
	return time.Duration(sized(long, short)) * time.Hour
}

// live lets time go by, with restarts and outages, and checks that no counter
// falls.
func (x *exporter) live(t *testing.T, s *simulator.Simulator, luck *rand.Rand, d time.Duration) {
	t.Helper()
	var before sheet
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(time.Duration(20+luck.IntN(60)) * time.Minute)
		got := x.shown("shop")
		if fell := got.fellFrom(before); len(fell) > 0 {
			t.Fatalf("fell: %v", fell)
		}
		before = got.lasting()
		switch luck.IntN(6) {
		case 0:
			x.stop()
			time.Sleep(time.Duration(luck.IntN(90)) * time.Minute)
			x.start()
			time.Sleep(10 * time.Second)
		case 1:
			mustFault(t, s, simulator.Fault{
				Kind: "outage", Endpoint: "status_changes", Probability: 0.7,
				Until: simulator.Duration(time.Duration(1+luck.IntN(80)) * time.Minute),
			})
		}
	}
}

// shuffle puts the changes of a page in another order.
func shuffle(luck *rand.Rand, top map[string]any) {
	rows, _ := top["stateChanges"].([]any)
	luck.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

func (s sheet) changes() sheet {
	out := sheet{}
	for _, name := range []string{"liveperson_agent_status_changes_total", "liveperson_agent_logins_total", "liveperson_agent_logouts_total"} {
		for k, v := range s.of(name) {
			out[k] = v
		}
	}
	return out
}

func changesTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for agent, a := range truth.LivePerson.Agents {
		want[id("liveperson_agent_logins_total", "agent_id", agent)] = float64(a.Logins)
		want[id("liveperson_agent_logouts_total", "agent_id", agent)] = float64(a.Logouts)
		for status, reasons := range a.Changes {
			for reason, n := range reasons {
				want[id("liveperson_agent_status_changes_total", "agent_id", agent, "status", status, "reason", reason)] = float64(n)
			}
		}
	}
	return want
}

func statusTruth(truth simulator.Truth) sheet {
	want := sheet{}
	for agent, a := range truth.LivePerson.Agents {
		for status, reasons := range a.StatusSeconds {
			for reason, v := range reasons {
				want[id("liveperson_agent_status_seconds_total", "agent_id", agent, "status", status, "reason", reason)] = v
			}
		}
	}
	return want
}
