package scrape

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
)

// WatchShare is how often an exporter looks for a back-fill of its accounts.
const WatchShare = 2 * time.Second

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
		a.limiter.SetLimits(access.Limits(access.Halved(a.config)))
		return true
	}
	a.limiter.SetLimits(access.Limits(a.config))
	return false
}
