package scrape

import (
	"slices"
	"strings"
	"sync"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// maxUnknownLogged is how many fields and values of a source are logged.
const maxUnknownLogged = 30

// unknownLog logs each field with a value that is not known once, and each such value that
// can be named.
type unknownLog struct {
	log log.Logger

	mu   sync.Mutex
	said []string
}

// list returns what was logged, in order.
func (u *unknownLog) list() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Sorted(slices.Values(u.said))
}

// note takes the fields of a reading, as in metric.Reading.
func (u *unknownLog) note(fields []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, f := range fields {
		if len(u.said) >= maxUnknownLogged || slices.Contains(u.said, f) {
			continue
		}
		u.said = append(u.said, f)
		line := []any{"msg", "unknown values are shown as other and counted", "field", f}
		if field, value, named := strings.Cut(f, "="); named {
			line = append(line[:3], field, "value", value)
		}
		level.Warn(u.log).Log(line...)
	}
}
