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

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
)

const name = "contactcenter_exporter"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	limitMemory()
	collectSooner()
	nameVersion()
	err := run(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, command.ErrReported) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	if err != nil {
		os.Exit(1)
	}
}

// vendors are those that accounts may be of: the only place that lists them.
func vendors() []collector.Vendor {
	return []collector.Vendor{liveperson.Vendor(), livevox.Vendor()}
}

// run parses the arguments and runs the command that they name.
func run(ctx context.Context, args []string) error {
	app := kingpin.New(name, "Shows what LivePerson and LiveVox measure of a contact centre to Prometheus and OpenTelemetry.")
	app.Version(version.Print(name))
	app.HelpFlag.Short('h')
	app.UsageWriter(os.Stdout)

	var o command.Options
	o.Out, o.Env, o.Vendors = os.Stdout, os.Getenv, vendors()
	var err error
	if o.State, err = stateOptions(); err != nil {
		return err
	}
	app.Flag("config.file", "Configuration file.").Default("contactcenter.yml").StringVar(&o.ConfigFile)
	app.Flag("config.check", "Only check the configuration, as check --offline does.").BoolVar(&o.ConfigCheck)
	app.Flag("config.enable-auto-reload", "Reload when the configuration or a secret's file changes.").BoolVar(&o.AutoReload)
	app.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&o.MetricsPath)
	app.Flag("web.health-listen-address", "Address of the health pages alone, without authentication; off by default.").StringVar(&o.HealthAddress)
	app.Flag("web.enable-lifecycle", "Allow POST /-/reload.").BoolVar(&o.Lifecycle)
	app.Flag("web.max-requests", "Scrapes for which an answer is made at once; 0 for no bound.").Default("40").IntVar(&o.MaxRequests)
	app.Flag("debug.listen-address", "Loopback address of the Go profiler; off by default.").StringVar(&o.DebugAddress)
	app.Flag("state.dir", "Directory of what is kept over a restart.").Default("data/").StringVar(&o.StateDir)
	app.Flag("state.prune-after", "Forget a counter that hasn't grown for this long, such as that of an agent who left, and everything of an account or source that hasn't been configured for as long; 0s keeps all.").Default("720h").DurationVar(&o.PruneAfter)
	app.Flag("log.level", "Least level of messages: debug, info, warn or error.").Default("info").EnumVar(&o.LogLevel, "debug", "info", "warn", "error")
	app.Flag("log.format", "Form of messages: logfmt or json.").Default("logfmt").EnumVar(&o.LogFormat, "logfmt", "json")
	o.Web = kingpinflag.AddFlags(app, ":9925")

	commands := map[string]func(context.Context, command.Options) error{
		app.Command("serve", "Serve the metrics of the accounts of the configuration file.").Default().FullCommand(): command.Serve,
		addDemo(app, &o):     command.Demo,
		addCheck(app, &o):    command.Check,
		addPlan(app, &o):     command.Plan,
		addSimulate(app, &o): command.Simulate,
		addMetrics(app, &o):  command.Metrics,
	}
	chosen, err := app.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; try --help", err)
	}
	command.LogLibraries(o)
	return commands[chosen](ctx, o)
}

func addDemo(app *kingpin.Application, o *command.Options) string {
	c := app.Command("demo", "Serve the metrics of a simulated contact centre: nothing to configure.")
	addModel(c, o)
	return c.FullCommand()
}

func addCheck(app *kingpin.Application, o *command.Options) string {
	c := app.Command("check", "Ask each source of each account once and say what is wrong and what to do about it. The exit status is 0 if all is well, else 1.")
	c.Flag("offline", "Only check the configuration.").BoolVar(&o.Offline)
	c.Flag("output", "Form of the result: text or json.").Default("text").EnumVar(&o.Output, "text", "json")
	return c.FullCommand()
}

func addPlan(app *kingpin.Application, o *command.Options) string {
	c := app.Command("plan", "Estimate requests, series and the age of figures of the configuration.")
	c.Flag("agents", "Agents to plan for.").Default("100").UintVar(&o.PlanAgents)
	c.Flag("services", "Services or groups to plan for.").Default("10").UintVar(&o.PlanServices)
	return c.FullCommand()
}

func addSimulate(app *kingpin.Application, o *command.Options) string {
	c := app.Command("simulate", "Play both vendors on a port, for trying things out.")
	c.Flag("listen", "Address to play the vendors on.").Default("127.0.0.1:9926").StringVar(&o.SimulatorAddress)
	addModel(c, o)
	return c.FullCommand()
}

// addModel adds the flags of the simulated contact centre.
func addModel(c *kingpin.CmdClause, o *command.Options) {
	c.Flag("seed", "Seed of the simulated contact centre.").Default("1").Int64Var(&o.Seed)
	c.Flag("agents", "Agents of each vendor.").Default("60").IntVar(&o.Agents)
	c.Flag("speed", "How much faster than life the contact centre runs.").Default("1").Float64Var(&o.Speed)
	c.Flag("faults", "File of faults to inject.").StringVar(&o.FaultsFile)
}

func addMetrics(app *kingpin.Application, o *command.Options) string {
	c := app.Command("metrics", "Print the reference of all metrics.")
	c.Flag("format", "Form of the reference: markdown or json.").Default("markdown").EnumVar(&o.Format, "markdown", "json")
	return c.FullCommand()
}
