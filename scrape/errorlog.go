package scrape

import (
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const (
	// errorLogPause is the least time between two lines that an error began, and
	// between two that it ended: a vendor that fails half of its requests doesn't
	// fill the log.
	errorLogPause = 5 * time.Minute
	// errorLogRepeat is how often the log says that an error is still there.
	errorLogRepeat = time.Hour
)

// errorLog logs when the error of a source begins, changes its class, is still
// there, and ends. A line that comes too early is left out; if what it would say is
// still so at a later fetch, that one logs it.
type errorLog struct {
	log log.Logger

	class        api.Class // that the newest line says; "" if that is none
	began, ended time.Time // when the newest such lines were logged
	said         time.Time // when the newest line about this error was logged
	failures     int       // since the newest line that an error ended
}

// note takes the outcome of a fetch.
func (e *errorLog) note(class api.Class, err error, now time.Time) {
	if err != nil {
		e.failures++
	}
	switch {
	case err != nil && class != e.class && now.Sub(e.began) >= errorLogPause:
		e.class, e.began, e.said = class, now, now
		level.Warn(e.log).Log("msg", "fetch failed", "class", class, "err", err)
	case err != nil && class == e.class && now.Sub(e.said) >= errorLogRepeat:
		e.said = now
		level.Warn(e.log).Log("msg", "fetch still fails", "class", class, "err", err, "failures", e.failures)
	case err == nil && e.class != "" && now.Sub(e.ended) >= errorLogPause:
		level.Info(e.log).Log("msg", "fetch succeeds again", "failures", e.failures)
		e.class, e.ended, e.failures = "", now, 0
	}
}
