package simulator

import (
	"slices"
	"sort"
)

// changeKind is the vendor's statusType.
type changeKind int

const (
	changeStatus changeKind = 1
	changeLogin  changeKind = 3
	changeLogout changeKind = 4
)

// change is an entry of LivePerson's history of status changes. A login and a logout have a second one at their
// instant.
type change struct {
	at       int64
	agent    *agent
	kind     changeKind
	status   status
	reason   awayReason
	seq      int64
	session  int64
	previous int64 // time of the change before; 0 where the vendor leaves it out
	visible  int64 // from when it is shown
}

// record keeps a change, which becomes visible some time later.
func (m *messaging) record(a *agent, c change) {
	c.at, c.agent, c.session, c.visible = m.now, a, a.session, m.now
	if m.late > 0 {
		c.visible += m.dice.Int64N(m.late)
	}
	if c.seq == 1 {
		c.previous = 0
	}
	if len(m.changes) >= keptChanges {
		m.changes = append([]change(nil), m.changes[keptChanges/4:]...)
	}
	m.changes = append(m.changes, c)
}

// between is the history from one instant to another, both included, oldest first.
func (m *messaging) between(from, to int64) []change {
	low := sort.Search(len(m.changes), func(i int) bool { return m.changes[i].at >= from })
	high := sort.Search(len(m.changes), func(i int) bool { return m.changes[i].at > to })
	kept := m.changes[low:max(low, high)]
	if before := m.past.between(from, to); len(before) > 0 {
		return append(slices.Clip(before), kept...)
	}
	return kept
}

// segment is a stretch of an agent's time in which nothing changed that agent activity tells; it lasts until the next.
type segment struct {
	start    int64
	status   status // none: not logged in
	reason   int64
	chatting bool
	full     bool // all slots are taken
}

// keptHistory is how long segments are kept: the longest time frame and some more.
const keptHistory = 26 * 60 * 60_000

// trace begins a segment if the agent's time is of another sort from now on.
func (m *messaging) trace(a *agent) {
	s := segment{start: m.now}
	if a.on {
		s.status, s.reason, s.chatting, s.full = a.status, a.reason.id, a.busy > 0, a.busy >= a.slots
	}
	n := len(a.history)
	if n > 0 {
		last := a.history[n-1]
		last.start = s.start
		if last == s {
			return
		}
	}
	if n > 64 && n == cap(a.history) {
		a.forget(m.now - keptHistory)
	}
	a.history = append(a.history, s)
}

// forget drops the segments that ended before an instant.
func (a *agent) forget(before int64) {
	i := sort.Search(len(a.history), func(i int) bool { return a.history[i].start > before })
	if i > 1 {
		a.history = append([]segment(nil), a.history[i-1:]...)
	}
}

// spans calls yield with each segment's part between two instants.
func (a *agent) spans(from, to int64, yield func(s segment, ms int64)) {
	first := sort.Search(len(a.history), func(i int) bool { return a.history[i].start > from })
	for i := max(0, first-1); i < len(a.history) && a.history[i].start < to; i++ {
		end := to
		if i+1 < len(a.history) {
			end = min(to, a.history[i+1].start)
		}
		if start := max(from, a.history[i].start); end > start {
			yield(a.history[i], end-start)
		}
	}
}
