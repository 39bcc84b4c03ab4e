package command

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/otlp"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/replica"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// The metrics of the exporter as a whole.
var (
	buildInfo = metric.Gauge.Desc("contactcenter_exporter_build_info", "",
		"1, labelled with the version of the exporter, the revision of its source and the version of Go.", "version", "revision", "goversion")
	reloadSuccessful = metric.Gauge.Desc("contactcenter_exporter_config_last_reload_successful", "",
		"1 if the newest attempt to read the configuration succeeded, else 0.")
	reloadTime = metric.Gauge.Desc("contactcenter_exporter_config_last_reload_success_timestamp_seconds", "s",
		"Unix time in seconds at which the configuration was last read with success.")
	stateWritable = metric.Gauge.Desc("contactcenter_exporter_state_writable", "",
		"1 while counters and cursors can be written to the state directory or the database, else 0: then feeds stop consuming until they can.")
	stateBytes = metric.Gauge.Desc("contactcenter_exporter_state_size_bytes", "By",
		"Size in bytes of the file, or of the database's table, that counters and cursors are kept in.")
)

// exporterDescs are the metrics of the exporter as a whole.
func exporterDescs() []*metric.Desc {
	return slices.Concat([]*metric.Desc{buildInfo, reloadSuccessful, reloadTime, stateWritable, stateBytes}, replica.Descs(), otlp.Descs())
}

// keeper is where counters and cursors are kept.
type keeper interface {
	Writable() bool
	Size() int64
}

// exporter joins the configuration and everything that it configures. Every reload, whatever
// asked for it, goes through one place.
type exporter struct {
	manager *scrape.Manager
	keeper  keeper
	group   *replica.Group // nil with a directory
	push    *pusher
	streams *streams // nil with a directory
	page    *page.Page
	load    func() (*config.Config, error)
	log     log.Logger

	reloading sync.Mutex

	mu     sync.Mutex
	config *config.Config
	failed error // of the newest attempt to read the configuration
	read   time.Time
	last   metric.Batch // of the exporter's own metrics
}

// newExporter returns an exporter with a store. It does nothing before reload.
func (o Options) newExporter(store *state.Store, load func() (*config.Config, error), logger log.Logger) *exporter {
	x := &exporter{keeper: store, load: load, log: logger, config: &config.Config{}}
	o.join(x, instanceID(store.Key()), x.gather, func(to *scrape.Options) { to.Store, to.Shared = store, sharedIn(o.StateDir) })
	return x
}

// join creates the push, the manager and the page of x. pushed returns what is pushed, with id as
// the instance.
func (o Options) join(x *exporter, id string, pushed func() []metric.Batch, kept func(*scrape.Options)) {
	x.push = &pusher{env: o.Env, gather: pushed, id: id, log: x.log}
	m := scrape.Options{Vendors: o.Vendors, Log: x.log, PruneAfter: o.PruneAfter, SeriesLimit: seriesLimit(), TraceFetch: x.push.traceFetch}
	kept(&m)
	x.manager = scrape.New(m)
	x.page = page.New(x.gather, page.Options{Own: ownRegistry(), CreatedTimestamps: o.CreatedTimestamps})
}

// stop ends everything that reload started.
func (x *exporter) stop() error {
	err := x.manager.Stop()
	x.streams.stop()
	x.push.stop()
	return err
}

// reload reads the configuration and applies it, wholly or not at all.
func (x *exporter) reload() error {
	x.reloading.Lock()
	defer x.reloading.Unlock()
	c, err := x.load()
	if err == nil {
		err = x.apply(c)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.failed = err; err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	x.config, x.read = c, time.Now()
	return nil
}

// apply makes c the configuration of the push and of all accounts, or of none of them.
func (x *exporter) apply(c *config.Config) error {
	commit, cancel, err := x.push.prepare(c.OTLP)
	if err != nil {
		return err
	}
	if err := x.applyAccounts(c); err != nil {
		cancel()
		return err
	}
	commit()
	for _, w := range c.Warnings() {
		level.Warn(x.log).Log("msg", "configuration is probably wrong", "warning", w)
	}
	x.warnOfNames(c)
	return nil
}

// reloadAndLog reloads while the exporter runs, and logs the result.
func (x *exporter) reloadAndLog() error {
	err := x.reload()
	if err != nil {
		level.Error(x.log).Log("msg", "reload failed; still running the previous configuration", "err", err)
		return err
	}
	level.Info(x.log).Log("msg", "configuration reloaded")
	return nil
}

func (x *exporter) current() *config.Config {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.config
}

// differs reports whether c is another configuration than the one in use, or the
// one in use after one that failed.
func (x *exporter) differs(c *config.Config) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.failed != nil || !reflect.DeepEqual(c, x.config)
}

// watchSignals reloads when signals receives, until ctx ends.
func (x *exporter) watchSignals(ctx context.Context, signals <-chan os.Signal) {
	for {
		select {
		case <-signals:
			_ = x.reloadAndLog()
		case <-ctx.Done():
			return
		}
	}
}

// watchEvery is how soon a changed file is noticed.
const watchEvery = 5 * time.Second

// watchFiles reloads when the configuration or a file that it names has changed, until
// ctx ends. A wrong configuration is tried once; one that is again as it was before the
// wrong one ends the failure.
func (x *exporter) watchFiles(ctx context.Context) {
	var tried string
	every(ctx, watchEvery, func() {
		c, err := x.load()
		switch {
		case err != nil && err.Error() != tried:
			tried = err.Error()
			_ = x.reloadAndLog()
		case err == nil && x.differs(c):
			tried = ""
			_ = x.reloadAndLog()
		}
	})
}

// every calls do once in each interval until ctx ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-ctx.Done():
			return
		}
	}
}

// gather returns everything that is shown: of the accounts and of the exporter.
func (x *exporter) gather() []metric.Batch {
	return append(x.manager.Gather(), x.own())
}

// own returns what concerns the exporter as a whole, as it was while it is the
// same.
func (x *exporter) own() metric.Batch {
	samples := append(make([]metric.Sample, 0, 16), // all at once
		stateWritable.Of(metric.Truth(x.keeper.Writable())),
		stateBytes.Of(float64(x.keeper.Size())),
	)
	if x.group != nil {
		samples = append(samples, x.group.Samples()...)
	}
	samples = append(samples, x.push.push().Samples()...)
	x.mu.Lock()
	defer x.mu.Unlock()
	samples = append(samples,
		buildInfo.Of(1, version.Version, version.GetRevision(), runtime.Version()),
		reloadSuccessful.Of(metric.Truth(x.failed == nil)),
	)
	samples = metric.AppendTime(samples, reloadTime, x.read)
	same := slices.EqualFunc(samples, x.last.Samples, func(a, b metric.Sample) bool {
		return a.Desc == b.Desc && a.Value == b.Value && (a.Histogram == nil || a.Histogram.Count == b.Histogram.Count)
	})
	if !same {
		x.last = metric.Batch{Generation: x.last.Generation + 1, Samples: samples}
	}
	return x.last
}

// stateLog lets the store log without knowing go-kit.
func stateLog(logger log.Logger) func(msg string, keyvals ...any) {
	return func(msg string, keyvals ...any) {
		level.Warn(logger).Log(append([]any{"msg", msg}, keyvals...)...)
	}
}
