package scrape

import (
	"strings"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// maxUnknownLogged is how many fields and values of a source are logged.
const maxUnknownLogged = 30

// unknownLog logs each field with a value that is not known once, and each such value that
// can be named.
type unknownLog struct {
	log  log.Logger
	said map[string]bool
}

// note takes the fields of a reading, as in metric.Reading.
func (u *unknownLog) note(fields []string) {
	for _, f := range fields {
		if u.said[f] || len(u.said) >= maxUnknownLogged {
			continue
		}
		if u.said == nil {
			u.said = map[string]bool{}
		}
		u.said[f] = true
		line := []any{"msg", "unknown values are shown as other and counted", "field", f}
		if field, value, named := strings.Cut(f, "="); named {
			line = append(line[:3], field, "value", value)
		}
		level.Warn(u.log).Log(line...)
	}
}
