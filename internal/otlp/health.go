package otlp

import "sync"

// health logs when the pushes of a signal begin to fail and when they work again,
// nothing in between.
type health struct {
	signal, receiver string
	log              func(msg string, keyvals ...any)

	mu       sync.Mutex
	reason   string // why it fails; "" while it works
	failures int    // since it began to fail
}

// ended notes how something ended; reason is empty for a success.
func (h *health) ended(reason string) {
	h.mu.Lock()
	before, failures := h.reason, h.failures
	h.reason = reason
	if h.failures++; reason == "" {
		h.failures = 0
	}
	h.mu.Unlock()
	switch {
	case reason != "" && before == "":
		h.log("push failed", "what", h.signal, "receiver", h.receiver, "err", reason)
	case reason == "" && before != "":
		h.log("push succeeds again", "what", h.signal, "receiver", h.receiver, "failures", failures)
	}
}

// failing returns why the newest one failed, "" if it didn't.
func (h *health) failing() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason
}
