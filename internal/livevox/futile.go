package livevox

import (
	"sync"
	"time"
)

// futile are the endpoints that refused even a session just made: one that
// refuses everybody must not cost a login at each fetch, while the others go on.
type futile struct {
	mu    sync.Mutex
	since map[string]time.Time // by endpoint
}

// futileTime is how long an endpoint is believed to refuse any session.
const futileTime = paceWindow / paceBarren

func (f *futile) lately(endpoint string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, ok := f.since[endpoint]
	return ok && time.Since(at) < futileTime
}

func (f *futile) note(endpoint string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.since == nil {
		f.since = map[string]time.Time{}
	}
	f.since[endpoint] = time.Now()
}
