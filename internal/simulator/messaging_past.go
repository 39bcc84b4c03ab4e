package simulator

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// past is the history of status changes from before the model began. Nothing of it is kept: the changes of an agent's
// day follow from the seed, the agent and the day.
type past struct {
	seed       int64
	zone       *time.Location
	agents     []*agent
	begin, end int64 // of all of it, in milliseconds

	from, to int64 // of newest
	newest   []change
}

// pastStream sets its chances apart from those of the models.
const pastStream = 5

// between is the history from one instant to another, both included, oldest first. The newest answer is kept, since it is
// asked for page by page.
func (p *past) between(from, to int64) []change {
	if p == nil || from >= p.end || to < p.begin || to < from {
		return nil
	}
	if p.newest != nil && p.from == from && p.to == to {
		return p.newest
	}
	all := []change{}
	y, m, d := time.UnixMilli(max(from, p.begin)).In(p.zone).Date()
	for day := time.Date(y, m, d-2, 0, 0, 0, 0, p.zone); day.UnixMilli() <= to; day = day.AddDate(0, 0, 1) {
		for i, a := range p.agents {
			for _, c := range p.day(i, a, day) {
				if c.at >= max(from, p.begin) && c.at <= to {
					all = append(all, c)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	p.from, p.to, p.newest = from, to, all
	return all
}

// day is what an agent did in the shift that begins on a day. A shift that the model's beginning cuts off ends there.
func (p *past) day(i int, a *agent, day time.Time) []change {
	midnight := day
	luck := dice{rand.New(rand.NewPCG(uint64(p.seed)<<20^uint64(i), pastStream<<32^uint64(midnight.Unix())))}
	if luck.chance(0.08) {
		return nil
	}
	w := pastShift{agent: a, dice: luck, at: midnight.Add(a.shift.start + luck.between(0, 6*time.Minute)).UnixMilli()}
	w.session = 1_000_000 + (midnight.Unix()/86400)*int64(len(p.agents)) + int64(i)
	end := min(w.at+a.shift.length.Milliseconds(), p.end-1)
	if w.at >= end {
		return nil
	}
	w.work(end)
	return w.changes
}

// pastShift is a shift of an agent as it is made up.
type pastShift struct {
	agent    *agent
	dice     dice
	at       int64
	session  int64
	seq      int64
	previous int64
	changes  []change
}

// work makes up a shift from now to its end.
func (w *pastShift) work(end int64) {
	w.add(change{kind: changeLogin, seq: -1})
	to, why := statusOnline, awayReason{}
	if w.dice.chance(0.15) {
		to = statusAway
	}
	for w.at < end {
		w.set(to, why)
		w.at += w.dice.about(max(meanOf(to, why), 3*time.Minute)).Milliseconds() + 1
		to, why = nextStatus(w.dice, to)
	}
	w.at = end
	w.set(statusOffline, awayReason{})
	w.seq++
	w.add(change{kind: changeLogout, seq: w.seq})
}

func (w *pastShift) set(to status, why awayReason) {
	w.seq++
	w.add(change{kind: changeStatus, status: to, reason: why, seq: w.seq, previous: w.previous})
	w.previous = w.at
}

func (w *pastShift) add(c change) {
	c.at, c.agent, c.session, c.visible = w.at, w.agent, w.session, w.at
	w.changes = append(w.changes, c)
}
