package promises

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// asked is a source, by its endpoint at the simulator, with the account that has it.
type asked struct {
	account, source string
	feed            bool
	interval        time.Duration
}

// everySource returns the sources of all vendors but call_data, which asks for
// calls that it has not looked up: none while the centre stands still.
func everySource() []asked {
	var all []asked
	for _, v := range vendortest.Vendors() {
		account := map[string]string{"liveperson": "shop", "livevox": "dialer"}[v.Name]
		for _, s := range v.Sources {
			if s.Derived {
				continue // it asks nothing
			}
			switch s.Name {
			case "call_data":
			case "agent_view": // not together with agent_status
				all = append(all, asked{"view", s.Name, s.Feed, s.Interval})
			default:
				all = append(all, asked{account, s.Name, s.Feed, s.Interval})
			}
		}
	}
	return all
}

// slowly are intervals that keep the table quick: all are within the ten minutes
// for which a service is known that one source alone has shown.
const (
	slowShop   = "sources: {agent_status: {interval: 2m}, agent_activity: {}, status_changes: {interval: 5m}}"
	slowDialer = "sources: {service_stats: {interval: 2m}, agents_status: {interval: 2m}, agent_stats: {interval: 2m}, calls_on_hold: {interval: 2m}, campaign_stats: {interval: 2m}}"
)

// slowSources turns on every source of an account, as slowly.
func slowSources(account string) string {
	var lines []string
	if account == "view" {
		lines = []string{"agent_status: {enabled: false}", "status_changes: {enabled: false}"}
	}
	for _, p := range everySource() {
		switch {
		case p.account != account:
		case p.feed:
			lines = append(lines, p.source+": {}")
		default:
			lines = append(lines, fmt.Sprintf("%s: {interval: %.0fs}", p.source, min(max(p.interval, 2*time.Minute), 5*time.Minute).Seconds()))
		}
	}
	return "sources: {" + strings.Join(lines, ", ") + "}"
}

// owners returns the source that shows each metric of an account.
func (x *exporter) owners(account string) map[string]string {
	out := map[string]string{}
	for _, b := range x.manager.Gather() {
		for _, s := range b.Samples {
			if b.Account == account {
				out[s.Desc.Name] = b.Source
			}
		}
	}
	return out
}

// changed returns the vendors' figures that are not what they were. Those that
// go on while nothing happens are left out.
func changed(before, after sheet) map[string]string {
	out := map[string]string{}
	for k, v := range before {
		name, _, _ := strings.Cut(k, "{")
		own := strings.HasPrefix(name, "contactcenter_") && name != "contactcenter_agents" && name != "contactcenter_queue_waiting"
		moves := strings.Contains(name, "settled_timestamp") || strings.Contains(name, "_window_") || strings.HasSuffix(name, "_window") ||
			name == "livevox_agents_updated_timestamp_seconds" || name == "liveperson_skill_queue_updated_timestamp_seconds" || name == "livevox_service_longest_call_in_queue_seconds" || name == "livevox_service_oldest_hold_timestamp_seconds" ||
			strings.HasPrefix(name, "liveperson_interval_") || strings.HasPrefix(name, "liveperson_segment") || strings.HasPrefix(name, "liveperson_handling_unit") || name == "liveperson_agent_segments_total" || strings.HasPrefix(name, "liveperson_agent_") && strings.HasSuffix(name, "_seconds_total") ||
			slices.Contains(queueCounters, name) || slices.Contains(agentViewCounters, name) // of the window in which it began
		if own || moves {
			continue
		}
		if now, ok := after[k]; !ok || now != v {
			out[k] = fmt.Sprintf("from %v to %v (shown %v)", v, now, ok)
		}
	}
	return out
}

func TestAnEmptyAnswerIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(16 * time.Hour)
		s := simulator.New(simulator.Options{Seed: 7, Agents: 20})
		x := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous), dialer("dialer", dialerHost, s, generous)))
		time.Sleep(time.Minute)
		if len(x.shown("shop").of("liveperson_agent_info")) == 0 || len(x.shown("dialer").of("livevox_agent_info")) == 0 {
			t.Fatal("no agent is logged in to begin with")
		}
		play(t, s, "everybody_leaves")
		time.Sleep(2 * time.Hour) // contacts at hand are finished
		lp, lv := x.shown("shop"), x.shown("dialer")
		lp.healthy(t)
		lv.healthy(t)
		if n := len(lp.of("liveperson_agent_info")) + len(lv.of("livevox_agent_info")); n != 0 {
			t.Errorf("%d agents are shown who are gone", n)
		}
		if v := lv.of("contactcenter_agents").sum(); v != 0 {
			t.Errorf("%v agents, want 0", v)
		}
	})
}

func TestAnAgentOnTwoPagesIsOneAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(16 * time.Hour)
		s := simulator.New(simulator.Options{Seed: 8, Agents: 60})
		play(t, s, "frozen")
		time.Sleep(11 * time.Minute) // who has lost the connection is shown for ten
		plain := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous)))
		time.Sleep(time.Minute)
		want := plain.shown("shop").of("liveperson_agents")
		mustFault(t, s, simulator.Fault{Kind: "duplicate_rows", Endpoint: "agent_status"})
		paged := run(t, both(s), "", accounts(shop("shop", shopHost, s, generous, "sources: {agent_status: {page_size: 7}}")))
		time.Sleep(time.Minute)
		compare(t, "agents over pages of seven", paged.shown("shop").of("liveperson_agents"), want)
		if want.sum() < 15 {
			t.Errorf("only %v agents: not three pages", want.sum())
		}
	})
}

func TestThousandsOfAgentsOverThreePages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 9, Agents: 20})
		crowd := &crowd{agents: 2500}
		wire := hosts{shopHost: roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/agent-view/status") {
				return crowd.page(r)
			}
			return s.RoundTrip(r)
		})}
		x := run(t, wire, "", accounts(shop("shop", shopHost, s, generous, "sources: {status_changes: {enabled: false}}")))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if crowd.pages != 3 {
			t.Errorf("%d pages were asked for, want 3", crowd.pages)
		}
		got := x.shown("shop")
		got.healthy(t)
		if n := len(got.of("liveperson_agent_info")); n != 2500 {
			t.Errorf("%d agents, want 2500", n)
		}
		if n := got.of("contactcenter_agents").sum(); n != 2500 {
			t.Errorf("%v agents in groups, want 2500", n)
		}
	})
}
