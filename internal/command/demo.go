package command

import (
	"context"
	_ "embed"
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
//
//go:embed demo.yml
var demoTemplate string
