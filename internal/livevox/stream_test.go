package livevox

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// streaming runs a test in virtual time with a stream that has its first token.
func streaming(t *testing.T, test func(t *testing.T, v *streamVendor, s *Stream, token string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := newStreamVendor()
		c := newClient(t, v.vendor, func(c *Config) { c.HTTP = &http.Client{Transport: v} })
		v.happen() // before the first token
		time.Sleep(time.Second)
		s := c.InteractionStream(InteractionOptions{Count: 500})
		first, err := s.Next(t.Context(), "")
		if err != nil || len(first.Events) != 0 || first.Token == "" || len(v.opened) != 0 {
			t.Fatalf("first: %+v, %v, streams %v; want a token by a poll", first, err, v.opened)
		}
		test(t, v, s, first.Token)
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// next asks and fails on an error.
func next(t *testing.T, s *Stream, token string) Feed[InteractionEvent] {
	t.Helper()
	feed, err := s.Next(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

func TestStreamDeliversWhatHappenedSinceTheFirstToken(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.happen() // between the poll and the stream
		feed := next(t, s, token)
		if len(feed.Events) != 1 || feed.Token != v.log[1] || !feed.UpTo.Equal(tokenTime(v.log[1])) {
			t.Errorf("%+v, want the event after the token", feed)
		}
		go func() { v.happen(); v.happen(); time.Sleep(time.Second); v.happen() }()
		if feed = next(t, s, feed.Token); len(feed.Events) != 2 || !feed.More {
			t.Errorf("%d events, want the two of a moment together", len(feed.Events))
		}
		if feed = next(t, s, feed.Token); len(feed.Events) != 1 {
			t.Errorf("%d events, want the third", len(feed.Events))
		}
		if len(v.opened) != 1 {
			t.Errorf("%d streams, want one that stays open", len(v.opened))
		}
	})
}

// However its lines end, what shows that a stream is alive is not held back for what
// may come behind it.
func TestKeepAliveReturnsWithoutEvents(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\n\n", "\r\n\r\n", "\r\r", "\n\n\n", "\r\n\r\n\r\n", "\n: again\n\n"} {
		streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
			begin := time.Now()
			go func() {
				time.Sleep(10 * time.Second)
				v.write(": keepalive " + begin.In(time.FixedZone("", -4*60*60)).Format("2006-01-02 15:04:05-0700") + end)
			}()
			feed := next(t, s, token)
			if len(feed.Events) != 0 || feed.Token != "" || time.Since(begin) != 10*time.Second || feed.UpTo.Unix() != begin.Unix() {
				t.Errorf("%q: %+v after %s", end, feed, time.Since(begin))
			}
		})
	}
}

func TestIdleCloseIsNormal(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		for range 2 {
			go func() {
				for range 30 {
					time.Sleep(10 * time.Second)
					v.write(": keepalive 2021-04-24 07:34:29-0400\n")
				}
				time.Sleep(time.Second) // what comes together is one sign of life
				v.write(": closing\n")
				v.current().Close()
			}()
			for range 32 { // 31 comments and the end
				if feed := next(t, s, token); len(feed.Events) != 0 || feed.Gap != 0 {
					t.Fatalf("%+v", feed)
				}
			}
		}
		begin := time.Now()
		go func() { time.Sleep(time.Second); v.happen() }()
		if feed := next(t, s, token); len(feed.Events) != 1 || time.Since(begin) > 2*time.Second {
			t.Errorf("%d events after %s: the next stream isn't opened at once", len(feed.Events), time.Since(begin))
		}
		if len(v.opened) != 3 || v.opened[2] != token {
			t.Errorf("streams %v, want three with the first token", v.opened)
		}
	})
}

func TestCutStreamGoesOnWhereItWas(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.happen()
		feed := next(t, s, token)
		go func() {
			v.write("data: {\"eventId\":\"never whole")
			_ = v.current().CloseWithError(io.ErrUnexpectedEOF)
		}()
		if _, err := s.Next(t.Context(), feed.Token); api.ClassOf(err) != api.Truncated {
			t.Fatalf("a cut: %v, want class truncated", err)
		}
		v.mu.Lock()
		v.pipe = nil
		v.mu.Unlock()
		v.happen()
		if again := next(t, s, feed.Token); len(again.Events) != 1 || again.Token != v.log[2] || v.opened[1] != feed.Token {
			t.Errorf("%+v after the cut, streams %v", again, v.opened)
		}
	})
}

func TestSilentStreamIsGivenUp(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		begin := time.Now()
		_, err := s.Next(t.Context(), token)
		if api.ClassOf(err) != api.Timeout || time.Since(begin) != streamIdle {
			t.Errorf("%v after %s, want class timeout after %s", err, time.Since(begin), streamIdle)
		}
	})
}

func TestEventsThatWereNotKeptAreDeliveredAgain(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.happen()
		if feed := next(t, s, token); len(feed.Events) != 1 {
			t.Fatalf("%+v", feed)
		}
		if feed := next(t, s, token); len(feed.Events) != 1 || len(v.opened) != 2 {
			t.Errorf("asked again with the old token: %d events, %d streams", len(feed.Events), len(v.opened))
		}
	})
}

