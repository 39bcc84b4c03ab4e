package livevox

import (
	"context"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Feed is what one request to a feed delivered.
type Feed[T any] struct {
	Events []T // until the next request
	// Token is where the next request continues; "" is where this one did.
	Token string
	// UpTo is the time that the feed has reached; zero where that isn't known.
	UpTo time.Time
	// Gap is how long a time is lost, because the vendor no longer has what
	// followed the token that was asked for.
	Gap time.Duration
	// More says that the vendor has more to give at once.
	More bool
	api.Extent
}

// longPoll is how long the vendor holds a request to a feed without news, ten
// seconds, and a margin.
const longPoll = 15 * time.Second

// restartPause is how long a token that is refused before its first event is asked for
// before the feed begins with a new one.
const restartPause = 5 * time.Minute

// feedPage is the most events that one answer holds.
const feedPage = 1000

// event is what a page needs of an event.
type event[T any] interface {
	*T
	unusable() bool
}

// usable returns the events that are not unusable, in the same memory.
func usable[T any, E event[T]](events []T) []T {
	n := 0
	for i := range events {
		if E(&events[i]).unusable() {
			continue
		}
		if n < i {
			events[n] = events[i]
		}
		n++
	}
	return events[:n]
}

// askFeed asks for a page of a feed, which is full with so many events. A full page
// without a usable event is no reason to ask for the next one at once. While pages are full
// each is read into the memory of the one before.
func askFeed[T any, E event[T]](ctx context.Context, c *Client, call api.Call, size int, before *[]T) (Feed[T], error) {
	var reply struct {
		fault
		AgentEvent *api.List[T] `json:"agentEvent"`
		Events     *api.List[T] `json:"events"`
		Token      api.Text     `json:"token"`
	}
	list := api.List[T]{Items: *before}
	reply.AgentEvent, reply.Events = &list, &list
	asked := c.Now()
	a, err := c.ask(ctx, call, &reply)
	if err != nil {
		return Feed[T]{}, err
	}
	if !list.Present {
		list.Items, err = nil, reply.in(a)
	}
	if err == nil {
		err = checkToken(reply.Token)
	}
	if err != nil {
		return Feed[T]{}, wrap(call.Endpoint, err)
	}
	full := list.Received() >= size
	events := usable[T, E](list.Items)
	if *before = nil; full {
		*before = list.Items
	}
	return Feed[T]{
		Events: events, Token: string(reply.Token),
		UpTo:   c.reached(string(reply.Token), asked, full),
		More:   full && len(events) > 0,
		Extent: api.Extent{Skipped: list.Received() - len(events), Partial: list.Items == nil, Malformed: a.Malformed},
	}, nil
}

// follow asks a feed for what came after a token. Without one, and where the
// vendor no longer has what followed it, the feed begins at the present: the oldest
// events that are left can't be asked for. Only the vendor's refusal decides that, since
// clocks may be wrong. A token that is refused before its time is asked for once more, at
// the feed's pace: it may be one of the vendor's nodes that refuses it.
func follow[T any](ctx context.Context, c *Client, b *beginning, token string, ask func(ctx context.Context, token string) (Feed[T], error)) (Feed[T], error) {
	if token == "" {
		page, err := begin(ctx, ask)
		if err == nil {
			b.set(page.Token, c.Now())
		}
		return page, err
	}
	page, err := ask(ctx, token)
	if !tokenRefused(err) {
		if err == nil {
			b.answered(token, page.Token, len(page.Events)+page.Skipped > 0)
		}
		page.More = page.More && page.Token != token
		return page, advise(err)
	}
	if c.tokenAge(token) <= FeedLife && b.refusedFirst(token) {
		return Feed[T]{}, nil
	}
	return restart(ctx, c, b, token, err, ask)
}

// restart begins a feed again whose token is refused, and returns the gap with it. A vendor that
// refuses what it gave less than a day ago, before any event came, is in error: the same
// token is asked for again after back-offs, and is exchanged, if it is too old, after
// restartPause for one that is not.
func restart[T any](ctx context.Context, c *Client, b *beginning, token string, refused error, ask func(ctx context.Context, token string) (Feed[T], error)) (Feed[T], error) {
	lost, noEvent := b.since(token, c.Now())
	refused = &api.Error{Class: api.VendorError, Err: fmt.Errorf("%w: the token was given by the vendor less than a day ago", refused)}
	if noEvent && (c.tokenAge(token) <= FeedLife || lost < restartPause) {
		return Feed[T]{}, refused
	}
	page, err := begin(ctx, ask)
	switch {
	case err != nil:
		return page, err
	case noEvent && c.tokenAge(page.Token) > FeedLife:
		return Feed[T]{}, refused
	case noEvent:
		page.Gap = lost
	default:
		page.Gap = c.gap(token, page.Token)
	}
	b.set(page.Token, c.Now())
	return page, nil
}

// begin asks for the first token. Events that come with it happened before.
func begin[T any](ctx context.Context, ask func(ctx context.Context, token string) (Feed[T], error)) (Feed[T], error) {
	page, err := ask(ctx, "")
	return Feed[T]{Token: page.Token, UpTo: page.UpTo}, advise(err)
}

// tokenAge returns how old a token is, by the vendor's clock, its newest answer
// or ours, whichever finds it youngest: one of them may be wrong by years, and a token that is given
// up wrongly costs events. 0 where the token doesn't tell.
func (c *Client) tokenAge(token string) time.Duration {
	at := tokenTime(token)
	if at.IsZero() {
		return 0
	}
	newest := time.Now().Add(c.NewestSkew())
	return min(c.Now().Sub(at), newest.Sub(at), time.Since(at))
}

// gap returns the time between two tokens, of which the older one is refused for
// its age if it doesn't tell its time.
func (c *Client) gap(before, after string) time.Duration {
	from, to := tokenTime(before), tokenTime(after)
	if from.IsZero() {
		return FeedLife
	}
	if to.IsZero() {
		to = c.Now()
	}
	return max(to.Sub(from), time.Second)
}

// reached returns the time that a feed has reached with a token. A page that is
// not full has everything until now; the vendor's clock bounds what a token
// claims.
func (c *Client) reached(token string, asked time.Time, full bool) time.Time {
	at := tokenTime(token)
	if at.IsZero() && !full {
		return asked
	}
	return c.notAfterNow(at)
}

// notAfterNow bounds a time that the vendor claims by its clock.
func (c *Client) notAfterNow(at time.Time) time.Time {
	if now := c.Now(); at.After(now) {
		return now
	}
	return at
}
