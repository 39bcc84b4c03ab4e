package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/command"
)

func addConfigFile(c *kingpin.CmdClause, o *command.Options) {
	c.Flag("config.file", "Configuration file.").Default("contactcenter.yml").StringVar(&o.ConfigFile)
}

func addLog(c *kingpin.CmdClause, o *command.Options) {
	oneOf(c, "log.level", "Lowest level of messages", "info", &o.LogLevel, "debug", "info", "warn", "error")
	oneOf(c, "log.format", "Format of messages", "logfmt", &o.LogFormat, "logfmt", "json")
}

// addWeb adds the flags of the HTTP server.
func addWeb(c *kingpin.CmdClause, o *command.Options) {
	flags := kingpinflag.AddFlags(c, ":9925")
	c.Action(func(*kingpin.ParseContext) error { o.Web = flags; return nil })
	c.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&o.MetricsPath)
	c.Flag("web.external-url", "URL where clients reach the pages, if a proxy or a path is in front of them, such as https://monitoring.example.com/contactcenter.").StringVar(&o.ExternalURL)
	c.Flag("web.health-listen-address", "Address of the health pages alone, without authentication; off by default.").StringVar(&o.HealthAddress)
	c.Flag("web.enable-lifecycle", "Allow POST /-/reload.").BoolVar(&o.Lifecycle)
	number(c, "web.max-requests", "Largest number of scrapes that are answered at the same time; 0 for no limit.", "40", &o.MaxRequests, strconv.Atoi, 0)
	c.Flag("web.created-timestamps", "Add a _created line with the start time of each counter and histogram to OpenMetrics text; protobuf has start times always.").BoolVar(&o.CreatedTimestamps)
	c.Flag("debug.listen-address", "Loopback address of the Go profiler; off by default.").StringVar(&o.DebugAddress)
}

// addState adds the flags of the state directory.
func addState(c *kingpin.CmdClause, o *command.Options) {
	c.Flag("state.dir", "Directory of the state: counters and cursors, which survive restarts.").Default("data/").StringVar(&o.StateDir)
	number(c, "state.prune-after", "Forget a counter that has not grown for this long, such as that of an agent who left, and everything of an account or source that has not been configured for as long; 0s keeps all.",
		"720h", &o.PruneAfter, time.ParseDuration, 0)
}

// addStateURL adds the flags of the database that replicas share.
func addStateURL(c *kingpin.CmdClause, r *command.Replica) {
	c.Flag("state.url", "URL of a PostgreSQL database, such as postgres://user@host/database, which holds the state of several replicas instead of --state.dir.").StringVar(&r.StateURL)
	c.Flag("state.url-file", "File with the URL of --state.url, read for each connection.").StringVar(&r.StateURLFile)
}

// addReplica adds the flags of several replicas on one database.
func addReplica(c *kingpin.CmdClause, o *command.Options) {
	r := &o.Replica
	addStateURL(c, r)
	c.Flag("replica.name", "Name of this replica, different for each; the host's name by default.").StringVar(&r.Name)
	c.Flag("replica.advertise-url", "URL where the other replicas reach this one, such as http://10.0.0.7:9925; without it they cannot show its accounts.").StringVar(&r.AdvertiseURL)
	number(c, "replica.lease-ttl", "How long an account stays with a replica that is gone; at least 1s.", "10s", &r.LeaseTTL, time.ParseDuration, time.Second)
	c.Flag("replica.token-file", "File with a token that all replicas share and authenticate each other with.").StringVar(&r.TokenFile)
	c.Flag("replica.ca-file", "File with the certificate authority of the other replicas, instead of the system's.").StringVar(&r.CAFile)
	c.Flag("replica.cert-file", "File with the certificate for other replicas that ask for one; read for each connection.").StringVar(&r.CertFile)
	c.Flag("replica.key-file", "File with the key of --replica.cert-file.").StringVar(&r.KeyFile)
}

// addModel adds the flags of the simulated contact centre.
func addModel(c *kingpin.CmdClause, o *command.Options) {
	number(c, "seed", "Seed of the simulated contact centre.", "1", &o.Seed, parseInt64, math.MinInt64)
	number(c, "agents", "Agents of each vendor.", "60", &o.Agents, strconv.Atoi, 1)
	number(c, "speed", "How much faster than real time the contact centre runs.", "1", &o.Speed, parseSpeed, math.SmallestNonzeroFloat64)
	c.Flag("history", "How far LivePerson's status changes go back, at most 4400h; 0s for as long as the contact centre has run.").Default("0s").SetValue(&checked{flag: "history", want: "a duration of at most 4400h, such as 720h or 0s", set: func(s string) bool {
		d, err := time.ParseDuration(s)
		o.History = d
		return err == nil && d >= 0 && d <= maxHistory
	}})
	c.Flag("faults", "File of faults to inject.").StringVar(&o.FaultsFile)
}

func parseInt64(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func parseUint(s string) (uint, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint(n), err
}

const (
	// maxSpeed is a day in a second.
	maxSpeed = 86400
	// maxHistory is the six months for which LivePerson keeps status changes.
	maxHistory = 4400 * time.Hour
)

func parseSpeed(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > maxSpeed || math.IsNaN(f) {
		return 0, strconv.ErrRange
	}
	return f, nil
}

// checked is the value of a flag that takes not every text.
type checked struct {
	flag, want, text string
	set              func(string) bool
}

// Set implements kingpin.Value.
func (v *checked) Set(s string) error {
	if !v.set(s) {
		return fmt.Errorf("--%s must be %s, not %q", v.flag, v.want, s)
	}
	v.text = s
	return nil
}

// String implements kingpin.Value.
func (v *checked) String() string { return v.text }

// number adds a flag of a number that is at least least.
func number[T int | int64 | uint | float64 | time.Duration](c *kingpin.CmdClause, name, help, initial string, to *T, parse func(string) (T, error), least T) {
	c.Flag(name, help).Default(initial).SetValue(&checked{flag: name, want: wanted(least), set: func(s string) bool {
		n, err := parse(s)
		if err != nil || n < least {
			return false
		}
		*to = n
		return true
	}})
}

// wanted says which values a flag takes.
func wanted(least any) string {
	switch least := least.(type) {
	case time.Duration:
		if least > 0 {
			return "a duration of at least " + least.String()
		}
		return "a duration such as 720h or 0s"
	case float64:
		return fmt.Sprintf("a number above 0, at most %d", maxSpeed)
	case int64:
		return "a whole number"
	default:
		return fmt.Sprintf("a whole number of at least %d", least)
	}
}

// oneOf adds a flag of one of several words.
func oneOf(c *kingpin.CmdClause, name, help, initial string, to *string, words ...string) {
	list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	c.Flag(name, help+": "+list+".").Default(initial).HintOptions(words...).SetValue(&checked{flag: name, want: list, set: func(s string) bool {
		*to = s
		return slices.Contains(words, s)
	}})
}
