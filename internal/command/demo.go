package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// Demo serves the metrics of a simulated contact centre until ctx ends. It
// keeps nothing on disk.
func Demo(ctx context.Context, o Options) error {
	if err := o.checkURLs(); err != nil {
		return err
	}
	s, err := o.simulator(true)
	if err != nil {
		return err
	}
	vendors, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	file := demoConfig(s, vendors.Addr().String())
	load := func() (*config.Config, error) {
		return config.Parse("the demo", []byte(file), o.configs())
	}
	o.announce(vendors.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return play(ctx, s, vendors) })
	group.Go(func() error { return o.serve(ctx, o.logger(), store, load) })
	return errors.Join(group.Wait(), store.Close())
}

// announce prints what to open.
func (o Options) announce(vendors string) {
	base := "http://localhost:9925"
	if a := *o.Web.WebListenAddresses; len(a) > 0 {
		base = "http://" + localHost(a[0])
	}
	fmt.Fprintf(o.Out, `A simulated contact centre of both vendors is running. Open

  %s%s   the metrics
  %s/          which source is how fresh
  http://%s/sim/truth   what the simulated vendors really did

Ctrl-C ends it.
`, base, o.MetricsPath, base, vendors)
}

// localHost returns an address that a browser on this machine can open.
func localHost(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// demoConfig returns a configuration for the accounts of a simulator.
func demoConfig(s *simulator.Simulator, address string) string {
	lp, lv := s.LivePerson(), s.LiveVox()
	return strings.NewReplacer(
		"ADDRESS", address,
		"ACCOUNT_ID", lp.AccountID, "CLIENT_ID", lp.ClientID, "CLIENT_SECRET", lp.ClientSecret,
		"CLIENT_NAME", lv.ClientName, "USERNAME", lv.Username, "PASSWORD", lv.Password, "ACCESS_TOKEN", lv.AccessToken,
	).Replace(demoTemplate)
}

// demoTemplate has every source on, at a pace at which one can watch.
const demoTemplate = `accounts:
  - name: shop
    vendor: liveperson
    account_id: "ACCOUNT_ID"
    auth:
      oauth2: {client_id: "CLIENT_ID", client_secret: "CLIENT_SECRET"}
    discovery_url: http://ADDRESS
    roster: {url: "http://ADDRESS/sim/roster?vendor=liveperson"}
    limits: {requests_per_second: 20, burst: 20, max_concurrent: 4}
    sources:
      agent_status: {interval: 5s}
      agent_activity: {interval: 30s, settle: 10m}
      queues: {interval: 5s, bucket: 1m, settle: 1m}
      queue_health: {interval: 5s}
      names: {interval: 30s}
      interval_metrics: {interval: 30s, lookback: 2h, settle: 0s}
      status_changes: {interval: 15s, overlap: 20m, settle: 10m}
  - name: dialer
    vendor: livevox
    base_url: http://ADDRESS
    auth: {client_name: "CLIENT_NAME", username: "USERNAME", password: "PASSWORD", access_token: "ACCESS_TOKEN"}
    limits: {requests_per_second: 20, burst: 20, max_concurrent: 4}
    day_timezone: America/New_York
    hours:
      - {groups: ["Returns*"], timezone: America/New_York, open: ["mon-sat 06:00-22:00"]}
      - {timezone: America/New_York, open: ["mon-sun 00:00-24:00"]}
    targets: [{window: 5m, minimum_calls: 3}]
    roster: {url: http://ADDRESS/sim/roster}
    sources:
      service_stats: {interval: 5s}
      agents_status: {interval: 5s}
      agent_stats: {interval: 15s}
      calls_on_hold: {interval: 5s}
      campaign_stats: {interval: 15s}
      agent_averages: {interval: 30s}
      live_connects: {interval: 30s}
      call_data: {interval: 15s}
      agent_events: {}
      interaction_events: {}
`
