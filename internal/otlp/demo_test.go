package otlp

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

const everySource = `accounts:
  - name: shop
    vendor: liveperson
    account_id: "91234567"
    auth: {oauth2: {client_id: sim-client, client_secret: SECRET}}
    discovery_url: http://127.0.0.1:1
    limits: {requests_per_second: 100, burst: 100}
    sources: {agent_status: {}, agent_activity: {interval: 30s, settle: 10m}, status_changes: {interval: 1m}}
  - name: dialer
    vendor: livevox
    base_url: http://127.0.0.1:1
    auth: {client_name: SIM_CENTER, username: metrics.sim, password: PASSWORD, access_token: TOKEN}
    identity_key: key
    limits: {requests_per_second: 100, burst: 100}
    sources: {service_stats: {}, agents_status: {}, agent_averages: {}, live_connects: {}, call_data: {}, agent_events: {}, interaction_events: {}}
`

// demoBatches are what every source shows of a simulated contact centre.
func demoBatches(t *testing.T) (batches []metric.Batch) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 5, Agents: 12, Services: 2})
		c, err := config.Parse("demo.yml", []byte(everySource), vendortest.Configs())
		if err != nil {
			t.Fatal(err)
		}
		shop, dialer := c.Accounts[0].Keys.(*liveperson.Keys), c.Accounts[1].Keys.(*livevox.Keys)
		shop.Auth.OAuth2.ClientSecret = config.NewSecret(s.LivePerson().ClientSecret)
		dialer.Auth.Password = config.NewSecret(s.LiveVox().Password)
		dialer.Auth.AccessToken = config.NewSecret(s.LiveVox().AccessToken)
		store, err := state.Open("", state.Options{MemoryOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: http.RoundTripper(s)})
		if err := m.Apply(c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		batches = m.Gather()
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
		store.Close()
	})
	return batches
}

// Every family of the demo says the same on the page and by both transports.
func TestPushSaysOfTheDemoWhatThePageSays(t *testing.T) {
	batches := demoBatches(t)
	gather := func() []metric.Batch { return batches }
	want := shown(t, gather, false)
	if len(want) < 1000 {
		t.Fatalf("the demo shows only %d series", len(want))
	}
	for _, scheme := range []string{"http", "grpc"} {
		t.Run(scheme, func(t *testing.T) {
			r := listen(t, scheme, "127.0.0.1:0", nil)
			p := start(t, Options{Endpoint: r.endpoint, Gather: gather})
			push(t, p)
			got := strings.Join(pushed(t, r.all()), "\n")
			// Prometheus takes every word total out of a counter's name.
			got = strings.ReplaceAll(got, "livevox_day_corrections_total", "livevox_day_total_corrections_total")
			if d := difference(want, strings.Split(got, "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}