func TestStreamThatEndsAtOnceIsFollowedByPolls(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		begin := time.Now()
		go func() {
			for {
				select {
				case <-t.Context().Done():
					return
				case <-time.After(10 * time.Millisecond):
					if p := v.current(); p != nil {
						p.Close()
					}
				}
			}
		}()
		for time.Since(begin) < 10*time.Minute {
			if _, err := s.Next(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // as the engine does at least
		}
		if n := len(v.opened); n != streamFailures {
			t.Errorf("%d streams in ten minutes, want %d", n, streamFailures)
		}
	})
}

// A stream that ends after each event is opened again at the feed's pace, not at once.
func TestStreamThatEndsAfterAnEventIsNotOpenedAtOnce(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.happen()
		go func() { time.Sleep(10 * time.Millisecond); v.current().Close() }()
		if feed := next(t, s, token); len(feed.Events) != 1 || feed.More {
			t.Errorf("%d events, more %v; want one, and a pause", len(feed.Events), feed.More)
		}
	})
}

// An error object after events is a failure, after which polls stand in; the events count.
func TestErrorObjectAfterEventsIsAFailure(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		events := 0
		for range streamFailures {
			v.happen()
			go func() { time.Sleep(10 * time.Millisecond); v.write("data: {\"code\":5,\"message\":\"x\"}\n\n") }()
			feed := next(t, s, token)
			events, token = events+len(feed.Events), feed.Token
			if _, err := s.Next(t.Context(), token); feed.More || api.ClassOf(err) != api.VendorError {
				t.Errorf("more %v, then %v; want class vendor_error", feed.More, err)
			}
			v.mu.Lock()
			v.pipe = nil
			v.mu.Unlock()
		}
		v.happen()
		if feed := next(t, s, token); events+len(feed.Events) != streamFailures+1 || len(v.opened) != streamFailures {
			t.Errorf("%d events, streams %v; want %d, and polls after as many streams less one", events+len(feed.Events), v.opened, streamFailures+1)
		}
	})
}

func TestIdleTokenIsRenewedByAPoll(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		time.Sleep(2 * time.Hour)
		v.happen()
		feed := next(t, s, token)
		if len(feed.Events) != 1 || len(v.opened) != 0 || time.Since(tokenTime(feed.Token)) > time.Second {
			t.Errorf("%+v, streams %v; want the event and a new token by a poll", feed, v.opened)
		}
	})
}

func TestStreamWithATokenTooOldIsAGap(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		time.Sleep(25 * time.Hour)
		if feed := next(t, s, token); feed.Gap.Round(time.Minute) != 25*time.Hour {
			t.Errorf("%+v, want a gap of 25 hours", feed)
		}
	})
}

func TestErrorsOfStreamsComeAsJSON(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		answer string
		class  api.Class // "" if a poll stands in
	}{
		"forbidden":             {http.StatusForbidden, `{"code":101,"message":"no"}`, api.Forbidden},
		"fault in a success":    {0, `{"code":7,"message":"no"}`, api.ClientError},
		"down":                  {http.StatusBadGateway, `<html>`, api.VendorError},
		"not there":             {http.StatusNotFound, `{}`, ""},
		"no stream but an page": {0, `<html></html>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
				v.status, v.answer = test.status, test.answer
				v.happen()
				feed, err := s.Next(t.Context(), token)
				if api.ClassOf(err) != test.class {
					t.Fatalf("%v, want class %q", err, test.class)
				}
				if test.class == "" && len(feed.Events) != 1 {
					t.Errorf("%d events by a poll, want 1", len(feed.Events))
				}
			})
		})
	}
}

func TestRevokedSessionOpensTheStreamAnew(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.happen()
		v.revoke()
		if feed := next(t, s, token); len(feed.Events) != 1 || v.logins != 2 {
			t.Errorf("%d events, %d logins", len(feed.Events), v.logins)
		}
	})
}

func TestEndedCallsAreRemembered(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		go func() {
			v.mu.Lock()
			for v.pipe == nil {
				v.mu.Unlock()
				time.Sleep(time.Millisecond)
				v.mu.Lock()
			}
			v.mu.Unlock()
			v.write(`data: {"eventId":"1","callEventType":"CALL_TERMINATION","sessionId":"U1@192.0.2.1","transactionId":1229726123859,"serviceId":149926}` + "\n\n")
		}()
		next(t, s, token)
		calls, dropped := s.client.EndedCalls()
		if len(calls) != 1 || dropped != 0 || calls[0] != (Call{"U1@192.0.2.1", "1229726123859", "149926"}) {
			t.Errorf("calls %v, dropped %d", calls, dropped)
		}
		s.client.ForgetEnded(1)
		if calls, _ = s.client.EndedCalls(); len(calls) != 0 {
			t.Error("they are there twice")
		}
	})
}

func TestStreamDeliversInGroups(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		for range 3500 {
			v.happen()
		}
		seen := 0
		for range 2 {
			feed := next(t, s, token)
			if n := len(feed.Events); n < streamEvents || n >= streamEvents+streamAhead || !feed.More {
				t.Fatalf("%d events, want %d", n, streamEvents)
			}
			token, seen = feed.Token, seen+len(feed.Events)
		}
		if token != v.log[seen] { // the first one was before the token
			t.Errorf("the place is %s, want that of event %d", token, seen)
		}
		synctest.Wait() // what is left is more than the connection holds: it must be closed all the same
	})
}
