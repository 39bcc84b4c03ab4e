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

// maxEnded bounds the queue of ended calls.
const maxEnded = 5000

// endedCall is a call that waits to be looked up.
type endedCall struct {
	livevox.Call
	due time.Time
	try int
}

// endedQueue is what the cursor of call_data keeps.
type endedQueue struct {
	number uint64 // tells queues apart that hold the same
	calls  []endedCall
}

// storedQueue and storedCall are the form of a queue in a cursor.
type storedQueue struct {
	Number uint64       `json:"number"`
	Calls  []storedCall `json:"calls,omitempty"`
}

type storedCall struct {
	Session     string `json:"s"`
	Transaction string `json:"t"`
	Service     string `json:"v,omitempty"`
	Due         int64  `json:"due,omitempty"` // Unix time in seconds
	Try         int    `json:"try,omitempty"`
}

func (c storedCall) call() livevox.Call {
	return livevox.Call{SessionID: c.Session, TransactionID: livevox.ID(c.Transaction), ServiceID: livevox.ID(c.Service)}
}

func stored(c livevox.Call) storedCall {
	return storedCall{Session: c.SessionID, Transaction: string(c.TransactionID), Service: string(c.ServiceID)}
}

// readQueue reads the cursor of call_data. One that can't be read is an empty queue.
func readQueue(cursor string) endedQueue {
	var s storedQueue
	if json.Unmarshal([]byte(cursor), &s) != nil {
		return endedQueue{}
	}
	q := endedQueue{number: s.Number}
	for _, c := range s.Calls {
		q.calls = append(q.calls, endedCall{Call: c.call(), due: time.Unix(c.Due, 0), try: c.Try})
	}
	return q
}

// cursor returns the queue as a cursor.
func (q endedQueue) cursor() string {
	s := storedQueue{Number: q.number}
	for _, e := range q.calls {
		c := stored(e.Call)
		c.Due, c.Try = e.due.Unix(), e.try
		s.Calls = append(s.Calls, c)
	}
	text, err := json.Marshal(s)
	if err != nil {
		return "" // leaves the cursor as it is
	}
	return string(text)
}

// add puts calls that the queue doesn't hold at its end, and returns how many of the
// oldest had to leave it.
func (q *endedQueue) add(calls []livevox.Call, now time.Time) (dropped int) {
	held := make(map[livevox.Call]bool, len(q.calls)+len(calls))
	for _, e := range q.calls {
		held[e.Call] = true
	}
	for _, c := range calls {
		if !held[c] {
			held[c] = true
			q.calls = append(q.calls, endedCall{Call: c, due: now})
		}
	}
	dropped = max(0, len(q.calls)-maxEnded)
	q.calls = q.calls[dropped:]
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
	var calls []storedCall
	if !k.on || json.Unmarshal([]byte(kept), &calls) != nil {
		return token
	}
	for _, c := range calls {
		k.client.AddEnded(c.call())
	}
	return token
}

// cursor returns a token with the calls that call_data doesn't have yet.
func (k *endedKeeper) cursor(token string) string {
	calls, _ := k.client.EndedCalls()
	if !k.on || token == "" || len(calls) == 0 {
		return token
	}
	var kept []storedCall
	for _, c := range calls {
		kept = append(kept, stored(c))
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return token
	}
	return token + "\n" + string(text)
}
