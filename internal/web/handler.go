// Package web is the exporter's own HTTP server: the landing page, health,
// reload, the configuration in use and service discovery. It knows no vendor.
package web

import (
	"context"
	"net/http"
	"net/url"
	"path"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Options are what the pages show and do.
type Options struct {
	// MetricsPath is where Metrics is served.
	MetricsPath string
	Metrics     http.Handler
	// ExternalURL is where clients reach the pages, without a slash at its end; nil
	// where that is where they are served.
	ExternalURL *url.URL
	// MaxRequests bounds the scrapes for which an answer is made at once; 0 means
	// no bound.
	MaxRequests int
	// Status is how the accounts are doing.
	Status func() []scrape.Status
	// Tried is whether the first fetch of every source has ended; Wait waits for
	// that.
	Tried func() bool
	Wait  func(context.Context) error
	// Troubles are what is wrong with the exporter as a whole; may be nil.
	Troubles func() []string
	// Config is the configuration in use, without secrets.
	Config func() []byte
	// Reload reads the configuration again; nil where HTTP must not reload.
	Reload func() error
	// Replicas are the other processes that share the accounts; nil if there are none.
	Replicas *Replicas
	// Version is shown on the landing page.
	Version string
}

// Handler serves every page.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", landing(o))
	mux.Handle("GET "+o.MetricsPath, metrics(o))
	mux.HandleFunc("GET /config", o.config)
	mux.HandleFunc("GET /sd", o.discovery)
	if o.Reload != nil {
		mux.Handle("POST /-/reload", http.NewCrossOriginProtection().Handler(http.HandlerFunc(o.reload)))
	}
	addHealth(mux, o)
	if o.ExternalURL != nil {
		return withPrefix(o.ExternalURL.Path, secured(mux))
	}
	return secured(mux)
}

// Health serves the health pages alone, for a listener without authentication.
func Health(o Options) http.Handler {
	mux := http.NewServeMux()
	addHealth(mux, o)
	return secured(mux)
}

func addHealth(mux *http.ServeMux, o Options) {
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		text(w, http.StatusOK, "healthy\n")
	})
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !o.Tried() {
			text(w, http.StatusServiceUnavailable, "not ready: the first fetch of some source has not ended\n")
			return
		}
		text(w, http.StatusOK, "ready\n")
	})
}

func (o Options) config(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	_, _ = w.Write(o.Config())
}

func (o Options) reload(w http.ResponseWriter, _ *http.Request) {
	if err := o.Reload(); err != nil {
		text(w, http.StatusInternalServerError, "reload failed; still running the previous configuration:\n"+err.Error()+"\n")
		return
	}
	text(w, http.StatusOK, "reloaded\n")
}

// secured adds what keeps a browser from doing more with a page than show it. A
// path that isn't written as it should be is unknown, rather than redirected.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if r.URL.Path != path.Clean(r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func text(w http.ResponseWriter, code int, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(s))
}
