package promises

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// startTogether starts exporters at the same moment, each with an account of
// either vendor, and returns when their requests came within half a minute.
func startTogether(t *testing.T, n int, address func(host string) string) []time.Time {
	t.Helper()
	s := simulator.New(simulator.Options{Seed: 95, Agents: 2, FeedsOff: true})
	at := &meter{next: s}
	for range n {
		c, err := config.Parse("promise.yml", []byte(accounts(shop("shop", address(shopHost), s), dialer("dialer", address(dialerHost), s))), vendortest.Configs())
		if err != nil {
			t.Fatal(err)
		}
		store, err := state.Open("", state.Options{MemoryOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: at})
		if err := m.Apply(c); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := m.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(30 * time.Second)
	synctest.Wait()
	return at.times()
}

func TestFiftyExportersThatStartTogetherAreNoHerd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := startTogether(t, 50, func(host string) string { return host })
		most := busiest(times, time.Second)
		t.Logf("%d requests in 30 s, %d in the busiest second: %.1f %%", len(times), most, 100*float64(most)/float64(len(times)))
		// The starts are random: in thirty runs 6 to 12 % came within one second, of a herd
		// it would be 40 %.
		if most*5 > len(times) {
			t.Errorf("%d of %d requests come within a second, more than a fifth", most, len(times))
		}
		if len(times) < 50*7 {
			t.Errorf("only %d requests: not every source has been asked", len(times))
		}
	})
}

func TestAVendorOnThisMachineIsAskedForEverythingWithinFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		times := startTogether(t, 1, func(host string) string {
			return map[string]string{shopHost: "http://127.0.0.1:1", dialerHost: "http://localhost:1"}[host]
		})
		first := 0
		for _, at := range times {
			if at.Sub(begin) <= 6*time.Second {
				first++
			}
		}
		if first < 7 { // each source once
			t.Errorf("%s: only %d requests within six seconds", fmt.Sprint(times), first)
		}
	})
}
