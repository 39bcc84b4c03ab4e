// Package command holds what each command of the program does. It takes its
// options as values: flags are main's business.
package command

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Options are the values of all flags.
type Options struct {
	Out io.Writer           // of what a command prints
	Env func(string) string // of the standard OTEL_ variables

	Vendors []collector.Vendor // that accounts may be of

	// Reload receives when the configuration is to be read again; it may be nil.
	Reload <-chan os.Signal

	ConfigFile  string
	ConfigCheck bool
	AutoReload  bool

	Web           *toolkit.FlagConfig
	MetricsPath   string
	ExternalURL   string
	HealthAddress string
	DebugAddress  string
	Lifecycle     bool
	MaxRequests   int
	// CreatedTimestamps adds _created samples to OpenMetrics.
	CreatedTimestamps bool
	StateDir          string
	PruneAfter        time.Duration
	Replica           Replica
	State             state.Options // the zero value but where failures are tried out

	// CopyFrom and CopyTo are directories or URLs of databases.
	CopyFrom, CopyTo string

	LogLevel  string
	LogFormat string

	Offline bool
	Output  string
	Format  string

	Backfill BackfillOptions
	// Transport, if not nil, carries the requests of a back-fill in place of real connections.
	Transport http.RoundTripper

	PlanAgents   uint
	PlanServices uint

	SimulatorAddress string
	Seed             int64
	Agents           int
	Speed            float64
	History          time.Duration
	FaultsFile       string
}

// ErrReported is the error of a command that has already said what is wrong.
var ErrReported = errors.New("failed")

// configs returns what can be configured of the vendors.
func (o Options) configs() []config.Vendor {
	configs := collector.Configs(o.Vendors)
	for i := range configs {
		for _, d := range slices.Concat(exporterDescs(), scrape.Descs(), collector.AccountDescs(o.Vendors)) {
			configs[i].Always = append(configs[i].Always, d.Name)
		}
	}
	return configs
}
