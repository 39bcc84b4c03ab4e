package access

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

// pastShare is the part of an account's requests that its past takes, and that an exporter
// which asks meanwhile keeps.
const pastShare = 2

// Limits are those of an account.
func Limits(c config.Account) vendorhttp.Limits {
	l := c.Limits
	return vendorhttp.Limits{
		RequestsPerSecond: l.RequestsPerSecond, Burst: l.Burst, MaxConcurrent: l.MaxConcurrent,
		Timeout: l.Timeout, MaxResponseBytes: l.MaxResponseBytes,
	}
}

// Halved returns an account with its part of the requests while its past is filled in. A
// back-fill asks one after another: one less may be under way.
func Halved(c config.Account) config.Account {
	c.Limits.RequestsPerSecond /= pastShare
	c.Limits.Burst = max(1, c.Limits.Burst/pastShare)
	c.Limits.MaxConcurrent = max(1, c.Limits.MaxConcurrent-1)
	return c
}

// PastLimiter returns what limits the requests for the past of an account, and a function
// that counts all of the account's requests as used until now.
func PastLimiter(c config.Account) (limiter *vendorhttp.Limiter, assumeUsed func()) {
	half := Limits(Halved(c))
	limiter = vendorhttp.NewLimiter(half)
	return limiter, func() {
		limiter.AssumeUsed(Limits(c))
		limiter.SetLimits(half)
	}
}
