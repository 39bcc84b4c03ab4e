package scrape

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// maxSpread is the time over which the first requests of an account's sources
	// are spread where no others ask at the same moment: after a reload, when a
	// vendor is back, and where the vendor is on this machine.
	maxSpread = 5 * time.Second
	// startTime is that after a start, when many exporters may have been started
	// together: no second gets more than a tenth of all requests.
	startTime = 30 * time.Second
	// minStart is the shortest of it, for sources that ask often.
	minStart = 15 * time.Second

	// firstBackOff is the pause after the first failure of a source that asks less
	// often than that.
	firstBackOff = 30 * time.Second
	// maxBackOff is the longest pause of a source that asks more often than that:
	// an outage that ends is over for the reader two minutes later.
	maxBackOff = 95 * time.Second
	// backOffJitter is the part of a pause that is added at random, of one of
	// maxBackOff at most: sources that failed together must not come back together.
	backOffJitter = 5
	// freshTries is how often a source asks, at least, until the data that it still
	// shows is too old.
	freshTries = 8
	// maxStatePause is the longest pause of a feed whose events cannot be written: the
	// disk is this machine's, so the vendor is not left alone for as long as after an
	// error of its own.
	maxStatePause = 10 * time.Second
	// A source that is forbidden stays so until a person changes it. It is asked
	// sooner once, for a gateway's mistake ends by itself.
	firstForbidden = 5 * time.Minute
	maxForbidden   = 30 * time.Minute
	// A feed that the vendor no longer has comes back with a new version, if at all.
	gonePause = time.Hour

	// minFeedPause keeps a feed that answers at once from spinning, and feedShare
	// is the part of what an account's limits allow that it takes: what comes
	// meanwhile fits into one page.
	minFeedPause = time.Second
	feedShare    = 0.25
)

// startSpread returns the longest wait before the first request of a source of
// an account whose requests are spread over a time.
func startSpread(c collector.Collector, spread time.Duration) time.Duration {
	if c.Feed {
		return spread
	}
	wait := min(spread, c.Config.Interval)
	if spread > maxSpread {
		wait = max(wait, minStart)
	}
	return wait
}

// firstWait returns the wait before the first request of a source, at random. What
// would fall into the time in which the limits allow no request is spread over the rest:
// otherwise many exporters that start together would all ask at its end.
func firstWait(c collector.Collector, ready, spread time.Duration) time.Duration {
	longest := startSpread(c, spread)
	if wait := rand.N(longest); wait >= ready {
		return wait
	}
	return ready + rand.N(max(longest-ready, maxSpread/2))
}

// firstSpread returns the time over which the first requests after a start are
// spread. A vendor on this machine, such as the simulator, has no other exporters: there
// the first page comes sooner.
func firstSpread(c config.Account) time.Duration {
	if c.Local() {
		return maxSpread
	}
	return startTime
}

// backOff returns the pause after a number of failures in a row. It doubles,
// and stays within eight intervals, so that figures that are wanted every
// second come back within seconds.
func backOff(c collector.Collector, o outcome, fresh bool) time.Duration {
	pause := steadyBackOff(c, o, fresh)
	return pause + rand.N(min(pause, maxBackOff)/backOffJitter+1)
}

func steadyBackOff(c collector.Collector, o outcome, fresh bool) time.Duration {
	every := c.Config.Interval
	if c.Feed {
		every = minFeedPause
	}
	switch {
	case gone(c, o.err):
		return max(every, gonePause)
	case o.class == api.Forbidden && o.failures == 1:
		return max(every, firstForbidden)
	case o.class == api.Forbidden:
		return max(every, maxForbidden)
	}
	longest := max(every, min(8*every, maxBackOff))
	switch {
	case c.Feed:
		longest = maxBackOff / 2
	case fresh:
		longest = min(longest, max(every, c.Config.MaxAge/freshTries))
	}
	return doubled(min(every, firstBackOff), o.failures, longest)
}

// gone reports whether the vendor no longer has a feed.
func gone(c collector.Collector, err error) bool {
	var status *api.StatusError
	return c.Feed && errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
}

// doubled returns first, doubled with each failure after the first one, and
// longest at most.
func doubled(first time.Duration, failures int, longest time.Duration) time.Duration {
	return min(first<<min(max(failures-1, 0), 20), longest)
}

// feedPace returns the time between two requests of a feed that always has
// something to tell.
func feedPace(l config.Limits) time.Duration {
	return max(minFeedPause, time.Duration(float64(time.Second)/(feedShare*l.RequestsPerSecond)))
}

// feedPause returns the pause before a feed asks again: none if there is more,
// or if the vendor held the request for as long as its pace.
func feedPause(more bool, took, pace time.Duration) time.Duration {
	if more {
		return 0
	}
	return max(0, pace-took)
}

// idlePoll is how often a feed asks that has nothing to tell: the vendor holds
// its long polls for so long.
const idlePoll = 10 * time.Second

// Pace returns the longest and the shortest time between two fetches of a source
// while all goes well: a feed asks the more often the more there is to tell.
func Pace(feed bool, interval time.Duration, l config.Limits) (longest, shortest time.Duration) {
	if feed {
		return max(idlePoll, feedPace(l)), feedPace(l)
	}
	return interval, interval
}
