package scrape

import (
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// rosterClient returns the client that reads the roster of an account whose requests are
// sent as o says; nil without a URL. It has limits of its own: the vendor's are not for it,
// and what fails is asked for again when it is due.
func rosterClient(c config.Account, o vendorhttp.Options) *vendorhttp.Client {
	if !c.Roster.URL.Set() {
		return nil
	}
	o.Hosts.Named, o.Hosts.Allowed = []string{c.Roster.URL.Read()}, nil
	o.Limits.MaxResponseBytes = config.MaxRoster
	o.Limiter, o.NoRetry, o.Changed = vendorhttp.NewLimiter(o.Limits), true, nil
	return vendorhttp.New(o)
}

// rosterLog returns what logs when a roster can't be read for the first time, and when it
// can be again.
func rosterLog(logger log.Logger) func(error) {
	failing := false
	return func(err error) {
		switch {
		case err != nil && !failing:
			level.Warn(logger).Log("msg", "the roster cannot be read; the one before stays in use", "err", err)
		case err == nil && failing:
			level.Info(logger).Log("msg", "the roster can be read again")
		}
		failing = err != nil
	}
}
