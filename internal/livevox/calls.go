package livevox

import (
	"slices"
	"sync"
	"time"
)

// activeCalls are the calls that the newest answer of agents/status showed.
type activeCalls struct {
	mu    sync.Mutex
	calls []Call
	at    time.Time
}

func (a *activeCalls) saw(rows []AgentStatus) {
	var calls []Call
	seen := map[Call]bool{}
	for _, row := range rows {
		call := Call{SessionID: string(row.SessionID), TransactionID: row.TransactionID, ServiceID: row.ID}
		key := Call{SessionID: call.SessionID, TransactionID: call.TransactionID} // two agents may share a call
		if call.SessionID == "" || call.TransactionID == "" || seen[key] {
			continue
		}
		seen[key] = true
		calls = append(calls, call)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls, a.at = calls, time.Now()
}

// ActiveCalls returns the calls that agents/status showed last, and when.
func (c *Client) ActiveCalls() ([]Call, time.Time) {
	c.activeCalls.mu.Lock()
	defer c.activeCalls.mu.Unlock()
	return c.activeCalls.calls, c.activeCalls.at
}

// endedCalls are calls that an event has ended and that wait to be forgotten, no more
// than MaxEnded of them.
type endedCalls struct {
	mu      sync.Mutex
	calls   []Call
	dropped int
}

// MaxEnded bounds the ended calls that wait anywhere.
const MaxEnded = 5000

func (e *endedCalls) add(call Call) {
	if call.SessionID == "" || call.TransactionID == "" {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.calls) >= MaxEnded {
		e.dropped++
		return
	}
	e.calls = append(e.calls, call)
}

// AddEnded adds a call that an event ended in an earlier process.
func (c *Client) AddEnded(call Call) { c.endedCalls.add(call) }

// EndedCalls returns the calls that interaction events have ended, in their order,
// until ForgetEnded: a call may be among them twice. dropped is how many more there
// were in all than are kept.
func (c *Client) EndedCalls() (calls []Call, dropped int) {
	c.endedCalls.mu.Lock()
	defer c.endedCalls.mu.Unlock()
	return slices.Clone(c.endedCalls.calls), c.endedCalls.dropped
}

// ForgetEnded forgets the first n calls of EndedCalls.
func (c *Client) ForgetEnded(n int) {
	c.endedCalls.mu.Lock()
	defer c.endedCalls.mu.Unlock()
	c.endedCalls.calls = slices.Delete(c.endedCalls.calls, 0, n)
}
