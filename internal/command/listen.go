package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"
)

// listen serves on the addresses of flags until ctx ends. file is that of flags.
func listen(ctx context.Context, group *errgroup.Group, s *http.Server, flags *toolkit.FlagConfig, file *webFile) {
	// The toolkit logs an error for each request while its configuration file is wrong;
	// the file logs it once.
	toolkitLog := slog.New(slogHandler{log: file.log, onError: file.checkChange})
	group.Go(func() error {
		if err := toolkit.ListenAndServe(s, flags, toolkitLog); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("listen: %w", withoutValues(err))
		}
		return nil
	})
	group.Go(func() error { return shutdown(ctx, s) })
}

// eachAddress returns the flags of a server for each address: the toolkit would
// set up one server for all of them, while it is serving.
func eachAddress(flags *toolkit.FlagConfig) []*toolkit.FlagConfig {
	if *flags.WebSystemdSocket || len(*flags.WebListenAddresses) == 0 {
		return []*toolkit.FlagConfig{flags}
	}
	var each []*toolkit.FlagConfig
	for _, address := range *flags.WebListenAddresses {
		each = append(each, &toolkit.FlagConfig{
			WebListenAddresses: &[]string{address}, WebSystemdSocket: flags.WebSystemdSocket, WebConfigFile: flags.WebConfigFile,
		})
	}
	return each
}

// plain are the toolkit's flags for one address without TLS and authentication.
func plain(address string) *toolkit.FlagConfig {
	no, none := false, ""
	return &toolkit.FlagConfig{WebListenAddresses: &[]string{address}, WebSystemdSocket: &no, WebConfigFile: &none}
}

// serveDebug serves Go's profiler, to this machine only: it shows more of the
// process than other clients may see.
func (o Options) serveDebug(ctx context.Context, logger log.Logger) error {
	if !loopback(o.DebugAddress) {
		return fmt.Errorf("--debug.listen-address: %s is not a loopback address", o.DebugAddress)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s := server(mux, nil, logger)
	s.WriteTimeout = 0
	level.Info(logger).Log("msg", "profiler is on", "address", o.DebugAddress)
	group, ctx := errgroup.WithContext(ctx)
	listen(ctx, group, s, plain(o.DebugAddress), &webFile{log: logger})
	return group.Wait()
}
