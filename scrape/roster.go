package scrape

import (
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

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
