package livevox

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestByteOrderMarkBeforeEachEvent(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	var stream strings.Builder
	for i := range 80 {
		fmt.Fprintf(&stream, "%sdata: {\"eventId\":\"%d\"}\n\n%s: keepalive\n", mark, i, mark)
	}
	if ids, skipped, notes, _ := all(strings.NewReader(stream.String())); len(ids) != 80 || skipped != 0 || notes != 80 {
		t.Errorf("%d events, %d skipped, %d comments of 80", len(ids), skipped, notes)
	}
}

func TestErrorObjectInAStreamIsAnError(t *testing.T) {
	const fault = `{"code":500,"message":"Jane Example"}`
	for name, text := range map[string]string{
		"as the answer": fault, "as a line": fault + "\n\n", "as an event": "data: " + fault + "\n\n", "over lines": "{\"code\":500,\n\"message\":\"Jane Example\"}\n", "with a mark": "\xef\xbb\xbf" + fault,
		"behind a comment": ": hello\n" + fault,
	} {
		in := newFrames(strings.NewReader(text))
		var err error
		for err == nil {
			var f frame
			if f, err = in.next(); err == nil && f.fault != nil {
				err = f.fault
			}
		}
		if api.ClassOf(err) != api.VendorError || strings.Contains(err.Error(), "Jane") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{`data: {"eventId":"1","code":7,"message":"x"}` + "\n\n", "data: {\"code\":0}\n\n"} {
		if f, err := newFrames(strings.NewReader(text)).next(); err != nil || f.fault != nil {
			t.Errorf("%s: %v, %v", text, err, f.fault)
		}
	}
}

// A stream on which nothing of use comes has failed, and after some failures polls
// stand in for it.
func TestUselessStreamsAreFollowedByPolls(t *testing.T) {
	for name, write := range map[string]func(w io.Writer) error{
		"an error object": func(w io.Writer) error { _, err := io.WriteString(w, `{"code":500,"message":"no"}`+"\n\n"); return err },
		"an endless line": func(w io.Writer) error { _, err := io.WriteString(w, "xxxx"); return err },
		"endless lines":   func(w io.Writer) error { _, err := io.WriteString(w, "xxxx\n"); return err },
		"endless blocks":  func(w io.Writer) error { _, err := io.WriteString(w, "id: 7\n\n"); return err },
		"bad events":      func(w io.Writer) error { _, err := io.WriteString(w, "data: 7\n\n"); return err },
		"binary":          func(w io.Writer) error { _, err := io.WriteString(w, "\x1f\x8b\x00\xff\n"); return err },
		"silence":         func(io.Writer) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
				stop, stopped := make(chan struct{}), make(chan struct{})
				go func() {
					defer close(stopped)
					for {
						select {
						case <-stop:
							return
						case <-time.After(time.Second):
						}
						if p := v.current(); p != nil {
							_ = write(p)
						}
					}
				}()
				defer func() { s.Close(); close(stop); <-stopped }()
				events, failures, begin := 0, 0, time.Now()
				for time.Since(begin) < 5*time.Minute {
					feed, err := s.Next(t.Context(), token)
					if events += len(feed.Events); err != nil {
						failures++
					}
					if failures == streamFailures {
						v.happen()
					}
					if feed.Token != "" {
						token = feed.Token
					}
					time.Sleep(time.Second) // as the engine does at least
				}
				if failures != streamFailures || events == 0 {
					t.Errorf("%d failures and %d events by polls, want %d failures", failures, events, streamFailures)
				}
			})
		})
	}
}

func TestCompressedStreamIsFollowedByPolls(t *testing.T) {
	streaming(t, func(t *testing.T, v *streamVendor, s *Stream, token string) {
		v.coding = "gzip"
		v.happen()
		if feed, err := s.Next(t.Context(), token); err != nil || len(feed.Events) != 1 {
			t.Errorf("%d events, %v", len(feed.Events), err)
		}
	})
}
