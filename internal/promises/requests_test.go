package promises

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestRequestsOfALargeLiveVoxAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		services, agents := sized(400, 160), sized(5000, 400)
		s := simulator.New(simulator.Options{Seed: 61, Services: services, Agents: agents, FeedsOff: true})
		play(t, s, "frozen")
		ids := slices.Sorted(maps.Keys(s.Truth().LiveVox.Services))
		const apart = "sources: {agent_averages: {}, live_connects: {}}"
		x := run(t, hosts{"filtered.example.com": s, "listed.example.com": s}, "", accounts(
			dialer("filtered", "filtered.example.com", s, generous, apart, "filter: {service_ids: ["+strings.Join(ids, ", ")+"]}"),
			dialer("listed", "listed.example.com", s, generous, apart)))
		time.Sleep(time.Minute)
		if n := requests(s)["services"]; n != 1 {
			t.Errorf("the list of services was asked for %d times, want once", n)
		}
		before := requests(s)
		time.Sleep(time.Minute)
		synctest.Wait()
		// A request names at most 150 services. Two methods answer without the
		// service: they are asked once for each.
		const exporters = 2
		chunks := (services + 149) / 150
		want := map[string]int{
			"service_stats": 2 * exporters * chunks, "agents_status": 4 * exporters * chunks, "agent_stats": exporters * chunks,
			"calls_on_hold": 2 * exporters * chunks, "campaign_stats": exporters * chunks,
			"agent_averages": exporters * services, "live_connects": exporters * services,
		}
		if got := since(s, before); !maps.Equal(got, want) {
			t.Errorf("requests in a minute: %v, want %v", got, want)
		}
		filtered, listed := x.shown("filtered"), x.shown("listed")
		filtered.healthy(t)
		listed.healthy(t)
		if n := len(filtered.of("livevox_service_agent_average_seconds")); n != services*11 {
			t.Errorf("averages of %d states, want 11 of each service", n)
		}
		if a, b := filtered.of("livevox_agents").sum(), listed.of("livevox_agents").sum(); a < float64(agents)/5 || a != b {
			t.Errorf("%v agents by filter, %v by list", a, b)
		}
	})
}
