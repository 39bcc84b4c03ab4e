package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"
	"golang.org/x/sync/errgroup"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
)

// Serve serves the metrics of the accounts of the configuration file until ctx
// ends.
func Serve(ctx context.Context, o Options) error {
	if o.ConfigCheck {
		o.Offline = true
		return Check(ctx, o)
	}
	if err := errors.Join(o.checkURLs(), o.Replica.check()); err != nil {
		return err
	}
	logger := o.logger()
	load := func() (*config.Config, error) { return config.Load(o.ConfigFile, o.configs()) }
	options := o.State
	options.Log = stateLog(logger)
	if _, err := load(); err != nil { // before a directory is made for nothing
		return fmt.Errorf("configuration: %w", err)
	}
	if o.Replica.enabled() {
		return o.serveReplica(ctx, logger, load)
	}
	return endInTime(ctx, func() error {
		store, err := state.Open(o.StateDir, options)
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		return errors.Join(o.serve(ctx, logger, store, load), store.Close())
	})
}

// endTime is how long Serve takes to end at most.
const endTime = 4 * time.Second

// endInTime runs serve, which ends when ctx does. If it has not ended endTime later, as
// when a write to the disk hangs, it is left behind: the process ends anyway, and what
// was not committed was not shown.
func endInTime(ctx context.Context, serve func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- serve() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(endTime):
		return fmt.Errorf("not everything ended within %s, such as a write to the state directory: all that was shown is stored", endTime)
	}
}

func (o Options) checkURLs() error {
	if err := web.CheckPath(o.MetricsPath); err != nil {
		return fmt.Errorf("--web.telemetry-path: %w", err)
	}
	if _, err := web.ParseExternalURL(o.ExternalURL); err != nil {
		return fmt.Errorf("--web.external-url: %w", err)
	}
	return nil
}

// serve runs everything that serves, until ctx ends or something fails.
func (o Options) serve(ctx context.Context, logger log.Logger, store *state.Store, load func() (*config.Config, error)) error {
	return o.run(ctx, o.newExporter(store, load, logger), logger)
}

// run serves x until ctx ends or something fails.
func (o Options) run(ctx context.Context, x *exporter, logger log.Logger) error {
	if err := x.reload(); err != nil {
		return errors.Join(err, x.stop())
	}
	level.Info(logger).Log("msg", "starting", "version", version.Info(), "accounts", len(x.current().Accounts))
	group, ctx := errgroup.WithContext(ctx)
	o.serveWeb(ctx, group, x, logger)
	group.Go(func() error { x.watchSignals(ctx, o.Reload); return nil })
	group.Go(func() error { // the page is made ahead of the scrapes
		every(ctx, page.RefreshInterval, x.page.Refresh)
		return nil
	})
	if x.group != nil {
		group.Go(func() error { x.group.Run(ctx); return nil })
	}
	if o.AutoReload {
		group.Go(func() error { x.watchFiles(ctx); return nil })
	}
	group.Go(func() error { <-ctx.Done(); return x.stop() })
	return group.Wait()
}

// serveWeb starts every listener that the flags ask for.
func (o Options) serveWeb(ctx context.Context, group *errgroup.Group, x *exporter, logger log.Logger) {
	pages := o.pages(x)
	file := &webFile{path: *o.Web.WebConfigFile, log: logger}
	for _, flags := range eachAddress(o.Web) {
		listen(ctx, group, server(file.before(web.Handler(pages)), o.ofReplica(), logger), flags, file)
	}
	if file.path != "" {
		group.Go(func() error { file.watch(ctx); return nil })
	}
	if o.HealthAddress != "" {
		listen(ctx, group, server(web.Health(pages), nil, logger), plain(o.HealthAddress), &webFile{log: logger})
	}
	if o.DebugAddress != "" {
		group.Go(func() error { return o.serveDebug(ctx, logger) })
	}
}

func (o Options) pages(x *exporter) web.Options {
	external, _ := web.ParseExternalURL(o.ExternalURL) // see checkURLs
	pages := web.Options{
		ExternalURL: external,
		MetricsPath: o.MetricsPath,
		Metrics:     x.page,
		MaxRequests: o.MaxRequests,
		Status:      x.manager.Status,
		Tried:       x.manager.Tried,
		Wait:        x.manager.Wait,
		Troubles:    x.troubles,
		Config:      func() []byte { return x.current().Redacted() },
		Version:     version.Version,
	}
	if x.group != nil {
		pages.Replicas = x.replicas(o.Replica)
	}
	if o.Lifecycle {
		pages.Reload = x.reloadAndLog
	}
	return pages
}

// ownRegistry has the metrics of the process by client_golang.
func ownRegistry() prometheus.Gatherer {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
