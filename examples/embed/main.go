// Command embed reads every source of a configuration into counters of its own, with
// the public packages of the exporter alone: collector, config and scrape. It is a
// module of its own, so that it can't use internal packages. To try it:
//
//	contactcenter_exporter simulate                  # prints a configuration
//	cd examples/embed && go run . contactcenter.yml  # prints counters
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/vendors"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: embed CONFIGURATION")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run reads the sources of a configuration until ctx ends, and prints the counters
// every ten seconds.
func run(ctx context.Context, file string) error {
	m, err := start(file)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return m.Stop()
		case <-time.After(10 * time.Second):
			write(os.Stdout, m.Gather())
		}
	}
}

// start begins to read the sources of a configuration. The caller stops the manager.
func start(file string) (*scrape.Manager, error) {
	c, err := config.Load(file, collector.Configs(vendors.All()))
	if err != nil {
		return nil, err
	}
	m := scrape.New(scrape.Options{
		Vendors: vendors.All(),
		Store:   newStore(),
		Log:     log.NewLogfmtLogger(log.NewSyncWriter(os.Stderr)),
	})
	if err := m.Apply(c); err != nil {
		return nil, err
	}
	return m, nil
}

// write prints the counters of batches, one a line.
func write(w io.Writer, batches []metric.Batch) {
	for _, b := range batches {
		sorted := counters(b)
		slices.SortFunc(sorted, func(a, b metric.Sample) int { return cmp.Compare(a.Key(), b.Key()) })
		for _, s := range sorted {
			fmt.Fprintln(w, b.Account, b.Source, s.Desc.Name, s.Labels, s.Value)
		}
	}
}

// counters returns the counters of a batch that a source counted.
func counters(b metric.Batch) (out []metric.Sample) {
	for _, s := range b.Samples {
		if b.Source != "" && s.Desc.Kind == metric.Counter {
			out = append(out, s)
		}
	}
	return out
}
