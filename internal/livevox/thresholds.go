package livevox

import (
	"maps"
	"sync"
	"time"
)

// thresholds are the newest serviceLevelThreshold of each service.
type thresholds struct {
	mu        sync.Mutex
	byService map[string]time.Duration
}

// note takes the threshold of an event, if it has one.
func (t *thresholds) note(e *InteractionEvent) {
	if n := e.ServiceLevelThreshold; e.ServiceID == "" || !n.Valid || n.Value <= 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byService == nil {
		t.byService = map[string]time.Duration{}
	}
	t.byService[string(e.ServiceID)] = time.Duration(e.ServiceLevelThreshold.Value * float64(time.Second))
}

// Thresholds returns the time within which each service's calls are to be answered, by
// the interaction events that the client has met.
func (c *Client) Thresholds() map[string]time.Duration {
	c.thresholds.mu.Lock()
	defer c.thresholds.mu.Unlock()
	return maps.Clone(c.thresholds.byService)
}
