// Command contactcenter_exporter shows what LivePerson and LiveVox measure of a
// contact centre to Prometheus and OpenTelemetry.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the vendor's day needs zones, and a minimal image has none

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/vendors"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
)

const name = "contactcenter_exporter"

func main() {
	// Before anything that takes time: without a handler SIGHUP ends the process,
	// and so does SIGPIPE when the reader of the log ends.
	signal.Ignore(syscall.SIGPIPE)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	limitMemory()
	collectSooner()
	nameVersion()
	os.Exit(exitCode(run(ctx, hangup, os.Args[1:])))
}

// exitCode reports an error that has not been reported yet.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, command.ErrReported), errors.Is(err, syscall.EPIPE):
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	return 1
}

// run parses the arguments and runs the command that they name. Commands that
// serve a configuration read it again when hangup receives.
func run(ctx context.Context, hangup chan os.Signal, args []string) error {
	state, err := stateOptions()
	if err != nil {
		return err
	}
	p, err := parse(args)
	if err != nil {
		return fmt.Errorf("%w; try --help", err)
	}
	p.options.Out, p.options.Env, p.options.Vendors, p.options.State = os.Stdout, os.Getenv, vendors.All(), state
	if p.options.Web != nil {
		p.options.Reload = hangup
	} else {
		signal.Stop(hangup) // a terminal that closes ends the command
	}
	command.LogLibraries(p.options)
	return p.run(ctx, p.options)
}
