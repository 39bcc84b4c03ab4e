package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// Simulate plays both vendors on a port until ctx ends.
func Simulate(ctx context.Context, o Options) error {
	s, err := o.simulator(false)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.SimulatorAddress)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	fmt.Fprintf(o.Out, "The simulator plays both vendors at http://%s. A configuration for it:\n\n%s", l.Addr(), demoConfig(s, l.Addr().String()))
	return play(ctx, s, l)
}

// simulator returns the contact centre that the flags describe; understaffed is one of its
// options.
func (o Options) simulator(understaffed bool) (*simulator.Simulator, error) {
	s := simulator.New(simulator.Options{Seed: o.Seed, Agents: o.Agents, Speed: o.Speed, Understaffed: understaffed, History: o.History})
	if o.FaultsFile == "" {
		return s, nil
	}
	f, err := os.Open(o.FaultsFile)
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	defer f.Close()
	if err := s.LoadFaults(f); err != nil {
		return nil, fmt.Errorf("%s: %w", o.FaultsFile, err)
	}
	return s, nil
}

// play serves the simulator until ctx ends.
func play(ctx context.Context, s *simulator.Simulator, l net.Listener) error {
	srv := &http.Server{Handler: s}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("simulator: %w", err)
		}
		return nil
	})
	group.Go(func() error { <-ctx.Done(); return srv.Close() })
	return group.Wait()
}
