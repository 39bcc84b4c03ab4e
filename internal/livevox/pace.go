package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// pace says when the next login may be tried. Repeated failures lock an account
// at the vendor, so that they come at growing distances and at most five times
// in a quarter of an hour; a vendor that is merely down is asked more steadily,
// within the same bound. The zero value has seen no login.
type pace struct {
	failures []time.Time // the newest five at most
	row      int         // failures since the last success
	next     time.Time   // no login before
	err      error       // the last failure
	barren   []time.Time // logins that replaced a session which never worked
}

const (
	paceWindow   = 15 * time.Minute
	paceFailures = 5
	paceBarren   = 3
	paceAtLeast  = 5 * time.Second
)

// blocked returns the error that stands for a login that must not be tried now.
// barren says that the session to be replaced never worked: the vendor accepts
// the login and nothing else, which another login won't change.
func (p *pace) blocked(barren bool) error {
	now := time.Now()
	if now.Before(p.next) {
		if p.err != nil {
			return p.err
		}
		return api.Auth.Errorf("login: the last one was abandoned; tried again in a few seconds")
	}
	if !barren {
		return nil
	}
	p.barren = newer(p.barren, now)
	if len(p.barren) >= paceBarren-1 {
		return api.Auth.Errorf("login: succeeds, but the session is refused by every call; is base_url the environment of this account?")
	}
	p.barren = append(p.barren, now)
	return nil
}

// done takes the outcome of a login.
func (p *pace) done(err error) {
	now := time.Now()
	p.err = err
	if err == nil {
		p.row, p.next = 0, time.Time{}
		return
	}
	p.row++
	p.next = now.Add(pause(api.ClassOf(err), p.row))
	p.failures = append(newer(p.failures, now), now)
	if n := len(p.failures); n >= paceFailures {
		if free := p.failures[n-paceFailures].Add(paceWindow); free.After(p.next) {
			p.next = free
		}
	}
}

// abandoned notes a login that its caller gave up: nothing is known of it but
// that the next one must not follow at once.
func (p *pace) abandoned() { p.next = time.Now().Add(paceAtLeast) }

// pause is how long to wait after the nth failure in a row.
func pause(class api.Class, n int) time.Duration {
	steps := []time.Duration{paceAtLeast, 30 * time.Second, 2 * time.Minute, 225 * time.Second}
	if class == api.Auth {
		steps = []time.Duration{paceAtLeast, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	}
	return steps[min(n, len(steps))-1]
}

// newer drops the times that have left the window.
func newer(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= paceWindow {
		times = times[1:]
	}
	return times
}
