package livevox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Stream is the interaction feed by server-sent events (Real-Time Reporting API:
// Retrieve Event Feed Through SSE). It is used by one goroutine; the connection
// stays open between its calls.
//
// Nothing is lost between the two ways of asking, because tokens and event ids
// are the same kind of time-based id and the feed is in their order:
//   - the first token is taken by a poll, so that a stream is never opened without
//     one, which would deliver only what happens after it;
//   - then the id of the last event is the token of the next connection;
//   - a stream without events has no new id, so that before its token gets old a
//     poll exchanges it for a new one, delivering what there is in between.
type Stream struct {
	client  *Client
	options InteractionOptions
	decoder api.Decoder

	mu   sync.Mutex // guards conn against Close
	conn *connection

	at     string // where the connection stands: the token that delivered events lead to
	opened time.Time
	alive  time.Time // when the newest event or comment came
	failed int       // connections in a row that failed or ended at once
	polled time.Time // until then polls stand in for a stream that the vendor doesn't offer
	fault  error     // ended the connection after events, and has not been returned
	newest int       // events of the newest delivery: the next may have as many
}

const (
	// streamEvents and streamWait bound what one call of Next delivers: as many
	// events as a page and what came with the last of them, or those of so long
	// after the first.
	streamEvents = feedPage
	// streamBytes is how much of them is enough.
	streamBytes = 4 << 20
	streamWait  = 250 * time.Millisecond
	// streamIdle is how long a stream may be silent: the vendor sends a comment
	// every ten seconds.
	streamIdle = 45 * time.Second
	// streamToken is how old a token may get before a poll renews it.
	streamToken = time.Hour
	// streamShort is what a connection without events must last not to be a failure.
	streamShort = 5 * time.Second
	// streamFailures is after how many failures in a row polls stand in.
	streamFailures = 3
	// streamRetry is how long polls stand in for a stream that is not offered
	// or fails.
	streamRetry = 10 * time.Minute
)

// InteractionStream returns a stream that is not open yet.
func (c *Client) InteractionStream(o InteractionOptions) *Stream {
	s := &Stream{client: c, options: o}
	c.streams.add(s)
	return s
}

// Next returns the events after a token as soon as there are any, or without
// events when the vendor shows that the stream is alive. The connection lives as
// long as the ctx of the call that opened it. A token other than the one that
// the last call returned, because what it delivered could not be kept, opens a
// new one.
func (s *Stream) Next(ctx context.Context, token string) (Feed[InteractionEvent], error) {
	if s.at != token {
		s.Close()
	}
	if err := s.fault; err != nil {
		s.fault = nil
		s.judge(ctx, Feed[InteractionEvent]{}, err)
		return Feed[InteractionEvent]{}, err
	}
	if s.open() == nil {
		if token == "" || s.client.tokenAge(token) > streamToken || time.Now().Before(s.polled) {
			return s.client.InteractionEvents(ctx, token, s.options)
		}
		err := s.connect(ctx, token)
		if notOffered(err) {
			s.polled = time.Now().Add(streamRetry)
		}
		if notOffered(err) || notAcceptableError(err) {
			return s.client.InteractionEvents(ctx, token, s.options)
		}
		if err != nil {
			return Feed[InteractionEvent]{}, err
		}
	}
	feed, err := s.gather(ctx)
	if err == nil && time.Since(s.alive) > streamIdle && s.open() != nil {
		s.Close()
		err = wrap("interaction_events", api.Schema.Errorf("the stream has had neither an event nor a comment for %s", streamIdle))
	}
	s.judge(ctx, feed, err)
	if feed.Token != "" {
		s.at = feed.Token
	}
	return feed, err
}

// judge counts failures: after some in a row polls stand in for the stream. The pauses
// between connections are those between two calls of Next.
func (s *Stream) judge(ctx context.Context, feed Feed[InteractionEvent], err error) {
	short := len(feed.Events) == 0 && time.Since(s.opened) < streamShort
	switch {
	case err != nil && ctx.Err() == nil, short && s.open() == nil:
		if s.failed++; s.failed >= streamFailures {
			s.failed, s.polled = 0, time.Now().Add(streamRetry)
		}
	case err == nil && !short && s.fault == nil && time.Since(s.alive) <= streamIdle:
		s.failed = 0
	}
}

// notOffered reports whether an error says that the vendor has no stream, rather
// than that something went wrong with it.
func notOffered(err error) bool {
	return api.HasStatus(err, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable) || api.ClassOf(err) == api.Schema
}

// Close ends the connection, if there is one.
func (s *Stream) Close() {
	s.mu.Lock()
	conn := s.conn
	s.conn = nil
	s.mu.Unlock()
	if conn != nil {
		conn.close()
	}
}

func (s *Stream) open() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// connect opens a connection.
func (s *Stream) connect(ctx context.Context, token string) error {
	call, err := s.client.interactionCall("event/feed/sse", token, s.options)
	if err != nil {
		return err
	}
	call.Stream = true
	call.Header.Set("Accept", "text/event-stream, application/json")
	call.Header.Set("Accept-Encoding", "identity") // compression would hold events back
	live, cancel := context.WithCancel(ctx)
	resp, err := s.client.open(live, call)
	if err == nil {
		err = s.client.isStream(call, resp)
	}
	if err != nil {
		cancel()
		return err
	}
	s.at, s.opened, s.alive = token, time.Now(), time.Now()
	s.mu.Lock()
	s.conn = newConnection(live, cancel, resp.Body)
	s.mu.Unlock()
	return nil
}

// gather takes what the connection says: events until there are enough of them,
// or the one sign of life.
func (s *Stream) gather(ctx context.Context) (Feed[InteractionEvent], error) {
	conn := s.open()
	if conn == nil {
		return Feed[InteractionEvent]{}, nil // closed meanwhile
	}
	var (
		feed   Feed[InteractionEvent]
		frames []frame
		err    error
		timer  = time.NewTimer(streamIdle)
	)
	defer timer.Stop()
	for size := 0; ; {
		frames, err = conn.take(frames)
		first, note := len(feed.Events)+feed.Skipped == 0, false
		for _, f := range frames {
			if f.fault != nil {
				return s.failedWith(feed, f.fault)
			}
			s.take(&feed, f)
			size, note = size+f.size, note || f.isNote
		}
		switch n := len(feed.Events) + feed.Skipped; {
		case n >= streamEvents, size >= streamBytes:
			return s.delivered(feed), nil
		case n == 0 && note:
			return feed, nil
		case err != nil:
			return s.ended(feed, err)
		case first && n > 0:
			timer.Reset(streamWait)
		}
		select {
		case <-conn.ready:
		case <-timer.C:
			if len(feed.Events)+feed.Skipped > 0 {
				return s.delivered(feed), nil
			}
			s.Close()
			return feed, wrap("interaction_events", api.Timeout.Errorf("the stream is silent"))
		case <-ctx.Done():
			s.Close()
			return Feed[InteractionEvent]{}, ctx.Err()
		}
	}
}

// take adds a frame to what has been gathered.
func (s *Stream) take(feed *Feed[InteractionEvent], f frame) {
	if f.isNote {
		s.alive = time.Now()
		if text, ok := strings.CutPrefix(f.comment, "keepalive "); ok {
			feed.UpTo = s.client.notAfterNow(api.ParseTime(text))
		}
		return
	}
	if feed.Events == nil {
		feed.Events = make([]InteractionEvent, 0, s.newest)
	}
	before := len(feed.Events)
	all, skipped := f.contents(&s.decoder, feed.Events)
	events := usable(all[before:])
	skipped += len(all) - before - len(events)
	if len(events) > 0 {
		s.alive = time.Now()
	}
	feed.Malformed = append(feed.Malformed, s.decoder.Malformed()...)
	for i := range events {
		if id := events[i].EventID; id != "" && checkToken(id) == nil {
			feed.Token = string(id)
		}
	}
	feed.Events = all[:before+len(s.client.chosen(events))] // chosen keeps them where they are
	feed.Skipped += skipped
}

func (s *Stream) delivered(feed Feed[InteractionEvent]) Feed[InteractionEvent] {
	if at := tokenTime(feed.Token); !at.IsZero() {
		feed.UpTo = s.client.notAfterNow(at)
	}
	feed.More = s.open() != nil // another connection is a request, which has a pace
	s.newest = len(feed.Events)
	return feed
}

// failedWith takes the vendor's error object. Events that came before it are kept, and
// the error is that of the next call.
func (s *Stream) failedWith(feed Feed[InteractionEvent], fault error) (Feed[InteractionEvent], error) {
	if len(feed.Events)+feed.Skipped > 0 {
		s.fault = wrap("interaction_events", fault)
	}
	return s.ended(feed, fault)
}

// ended takes the end of a connection. What it delivered before is kept; that the
// vendor ended it in good order is no error.
func (s *Stream) ended(feed Feed[InteractionEvent], err error) (Feed[InteractionEvent], error) {
	s.Close()
	if len(feed.Events)+feed.Skipped > 0 {
		return s.delivered(feed), nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return feed, nil
	}
	return feed, wrap("interaction_events", err)
}
