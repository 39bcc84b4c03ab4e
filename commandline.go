package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
)

// commandLine is what the arguments say.
type commandLine struct {
	options command.Options
	run     runFunc
}

// runFunc runs a command.
type runFunc func(context.Context, command.Options) error

// parse parses the arguments. A command may also stand behind its flags.
func parse(args []string) (*commandLine, error) {
	l := &commandLine{}
	_, err := l.app().Parse(args)
	for i := 1; err != nil && i < len(args); i++ {
		other := &commandLine{}
		app := other.app()
		if app.GetCommand(args[i]) == nil {
			continue
		}
		if _, otherErr := app.Parse(slices.Concat(args[i:i+1], args[:i], args[i+1:])); otherErr == nil {
			return other, nil
		}
	}
	return l, err
}

// defaultFlags adds to kingpin's help the flags of the command that runs without
// a name.
const defaultFlags = `{{if not .Context.SelectedCommand}}{{range .App.Commands}}{{if .Default -}}
Flags of {{.Name}}, which runs if no command is given:
{{.Flags|FlagsToTwoColumns|FormatTwoColumns}}
{{end}}{{end}}{{end}}`

// unfailing is the writer of help: kingpin panics on an error, such as that of a pipe
// whose reader has ended.
type unfailing struct{ to io.Writer }

// Write implements io.Writer.
func (u unfailing) Write(b []byte) (int, error) {
	_, _ = u.to.Write(b)
	return len(b), nil
}

// app returns the program's commands and flags, which set l.
func (l *commandLine) app() *kingpin.Application {
	app := kingpin.New(name, "Shows what LivePerson and LiveVox measure of a contact centre to Prometheus and OpenTelemetry.")
	app.Version(version.Print(name))
	app.HelpFlag.Short('h')
	app.UsageWriter(unfailing{os.Stdout})
	app.UsageTemplate(kingpin.DefaultUsageTemplate + defaultFlags)
	l.addServe(app)
	l.addDemo(app)
	l.addCheck(app)
	l.addPlan(app)
	l.addBackfill(app)
	l.addSimulate(app)
	l.addMetrics(app)
	l.addConfig(app)
	l.addStateCommands(app)
	return app
}

// runs makes a command run f.
func (l *commandLine) runs(c *kingpin.CmdClause, f runFunc) *kingpin.CmdClause {
	return c.Action(func(*kingpin.ParseContext) error { l.run = f; return nil })
}

func (l *commandLine) addServe(app *kingpin.Application) {
	c := l.runs(app.Command("serve", "Serve the metrics of the accounts of the configuration file."), command.Serve).Default()
	o := &l.options
	addConfigFile(c, o)
	c.Flag("config.check", "Only check the configuration, as check --offline does.").BoolVar(&o.ConfigCheck)
	c.Flag("config.enable-auto-reload", "Reload when the configuration or a secret's file changes.").BoolVar(&o.AutoReload)
	addWeb(c, o)
	addState(c, o)
	addReplica(c, o)
	addLog(c, o)
}

func (l *commandLine) addDemo(app *kingpin.Application) {
	c := l.runs(app.Command("demo", "Serve the metrics of a simulated contact centre: nothing to configure."), command.Demo)
	addModel(c, &l.options)
	addWeb(c, &l.options)
	addLog(c, &l.options)
}

func (l *commandLine) addCheck(app *kingpin.Application) {
	c := l.runs(app.Command("check", "Ask each source of each account once and say what is wrong and what to do about it. "+
		"The exit status is 0 if all is well, else 1."), command.Check)
	addConfigFile(c, &l.options)
	c.Flag("offline", "Only check the configuration.").BoolVar(&l.options.Offline)
	oneOf(c, "output", "Format of the result", "text", &l.options.Output, "text", "json")
	addLog(c, &l.options)
}

func (l *commandLine) addPlan(app *kingpin.Application) {
	c := l.runs(app.Command("plan", "Estimate requests, series and the age of figures of the configuration."), command.Plan)
	addConfigFile(c, &l.options)
	number(c, "agents", "Agents to plan for.", "100", &l.options.PlanAgents, parseUint, 1)
	number(c, "services", "Services or groups to plan for.", "10", &l.options.PlanServices, parseUint, 1)
}

