package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
)

var update = flag.Bool("update", false, "write the files that are made from the code")

// docs/command-line.md is what the code makes.
func TestCommandLineReference(t *testing.T) {
	const path = "docs/command-line.md"
	want := commandLineReference((&commandLine{}).app().Model())
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what the code makes: run make docs", path)
	}
}

func commandLineReference(app *kingpin.ApplicationModel) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Command line\n\n%s\nMade from the program by `make docs`.\n\n", app.Help+"\n")
	b.WriteString("A command has the flags that stand below it and no others, beside `--help` and `--version`. Without a command it is `serve`.\n")
	b.WriteString("The exit status is 0 after success, or after SIGTERM for a command that serves, and 1 after an error.\n")
	for _, c := range app.FlattenedCommands() {
		if c.Name == "help" {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", c.FullCommand, c.Help)
		if len(c.Flags) == 0 {
			continue
		}
		b.WriteString("\n| flag | default | meaning |\n|---|---|---|\n")
		for _, f := range c.Flags {
			fmt.Fprintf(&b, "| `--%s` | %s | %s |\n", f.Name, initial(f), f.Help)
		}
	}
	return b.Bytes()
}

// initial returns the default of a flag, for the reference.
func initial(f *kingpin.FlagModel) string {
	text := strings.Join(f.Default, ", ")
	switch {
	case f.IsBoolFlag():
		return "off"
	case text == "":
		return ""
	}
	return "`" + text + "`"
}

// Every flag of a value without a meaning is an error that names the flag, what it
// takes and what was given.
func TestValuesOfFlagsWithoutAMeaning(t *testing.T) {
	for args, want := range map[string]string{
		"plan --agents=-5":           `--agents must be a whole number of at least 1, not "-5"`,
		"plan --agents=0":            `--agents must be a whole number of at least 1, not "0"`,
		"plan --services=-1":         `--services must be a whole number of at least 1, not "-1"`,
		"plan --agents=1.5":          `--agents must be a whole number of at least 1, not "1.5"`,
		"plan --agents=99999999999":  `--agents must be a whole number of at least 1, not "99999999999"`,
		"simulate --speed=0":         `--speed must be a number above 0, at most 86400, not "0"`,
		"simulate --speed=-1":        `--speed must be a number above 0, at most 86400, not "-1"`,
		"simulate --history=4401h":   `--history must be a duration of at most 4400h, such as 720h or 0s, not "4401h"`,
		"demo --history=-1h":         `--history must be a duration of at most 4400h, such as 720h or 0s, not "-1h"`,
		"simulate --speed=NaN":       `--speed must be a number above 0, at most 86400, not "NaN"`,
		"simulate --speed=Inf":       `--speed must be a number above 0, at most 86400, not "Inf"`,
		"demo --speed=fast":          `--speed must be a number above 0, at most 86400, not "fast"`,
		"demo --agents=0":            `--agents must be a whole number of at least 1, not "0"`,
		"simulate --agents=-1":       `--agents must be a whole number of at least 1, not "-1"`,
		"simulate --seed=x":          `--seed must be a whole number, not "x"`,
		"--web.max-requests=-1":      `--web.max-requests must be a whole number of at least 0, not "-1"`,
		"serve --web.max-requests=":  `--web.max-requests must be a whole number of at least 0, not ""`,
		"--state.prune-after=-1h":    `--state.prune-after must be a duration such as 720h or 0s, not "-1h"`,
		"--state.prune-after=30":     `--state.prune-after must be a duration such as 720h or 0s, not "30"`,
		"--log.level=loud":           `--log.level must be debug, info, warn or error, not "loud"`,
		"check --log.format=xml":     `--log.format must be logfmt or json, not "xml"`,
		"check --output=xml":         `--output must be text or json, not "xml"`,
		"metrics --format=yaml":      `--format must be markdown or json, not "yaml"`,
		"check --state.dir=x":        `unknown long flag '--state.dir'`,
		"plan --web.config.file=x":   `unknown long flag '--web.config.file'`,
		"demo --config.file=x":       `unknown long flag '--config.file'`,
		"config schema --agents=1":   `unknown long flag '--agents'`,
		"config":                     `must select a subcommand of 'config'`,
		"--config.file=x unknown":    `unexpected unknown`,
		"--agents=5 --speed=0 plan":  `unknown long flag '--agents'`,
		"serve --config.file=x plan": `unexpected plan`,
	} {
		if _, err := parse(strings.Fields(args)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}

func TestCommandLines(t *testing.T) {
	for args, want := range map[string]struct {
		run   runFunc
		check func(o command.Options) bool
	}{
		"": {command.Serve, func(o command.Options) bool {
			return o.ConfigFile == "contactcenter.yml" && o.StateDir == "data/" && o.MaxRequests == 40 && o.PruneAfter == 720*time.Hour &&
				o.LogLevel == "info" && fmt.Sprint(*o.Web.WebListenAddresses) == "[:9925]"
		}},
		"--config.file=x": {command.Serve, func(o command.Options) bool { return o.ConfigFile == "x" }},
		"--config.file x --web.listen-address=:1 --web.listen-address=:2": {command.Serve, func(o command.Options) bool {
			return o.ConfigFile == "x" && fmt.Sprint(*o.Web.WebListenAddresses) == "[:1 :2]"
		}},
		"serve --config.file=x": {command.Serve, func(o command.Options) bool { return o.ConfigFile == "x" }},
		"demo --web.listen-address=:1 --speed=0.5": {command.Demo, func(o command.Options) bool {
			return o.ConfigFile == "" && o.Speed == 0.5 && fmt.Sprint(*o.Web.WebListenAddresses) == "[:1]"
		}},
		"check --config.file=x":           {command.Check, func(o command.Options) bool { return o.ConfigFile == "x" && o.Output == "text" && o.Web == nil }},
		"--config.file=x check --offline": {command.Check, func(o command.Options) bool { return o.ConfigFile == "x" && o.Offline }},
		"--config.file check":             {command.Serve, func(o command.Options) bool { return o.ConfigFile == "check" }},
		"--config.file plan plan":         {command.Plan, func(o command.Options) bool { return o.ConfigFile == "plan" }},
		"plan":                            {command.Plan, func(o command.Options) bool { return o.PlanAgents == 100 && o.PlanServices == 10 }},
		"simulate --seed=-1":              {command.Simulate, func(o command.Options) bool { return o.Seed == -1 && o.Agents == 60 }},
		"metrics":                         {command.Metrics, func(o command.Options) bool { return o.Format == "markdown" }},
		"config schema":                   {command.ConfigSchema, func(command.Options) bool { return true }},
		"config reference":                {command.ConfigReference, func(command.Options) bool { return true }},
	} {
		got, err := parse(strings.Fields(args))
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		if reflect.ValueOf(got.run).Pointer() != reflect.ValueOf(want.run).Pointer() || !want.check(got.options) {
			t.Errorf("%s: %+v", args, got.options)
		}
	}
}

func TestLabelsOfABackfill(t *testing.T) {
	p, err := parse([]string{"backfill", "--account=shop", "--output=openmetrics:x", "--label=job=cc", "--label", "instance=a:1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.options.Backfill.Labels; !slices.Equal(got, []string{"job=cc", "instance=a:1"}) {
		t.Errorf("%v", got)
	}
}
