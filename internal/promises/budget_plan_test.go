package promises

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// planned returns the requests an hour that the command plan foresees, by source.
func planned(t *testing.T, file string, agents, services int) map[string]float64 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "contactcenter.yml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := command.Plan(t.Context(), command.Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: path, PlanAgents: uint(agents), PlanServices: uint(services)}); err != nil {
		t.Fatal(err, out.String())
	}
	hourly := map[string]float64{}
	for line := range strings.Lines(out.String()) {
		if f := strings.Fields(line); len(f) > 3 {
			if n, err := strconv.ParseFloat(f[1], 64); err == nil {
				hourly[f[0]] = n
			}
		}
	}
	return hourly
}

func TestPlanForeseesTheRequestsOfAnHour(t *testing.T) {
	t.Parallel()
	const agents = 60
	short := time.Duration(sized(60, 30)) * time.Minute
	for _, c := range []struct {
		name     string
		services int
		file     func(*simulator.Simulator) string
		agents   int // at work within a day on average; 0 for those who are logged in
		length   time.Duration
	}{
		{"shop", 12, func(s *simulator.Simulator) string {
			return accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 5}", "sources: {agent_status: {interval: 20s}, agent_activity: {}, status_changes: {}}"))
		}, 0, short},
		{"shop with queues of several pages", 120, func(s *simulator.Simulator) string {
			return accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 5}", "sources: {queues: {interval: 2m, agents: true}, agent_status: {enabled: false}}"))
		}, 0, time.Hour},
		{"shop with agent_view", 8, func(s *simulator.Simulator) string {
			return accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 5}", "sources: {agent_view: {interval: 20s}, agent_status: {enabled: false}, queue_health: {}}"))
		}, 0, short},
		{"shop with intervals and segments", 8, func(s *simulator.Simulator) string {
			return accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 5}", "sources: {interval_metrics: {}, agent_segments: {interval: 20m}, segment_breakdown: {interval: 30m}, names: {}}"))
		}, 35, time.Hour},
		{"dialer", 8, func(s *simulator.Simulator) string {
			return accounts(dialer("dialer", dialerHost, s, "limits: {requests_per_second: 5}", "sources: {agent_averages: {interval: 5m}, live_connects: {interval: 5m}, interaction_events: {}, agent_events: {}}"))
		}, 0, short},
		{"dialer with more services than a request may cover", 160, func(s *simulator.Simulator) string {
			return accounts(dialer("dialer", dialerHost, s, "limits: {requests_per_second: 5}"))
		}, 0, short},
		{"shop of several pages", 12, func(s *simulator.Simulator) string {
			return accounts(shop("shop", shopHost, s, "limits: {requests_per_second: 5}", "sources: {agent_status: {interval: 20s, page_size: 10}}"))
		}, 0, short},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 97, Agents: agents, Services: c.services})
				play(t, s, "frozen")
				file := c.file(s)
				x := run(t, both(s), "", file)
				time.Sleep(10 * time.Minute)
				agents := len(x.shown("shop").of("liveperson_agent_info")) // who is not logged in is on no page
				if c.agents > 0 {
					agents = c.agents
				}
				want := planned(t, file, agents, c.services)
				before := requests(s)
				time.Sleep(c.length)
				got := since(s, before)
				for source, n := range want {
					if source == "all" {
						continue
					}
					n *= c.length.Hours()
					if seen := float64(got[source]); math.Abs(seen-n) > max(2, n/50) {
						t.Errorf("%s: %v requests in %s, %v were planned", source, seen, c.length, n)
					}
				}
				if len(want) < 2 {
					t.Errorf("the plan is only of %v", want)
				}
			})
		})
	}
}
