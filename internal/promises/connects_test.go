package promises

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestRightPartyConnectsEqualTheTruth(t *testing.T) {
	t.Parallel()
	for _, seed := range []int64{101, 102}[sized(0, 1):] {
		synctest.Test(t, func(t *testing.T) {
			s := simulator.New(simulator.Options{Seed: seed, Agents: 30, FeedsOff: true, Frozen: true})
			luck := rand.New(rand.NewPCG(uint64(seed), 3))
			time.Sleep(45 * time.Minute) // what was before has left the vendor's half hour
			x := run(t, hosts{dialerHost: s}, t.TempDir(), accounts(dialer("dialer", dialerHost, s, generous,
				"sources: {live_connects: {interval: 4m}, agents_status: {interval: 5m}, agent_stats: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}, service_stats: {interval: 5m}}")))
			time.Sleep(5 * time.Minute)
			play(t, s, "normal")
			var before sheet
			for range sized(30, 8) {
				time.Sleep(40 * time.Minute)
				got := x.shown("dialer")
				if fell := got.fellFrom(before); len(fell) > 0 {
					t.Fatalf("fell: %v", fell)
				}
				before = got.lasting()
				// The vendor tells half an hour: nothing is lost that is away for less,
				// less the six minutes for which a step waits.
				gap := time.Duration(luck.IntN(15)) * time.Minute
				switch luck.IntN(3) {
				case 0:
					x.stop()
					time.Sleep(gap)
					x.start()
				case 1:
					mustFault(t, s, simulator.Fault{Kind: "outage", Endpoint: "live_connects", Until: simulator.Duration(gap + time.Second)})
				}
			}
			play(t, s, "frozen")
			time.Sleep(20 * time.Minute)
			got := x.shown("dialer")
			got.healthyNow(t)
			want := sheet{}
			for service, truth := range s.Truth().LiveVox.Services {
				want[id("livevox_service_right_party_connects_total", "service_id", service)] = float64(truth.RightPartyConnects)
			}
			compare(t, "right-party connects", got.of("livevox_service_right_party_connects_total"), want)
			if want.sum() < 100 {
				t.Errorf("only %v connects", want.sum())
			}
			window := got.of("livevox_service_right_party_connects_window").sum()
			if window <= 0 || window > want.sum() {
				t.Errorf("%v connects in the window", window)
			}
		})
	}
}
