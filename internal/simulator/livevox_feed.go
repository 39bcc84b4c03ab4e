package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	feedHold  = 10 * time.Second // that a request without news is held
	feedCount = 1000             // events of a page at most
	feedLeast = 500              // that count may ask for
)

// feedRequest is the body of the feed methods; the agent feed takes no filter.
type feedRequest struct {
	Token  string `json:"token"`
	Filter struct {
		InteractionType []struct {
			Type string `json:"type"`
		} `json:"interactionType"`
		CallCenter idList `json:"callCenter"`
		Service    idList `json:"service"`
	} `json:"filter"`

	count int
	from  int64 // tick of the first event that is asked for; 0: without token
}

// feedRequest reads a feed's request; the answer's status is 0 if it is acceptable. An empty body is a request without
// token.
func (x *exchange) feedRequest() (feedRequest, answer) {
	r := feedRequest{}
	typed := x.read("application/json")
	if text := bytes.TrimSpace(x.body); len(text) > 0 && (!typed || json.Unmarshal(text, &r) != nil) {
		return r, liveVoxRefusal(http.StatusBadRequest, "The request cannot be read")
	}
	var fine bool
	r.count, fine = number(x.r.URL.Query(), "count", feedCount)
	switch {
	case !fine || r.count < feedLeast || r.count > feedCount:
		return r, liveVoxRefusal(http.StatusBadRequest, "count must be between 500 and 1000")
	case x.sim.options.FeedsOff:
		return r, unacceptable("The event feed is not enabled for the client")
	case r.Token == "":
		return r, answer{}
	}
	tick, token, fine := parseTimeUUID(r.Token)
	if !fine {
		return r, liveVoxRefusal(http.StatusBadRequest, "The token is invalid")
	}
	r.from = firstAfter(tick, token)
	now := x.sim.options.Now().UnixMilli()
	if milliOf(tick) < now-feedLife || x.has("token_expired") {
		when := time.UnixMilli(milliOf(tick)).In(x.sim.options.Zone).Format(feedTime)
		return r, unacceptable(fmt.Sprintf("Time %q is more than 24 hours old. "+
			"This type of data is kept for 24 hours.", when))
	}
	return r, answer{}
}

// feedTime is how texts of the feeds write a time.
const feedTime = "2006-01-02 15:04:05-0700"

// passes says whether the request's filter lets an event through: every kind of filter that is given must.
func (r *feedRequest) passes() func(*interaction) bool {
	services, centers := r.Filter.Service.texts(), r.Filter.CallCenter.texts()
	kinds := map[string]bool{}
	for _, t := range r.Filter.InteractionType {
		kinds[strings.ToUpper(t.Type)] = true
	}
	return func(e *interaction) bool {
		kind, _, _, _ := e.labels()
		return (len(services) == 0 || services[e.service.label]) &&
			(len(centers) == 0 || centers[fmt.Sprint(e.service.center.id)]) &&
			(len(kinds) == 0 || kinds[strings.ToUpper(kind)])
	}
}

// feedPage is a piece of a feed: rows, and the token to go on with.
type feedPage struct {
	rows  []any
	ticks []int64
	next  string
	after int64 // the tick to go on from
}

// pageAfter is the events of a feed from a tick on that have been told by now, and pass.
func pageAfter[T any](f *feed[T], from int64, now int64, count int, pass func(*T) bool,
	show func(tick int64, e *T) any,
) feedPage {
	p := feedPage{rows: []any{}, after: max(from, tickOf(now))}
	p.next = timeUUID(p.after, lowNode)
	for i, end := f.find(from), f.visible(now); i < end; i++ {
		if !pass(&f.events[i]) {
			continue
		}
		p.rows = append(p.rows, show(f.ticks[i], &f.events[i]))
		p.ticks = append(p.ticks, f.ticks[i])
		if len(p.rows) == count {
			p.next, p.after = eventUUID(f.ticks[i]), f.ticks[i]+1
			break
		}
	}
	return p
}

// agentFeed plays agentEvent/feed.
func (x *exchange) agentFeed() answer {
	return x.poll("agentEvent", func(r feedRequest, now int64) feedPage {
		all := func(*agentEvent) bool { return true }
		f := &x.sim.voice.agentFeed
		return pageAfter(f, r.from, now, feedCount, all, func(_ int64, e *agentEvent) any { return e.row() })
	})
}

// eventFeed plays event/feed.
func (x *exchange) eventFeed() answer {
	return x.poll("events", func(r feedRequest, now int64) feedPage { return x.interactions(&r, now) })
}

func (x *exchange) interactions(r *feedRequest, now int64) feedPage {
	zone := x.sim.options.Zone
	return pageAfter(&x.sim.voice.callFeed, r.from, now, r.count, r.passes(), func(tick int64, e *interaction) any {
		return e.row(eventUUID(tick), zone)
	})
}

// poll answers a long poll: at once with what there is, else as soon as there is something, at the latest after the
// hold. Without a token the answer is where the feed stands.
func (x *exchange) poll(key string, page func(feedRequest, int64) feedPage) answer {
	r, refusal := x.feedRequest()
	if refusal.status != 0 {
		return refusal
	}
	var p feedPage
	if r.from == 0 {
		now := x.sim.lock()
		p = feedPage{rows: []any{}, next: timeUUID(tickOf(now), lowNode)}
		x.sim.mu.Unlock()
		return ok(map[string]any{key: p.rows, "token": p.next})
	}
	if f := x.fault("repeat"); f != nil {
		r.from = x.sim.back(key, r.from, int(orDefault(f.Size, 10)))
	}
	deadline := x.sim.options.Now().Add(feedHold).UnixMilli()
	for {
		now := x.sim.lock()
		p = page(r, now)
		if len(p.rows) > 0 || now >= deadline {
			break
		}
		wake := x.sim.voice.nextNews(key, now, deadline)
		news := x.sim.waitable()
		x.sim.mu.Unlock()
		if !x.await(time.Duration(wake-now)*time.Millisecond, news) {
			return answer{status: clientGone}
		}
	}
	x.sim.mu.Unlock()
	return ok(map[string]any{key: p.rows, "token": p.next})
}

// back is the tick of the nth event before another.
func (s *Simulator) back(key string, from int64, n int) int64 {
	s.lock()
	defer s.mu.Unlock()
	if key == "agentEvent" {
		return before(&s.voice.agentFeed, from, n)
	}
	return before(&s.voice.callFeed, from, n)
}

func before[T any](f *feed[T], from int64, n int) int64 {
	i := max(0, f.find(from)-n)
	if i == len(f.ticks) {
		return from
	}
	return min(from, f.ticks[i])
}

// nextNews is when it is worth looking again: when a stored event may be delivered, or something happens in the centre.
func (v *voice) nextNews(key string, now, deadline int64) int64 {
	const soonest = 20 // milliseconds, so that a busy centre does not keep a waiting request busy
	at, due := v.agenda.next()
	if !due || v.frozen {
		at = deadline
	}
	stored, due := v.callFeed.next(now)
	if key == "agentEvent" {
		stored, due = v.agentFeed.next(now)
	}
	if due {
		at = min(at, stored)
	}
	return min(deadline, max(at+1, now+soonest))
}

// clientGone is the status in the request log of a request whose client did not wait for the answer.
const clientGone = 499

// await waits for a time or for news, and is false if the client has left.
func (x *exchange) await(d time.Duration, news <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-news:
	case <-x.r.Context().Done():
		return false
	}
	return true
}
