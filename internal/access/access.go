// Package access makes of the configuration of an account what its requests are sent with,
// what its clients work with, and how its sources are counted: for live sources and their past.
package access

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// The longest pauses of the breaker, without and with a feed, end with what is added to them before those of the sources: the
// source that probed last can probe next.
const (
	maxBreak     = 80 * time.Second
	maxFeedBreak = 40 * time.Second
)

// Options is how requests of an account are sent.
func Options(c config.Account, limiter *vendorhttp.Limiter) vendorhttp.Options {
	o := vendorhttp.Options{
		Limits:       Limits(c),
		Limiter:      limiter,
		Hosts:        hosts(c),
		LongestBreak: longestBreak(c),
	}
	if c.ProxyURL.Set() {
		o.Proxy = c.ProxyURL.Read
	}
	return o
}

// hosts are those that an account may connect to.
func hosts(c config.Account) vendorhttp.Hosts {
	return vendorhttp.Hosts{
		Named:   c.Addresses(),
		Allowed: c.HostSuffixes(),
		Local:   c.AllowHTTP || len(c.CA) > 0,
		CA:      c.CA,
	}
}

// longestBreak bounds the pauses of an account's breaker by eight of its shortest
// intervals: a source polled every second must not go 90 s without data.
func longestBreak(c config.Account) time.Duration {
	longest := maxBreak
	for _, s := range c.Sources {
		if s.Interval == 0 { // a feed
			longest = min(longest, maxFeedBreak)
		} else {
			longest = min(longest, 8*s.Interval)
		}
	}
	return longest
}

// RosterClient returns the client that reads the roster of an account whose requests are
// sent as o says; nil without a URL. It has limits of its own: the vendor's are not for it,
// and what fails is asked for again when it is due.
func RosterClient(c config.Account, o vendorhttp.Options) *vendorhttp.Client {
	if !c.Roster.URL.Set() {
		return nil
	}
	o.Hosts.Named, o.Hosts.Allowed = []string{c.Roster.URL.Read()}, nil
	o.Limits.MaxResponseBytes = config.MaxRoster
	o.Limiter, o.NoRetry, o.Changed = vendorhttp.NewLimiter(o.Limits), true, nil
	return vendorhttp.New(o)
}

// Env is what the clients of an account work with.
func Env(c config.Account, client *vendorhttp.Client, identityKey []byte) collector.Env {
	return collector.Env{
		Account:   c,
		HTTP:      client.HTTP(),
		Identity:  collector.NewIdentity(c.Identity, identityKey),
		Pseudonym: collector.NewIdentity(config.Hash, identityKey),
		Renewed:   client.Renewed,
	}
}

// Check tries an account with real requests, within its limits, and stores nothing.
// A request that fails is not sent again: a person waits for the result.
func Check(ctx context.Context, v collector.Vendor, c config.Account) []collector.Finding {
	o := Options(c, vendorhttp.NewLimiter(Limits(c)))
	o.NoRetry = true
	client := vendorhttp.New(o)
	defer client.CloseIdleConnections()
	env := Env(c, client, []byte(c.IdentityKey.Read()))
	if roster := RosterClient(c, o); roster != nil {
		defer roster.CloseIdleConnections()
		env.RosterHTTP = roster.HTTP()
	}
	return collector.Check(ctx, v, env)
}

// Ledger is the name of the ledger of a source.
func Ledger(account, source string) string { return account + "/" + source }

// Counters is how a source is counted.
func Counters(c collector.Collector, account config.Account, key []byte) cumulative.Options {
	return cumulative.Options{
		Source: c.Name, Feed: c.Feed, Resumes: c.Feed || c.Follows,
		Descs: c.Descs, Dropped: c.Dropped, MaxSeries: c.Config.MaxSeries, MaxLabelValues: c.Config.MaxLabelValues,
		Identity:   identityOf(account.Identity, key),
		ResetGrace: c.Days.ResetGrace, Corrections: c.Days.Corrections,
	}
}

// identityOf tells the identities of accounts apart: by kind, and hashes by their
// key, which it doesn't give away.
func identityOf(kind config.Identity, key []byte) string {
	if kind != config.Hash {
		return string(kind)
	}
	return string(kind) + " " + collector.NewIdentity(kind, key)("which key it is", "")
}
