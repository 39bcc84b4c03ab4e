package scrape

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// maxSpread is the time over which the first requests of an account's sources
	// are spread, so that many exporters started together are no herd.
	maxSpread = 5 * time.Second

	// firstBackOff is the pause after the first failure of a source that asks less
	// often than that.
	firstBackOff = 30 * time.Second
	// maxBackOff is the longest pause of a source that asks more often than that:
	// an outage that ends is over for the reader two minutes later.
	maxBackOff = 2 * time.Minute
	// A source that is forbidden stays so until a person changes it.
	firstForbidden = 5 * time.Minute
	maxForbidden   = 30 * time.Minute

	// minFeedPause keeps a feed that answers at once and has nothing from
	// spinning.
	minFeedPause = time.Second
)

// startSpread returns the longest wait before the first request of a source.
func startSpread(c collector.Collector) time.Duration {
	if c.Feed {
		return maxSpread
	}
	return min(maxSpread, c.Config.Interval)
}

// backOff returns the pause after a number of failures in a row. It doubles,
// and stays within eight intervals, so that figures that are wanted every
// second come back within seconds.
func backOff(c collector.Collector, class api.Class, failures int) time.Duration {
	every := c.Config.Interval
	if c.Feed {
		every = minFeedPause
	}
	if class == api.Forbidden {
		return max(every, doubled(firstForbidden, failures, maxForbidden))
	}
	longest := max(every, min(8*every, maxBackOff))
	if c.Feed {
		longest = maxBackOff / 2
	}
	return doubled(min(every, firstBackOff), failures, longest)
}

// doubled returns first, doubled with each failure after the first one, and
// longest at most.
func doubled(first time.Duration, failures int, longest time.Duration) time.Duration {
	return min(first<<min(max(failures-1, 0), 20), longest)
}

// feedPause returns the pause before a feed asks again: none if there is more,
// or if the vendor held the request for a while.
func feedPause(more bool, took time.Duration) time.Duration {
	if more || took >= minFeedPause {
		return 0
	}
	return minFeedPause - took
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// idlePoll is how often a feed asks that has nothing to tell: the vendor holds
// its long polls for so long.
const idlePoll = 10 * time.Second

// Pace returns the time between two fetches of a source while all goes well.
func Pace(feed bool, interval time.Duration) time.Duration {
	if feed {
		return idlePoll
	}
	return interval
}
