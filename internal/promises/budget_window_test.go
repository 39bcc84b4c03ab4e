package promises

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// greedy sources want several times as many requests as the limits allow.
const (
	greedyShop   = "sources: {agent_status: {interval: 1s}, agent_activity: {interval: 1s}, status_changes: {interval: 1s}}"
	greedyDialer = "sources: {service_stats: {interval: 1s}, agents_status: {interval: 1s}, agent_stats: {interval: 1s}, calls_on_hold: {interval: 1s}, " +
		"campaign_stats: {interval: 1s}, agent_averages: {interval: 1s}, interaction_events: {}, agent_events: {}}"
	ration = "limits: {requests_per_second: 1, burst: 10, max_concurrent: 4}"
	// rationed is what ration allows in a minute.
	rationed = 60
)

// metered is a wire to both vendors with a meter before each.
func metered(s *simulator.Simulator) (wire hosts, shop, dialer *meter) {
	shop, dialer = &meter{next: s}, &meter{next: s}
	return hosts{shopHost: shop, dialerHost: dialer}, shop, dialer
}

func TestNoMinuteHoldsMoreRequestsThanTheLimitAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault *simulator.Fault
		each  time.Duration
		long  time.Duration
		do    func(x *exporter)
		least int // requests of an account
	}{
		{name: "crashes every twenty seconds", each: 20 * time.Second, long: 10 * time.Minute, do: (*exporter).crash, least: 100},
		{name: "crashes every five seconds", each: 5 * time.Second, long: 3 * time.Minute, do: (*exporter).crash, least: 0},
		{name: "restarts every twenty seconds", each: 20 * time.Second, long: 10 * time.Minute, do: func(x *exporter) { x.stop(); x.start() }, least: 100},
		{name: "reloads every ten seconds", each: 10 * time.Second, long: 3 * time.Minute, do: (*exporter).setUpAgain, least: 150},
		{name: "a hundred scrapers", each: 15 * time.Second, long: 3 * time.Minute, do: (*exporter).scrapeAHundredTimes, least: 150},
		{name: "throttles everything", fault: &simulator.Fault{Kind: "status", Status: 429}, each: time.Minute, long: 10 * time.Minute, do: func(*exporter) {}, least: 70},
		{name: "crashes while it fails", fault: &simulator.Fault{Kind: "status", Status: 503}, each: 20 * time.Second, long: 5 * time.Minute, do: (*exporter).crash, least: 50},
		{name: "is due at once after a rest", each: 61 * time.Second, long: 10 * time.Minute, do: (*exporter).leaveAlone, least: 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			if raced && c.name != "reloads every ten seconds" {
				t.Skip("the same goroutines")
			}
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Options{Seed: 81, Agents: 20})
				wire, atShop, atDialer := metered(s)
				x := run(t, wire, t.TempDir(), accounts(shop("shop", shopHost, s, ration, greedyShop), dialer("dialer", dialerHost, s, ration, greedyDialer)))
				if c.fault != nil {
					time.Sleep(time.Minute)
					mustFault(t, s, *c.fault)
				}
				for end := time.Now().Add(c.long); time.Now().Before(end); {
					time.Sleep(c.each)
					c.do(x)
				}
				atShop.within(t, rationed, c.least)
				atDialer.within(t, rationed, c.least)
			})
		})
	}
}

// setUpAgain changes something of both accounts, so that they are set up again.
func (x *exporter) setUpAgain() {
	x.t.Helper()
	const mark = "max_concurrent: 4"
	if strings.Contains(x.file, mark) {
		x.file = strings.ReplaceAll(x.file, mark, "max_concurrent: 3")
	} else {
		x.file = strings.ReplaceAll(x.file, "max_concurrent: 3", mark)
	}
	x.apply(x.file)
}

// apply reloads a configuration.
func (x *exporter) apply(file string) {
	x.t.Helper()
	c, err := config.Parse("promise.yml", []byte(file), vendortest.Configs())
	if err == nil {
		err = x.manager.Apply(c)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *exporter) scrapeAHundredTimes() {
	for range 100 {
		x.scrape("text/plain")
	}
}

// leaveAlone takes both accounts out of the configuration for as long as it takes
// to save up, and in again.
func (x *exporter) leaveAlone() {
	x.apply(accounts(shop("other", "other.liveperson.net", simulator.New(simulator.Options{Agents: 1}))))
	time.Sleep(2 * time.Minute)
	x.apply(x.file)
}

func TestALowerLimitHoldsAtOnceAndAHigherOneForgetsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 82, Agents: 20})
		wire, _, at := metered(s)
		file := accounts(dialer("dialer", dialerHost, s, ration, greedyDialer))
		lower := strings.Replace(file, "requests_per_second: 1,", "requests_per_second: 0.1,", 1)
		x := run(t, wire, t.TempDir(), file)
		for range 10 {
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			x.apply(lower)
			lowered, before := time.Now(), len(at.times())
			time.Sleep(50 * time.Second)
			if n := len(at.times()) - before; n != 0 {
				t.Fatalf("%d requests within 50 s of a limit of 6 a minute that 60 have used up", n)
			}
			x.apply(file)
			time.Sleep(5 * time.Second)
			if n := at.during(lowered.Add(-5*time.Second), time.Minute); n > rationed {
				t.Fatalf("%d requests in a minute after the limit was raised again", n)
			}
		}
		at.within(t, rationed, 1000)
	})
}