func (l *commandLine) addBackfill(app *kingpin.Application) {
	c := l.runs(app.Command("backfill", "Write what the vendor tells of the past of an account as samples, for the time before the exporter counted. "+
		"Ctrl-C ends it; --resume goes on where it ended."), command.Backfill)
	o := &l.options.Backfill
	addConfigFile(c, &l.options)
	c.Flag("state.dir", "Directory of what is kept over a restart: it has the key of hashed agents, and says from when on the exporter counts. An exporter may be using it, and then keeps to half of the requests.").Default("data/").StringVar(&l.options.StateDir)
	addStateURL(c, &l.options.Replica)
	c.Flag("account", "Name of the account.").Required().StringVar(&o.Account)
	c.Flag("source", "Source whose past is filled in: status_changes, interval_metrics, agent_segments, queues or agent_view.").Default("status_changes").StringVar(&o.Source)
	c.Flag("from", "Where to begin: a duration before now such as 26w, a date such as 2026-05-01, or a time such as 2026-05-01T08:00:00Z.").Default("26w").StringVar(&o.From)
	c.Flag("to", "Where to end: live, which is where the exporter's own counters begin, or as --from.").Default("live").StringVar(&o.To)
	number(c, "step", "Time between two samples of a counter, a part of a day; gauges have one each 5 minutes at least.", "15m", &o.Step, time.ParseDuration, time.Minute)
	oneOf(c, "by", "What the counters are of", "agent", &o.By, "agent", "group")
	c.Flag("output", "Where to: openmetrics:DIRECTORY for a file a day, or remote-write:URL, such as remote-write:http://prometheus:9090/api/v1/write.").Required().StringVar(&o.Output)
	c.Flag("output.headers-file", "File of headers for remote write, one a line, as Name: value or name=value.").StringVar(&o.HeadersFile)
	c.Flag("label", "Label of the series, such as job=contactcenter; may be repeated. Series of recording rules have none.").StringsVar(&o.Labels)
	c.Flag("dry-run", "Only print how many requests, samples and bytes it takes.").BoolVar(&o.DryRun)
	number(c, "agents", "Agents that a dry run counts on; 0 for as many as the state knows.", "0", &o.Agents, strconv.Atoi, 0)
	c.Flag("resume", "Go on where the same command ended early.").BoolVar(&o.Resume)
}

func (l *commandLine) addSimulate(app *kingpin.Application) {
	c := l.runs(app.Command("simulate", "Simulate both vendors on a port, to try things out."), command.Simulate)
	c.Flag("listen", "Address of the simulated vendors.").Default("127.0.0.1:9926").StringVar(&l.options.SimulatorAddress)
	addModel(c, &l.options)
}

func (l *commandLine) addMetrics(app *kingpin.Application) {
	c := l.runs(app.Command("metrics", "Print the reference of all metrics."), command.Metrics)
	oneOf(c, "format", "Format of the reference", "markdown", &l.options.Format, "markdown", "json")
}

func (l *commandLine) addConfig(app *kingpin.Application) {
	c := app.Command("config", "Print the schema or the reference of the configuration file.")
	l.runs(c.Command("schema", "Print the JSON schema of the configuration file."), command.ConfigSchema)
	l.runs(c.Command("reference", "Print the reference of the configuration file in Markdown."), command.ConfigReference)
}

func (l *commandLine) addStateCommands(app *kingpin.Application) {
	c := app.Command("state", "Show or copy the stored state of accounts.")
	o := &l.options
	show := l.runs(c.Command("show", "Print the size and age of the state of each account and source. A directory must not be in use."), command.StateShow)
	show.Flag("state.dir", "Directory of the state.").Default("data/").StringVar(&o.StateDir)
	addStateURL(show, &o.Replica)
	move := l.runs(c.Command("copy", "Copy the state from a directory to a database, or back, while no process uses either."), command.StateCopy)
	move.Flag("from", "Directory, or URL of a PostgreSQL database.").Required().StringVar(&o.CopyFrom)
	move.Flag("to", "Directory or URL to copy to; it must not hold a state yet.").Required().StringVar(&o.CopyTo)
}
