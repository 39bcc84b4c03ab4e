package liveperson

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// setback is a failed login: until its pause is over nobody logs in, so that no
// account is locked and no vendor is stormed. The zero value is over.
type setback struct {
	err    error
	until  time.Time
	since  time.Time
	secret string
	times  int
}

// minPause is the least time between two logins of which the first one failed.
const minPause = 5 * time.Second

// refusedPauses follow logins that were refused, unansweredPauses those that
// nobody answered or that the vendor failed; the last one repeats. Refused
// credentials are tried at most five times in any fifteen minutes.
var (
	refusedPauses    = [...]time.Duration{minPause, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}
	unansweredPauses = [...]time.Duration{minPause, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute}
)

// next returns the setback after one more failure.
func (s setback) next(now time.Time, secret string, err error) setback {
	pauses := unansweredPauses
	if refused(err) {
		pauses = refusedPauses
	}
	pause := pauses[min(s.times, len(pauses)-1)]
	return setback{err: err, since: now, until: now.Add(pause), secret: secret, times: s.times + 1}
}

// over reports whether a login may be tried: after the pause, or sooner with
// another secret than the one that failed.
func (s setback) over(now time.Time, secret func() string) bool {
	if s.err == nil || !now.Before(s.until) {
		return true
	}
	return now.Sub(s.since) >= minPause && secret() != s.secret
}

// refused reports whether the vendor refused the credentials, rather than
// failing itself or asking for patience.
func refused(err error) bool {
	status := statusOf(err)
	return status != nil && (status.Class() == api.Auth || status.Class() == api.Forbidden || status.Class() == api.ClientError)
}
