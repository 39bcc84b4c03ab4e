package livevox

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// An ended call waits in two places, so that a restart loses none: in the cursor of
// interaction_events until call_data has it, which the client knows in between, then
// in the cursor of call_data until it is counted.

// endedCall is a call that waits to be looked up.
type endedCall struct {
	livevox.Call
	Due int64 `json:"due,omitempty"` // Unix time in seconds
	Try int   `json:"try,omitempty"`
}

// endedQueue is what the cursor of call_data keeps.
type endedQueue struct {
	Number uint64      `json:"number"` // tells queues apart that hold the same
	Calls  []endedCall `json:"calls,omitempty"`
}

// readQueue reads the cursor of call_data. One that can't be read is an empty queue.
func readQueue(cursor string) (q endedQueue) {
	if json.Unmarshal([]byte(cursor), &q) != nil {
		return endedQueue{}
	}
	return q
}

// cursor returns the queue as a cursor.
func (q endedQueue) cursor() string {
	text, _ := json.Marshal(q) // has nothing that can fail
	return string(text)
}

// add puts calls that the queue doesn't hold at its end, and returns how many of the
// oldest had to leave it.
func (q *endedQueue) add(calls []livevox.Call, now time.Time) (dropped int) {
	held := make(map[livevox.Call]bool, len(q.Calls)+len(calls))
	for _, e := range q.Calls {
		held[e.Call] = true
	}
	for _, c := range calls {
		if !held[c] {
			held[c] = true
			q.Calls = append(q.Calls, endedCall{Call: c, Due: now.Unix()})
		}
	}
	dropped = max(0, len(q.Calls)-livevox.MaxEnded)
	q.Calls = q.Calls[dropped:]
	return dropped
}

// endedKeeper keeps the calls that call_data doesn't have yet behind the token of
// interaction_events, in its cursor.
type endedKeeper struct {
	client   *livevox.Client
	on       bool // whether there is a call_data
	restored bool
}

// restore returns the token of a cursor. The first time it gives the calls behind it
// back to the client.
func (k *endedKeeper) restore(cursor string) (token string) {
	token, kept, _ := strings.Cut(cursor, "\n")
	if k.restored {
		return token
	}
	k.restored = true
	var calls []livevox.Call
	if !k.on || json.Unmarshal([]byte(kept), &calls) != nil {
		return token
	}
	for _, c := range calls {
		k.client.AddEnded(c)
	}
	return token
}

// cursor returns a token with the calls that call_data doesn't have yet.
func (k *endedKeeper) cursor(token string) string {
	if !k.on || token == "" {
		return token
	}
	calls, _ := k.client.EndedCalls()
	if len(calls) == 0 {
		return token
	}
	text, _ := json.Marshal(calls) // has nothing that can fail
	return token + "\n" + string(text)
}
