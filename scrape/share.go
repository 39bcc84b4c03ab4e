package scrape

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// pastShare is the part of an account's requests that its past takes, and that an exporter
// which asks meanwhile keeps.
const pastShare = 2

// WatchShare is how often an exporter looks for a back-fill of its accounts.
const WatchShare = 2 * time.Second

// limits are those of an account.
func limits(c config.Account) vendorhttp.Limits {
	l := c.Limits
	return vendorhttp.Limits{
		RequestsPerSecond: l.RequestsPerSecond, Burst: l.Burst, MaxConcurrent: l.MaxConcurrent,
		Timeout: l.Timeout, MaxResponseBytes: l.MaxResponseBytes,
	}
}

// halved returns an account with its part of the requests while its past is filled in. A
// back-fill asks one after another: one less may be under way.
func halved(c config.Account) config.Account {
	c.Limits.RequestsPerSecond /= pastShare
	c.Limits.Burst = max(1, c.Limits.Burst/pastShare)
	c.Limits.MaxConcurrent = max(1, c.Limits.MaxConcurrent-1)
	return c
}

// pastLimiter returns what limits the requests for the past of an account, and a function
// that counts all of the account's requests as used until now.
func pastLimiter(c config.Account) (limiter *vendorhttp.Limiter, assumeUsed func()) {
	half := limits(halved(c))
	limiter = vendorhttp.NewLimiter(half)
	return limiter, func() {
		limiter.AssumeUsed(limits(c))
		limiter.SetLimits(half)
	}
}

// share limits the account to its part of the requests while its past is filled in, until
// ctx ends.
func (a *account) share(ctx context.Context, shared func(account string) bool) {
	ticker := time.NewTicker(WatchShare)
	defer ticker.Stop()
	for before := a.limit(shared); ; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if now := shared(a.config.Name); now != before {
			before = a.limit(shared)
		}
	}
}

// limit sets the limits of the account by whether its past is filled in.
func (a *account) limit(shared func(account string) bool) bool {
	if shared != nil && shared(a.config.Name) {
		a.limiter.SetLimits(limits(halved(a.config)))
		return true
	}
	a.limiter.SetLimits(limits(a.config))
	return false
}
