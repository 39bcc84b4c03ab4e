package simulator

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	streamBeat = 10 * time.Second // between comments while there is nothing to tell
	streamIdle = 5 * time.Minute  // without an event, after which the stream is closed
)

// eventStream plays event/feed/sse. It closes when there has been no event for five minutes, and when the session ends.
func (x *exchange) eventStream() answer {
	accept := x.r.Header.Get("Accept")
	if !strings.Contains(accept, "text/event-stream") || !strings.Contains(accept, "application/json") {
		return liveVoxRefusal(http.StatusBadRequest, "Accept must be text/event-stream, application/json")
	}
	r, refusal := x.feedRequest()
	if refusal.status != 0 {
		return refusal
	}
	if r.from == 0 {
		r.from = tickOf(x.now)
	}
	if f := x.fault("repeat"); f != nil {
		r.from = x.sim.back("events", r.from, int(orDefault(f.Size, 10)))
	}
	header := http.Header{"Content-Type": {"text/event-stream;charset=UTF-8"}, "Cache-Control": {"no-cache"}}
	packed := strings.Contains(x.r.Header.Get("Accept-Encoding"), "gzip") && x.r.Header.Get("Accept-Encoding") != "identity"
	if packed {
		header.Set("Content-Encoding", "gzip")
	}
	return answer{status: http.StatusOK, header: header, stream: func(w http.ResponseWriter) {
		s := &stream{x: x, w: w, out: w}
		if packed {
			s.zip = gzip.NewWriter(w)
			s.out = s.zip
		}
		s.run(r)
		if s.zip != nil {
			_ = s.zip.Close()
		}
	}}
}

// stream is the server's side of an open event stream.
type stream struct {
	x    *exchange
	w    http.ResponseWriter
	out  io.Writer
	zip  *gzip.Writer
	sent int
}

// run tells events as they come, until the client leaves or the stream closes.
func (s *stream) run(r feedRequest) {
	x := s.x
	now := x.sim.options.Now().UnixMilli()
	beat, idle := now+streamBeat.Milliseconds(), now+streamIdle.Milliseconds()
	for {
		now = x.sim.lock()
		p := x.interactions(&r, now)
		r.from = p.after
		alive := x.sim.sessions.byID[x.user.id] == x.user
		wake := x.sim.voice.nextNews("events", now, min(beat, idle))
		news := x.sim.waitable()
		x.sim.mu.Unlock()
		switch {
		case !alive:
			return
		case len(p.rows) > 0:
			if !s.tell(p) {
				return
			}
			now = x.sim.options.Now().UnixMilli()
			beat, idle = now+streamBeat.Milliseconds(), now+streamIdle.Milliseconds()
			continue
		case now >= idle:
			s.comment("closed: no events for 5 minutes")
			return
		case now >= beat:
			at := time.UnixMilli(now).In(x.sim.options.Zone).Format(feedTime)
			if !s.comment("keepalive " + at) {
				return
			}
			beat = now + streamBeat.Milliseconds()
			continue
		}
		if !x.await(time.Duration(wake-now)*time.Millisecond, news) {
			return
		}
	}
}

// put sends a piece of the stream at once, and is false when the client has left.
func (s *stream) put(text []byte) bool {
	_, err := s.out.Write(text)
	if s.zip != nil && err == nil {
		err = s.zip.Flush()
	}
	flush(s.w)
	return err == nil && s.x.r.Context().Err() == nil
}

func (s *stream) comment(text string) bool { return s.put([]byte(": " + text + "\r\n\r\n")) }

// tell sends events, a page of them in one piece.
func (s *stream) tell(p feedPage) bool {
	b := &bytes.Buffer{}
	for _, row := range p.rows {
		frame := s.frame(bytes.TrimSpace(answer{body: row}.bytes()))
		if f := s.x.fault("stream_cut"); f != nil && int64(s.sent) == orDefault(f.Size, 3) {
			b.Write(frame[:len(frame)/2])
			s.put(b.Bytes())
			panic(http.ErrAbortHandler)
		}
		b.Write(frame)
		s.sent++
	}
	return s.put(b.Bytes())
}

// frame is an event as the stream spells it.
func (s *stream) frame(event []byte) []byte {
	x := s.x
	if x.has("bad_time") && s.sent%5 == 1 {
		event = malform(event)
	}
	if x.has("split_data") {
		event = bytes.ReplaceAll(event, []byte(`,"sessionId"`), []byte(",\r\n\"sessionId\""))
		event = bytes.ReplaceAll(event, []byte(`,"timestamp"`), []byte(",\r\n\"timestamp\""))
	}
	frame := fmt.Appendf(nil, "data: %s\r\n\r\n", event)
	if x.has("bad_record") && s.sent%5 == 2 {
		frame = append([]byte("data: {\"eventId\":\"torn\r\n\r\n"), frame...)
	}
	return frame
}

// malform writes the event's time as the vendor's own sample does once: with a hyphen before the milliseconds.
func malform(event []byte) []byte {
	const key = `"timestamp":"2031-01-02T03:04:05`
	at := bytes.LastIndex(event, []byte(`"timestamp":"`))
	dot := at + len(key)
	if at < 0 || dot >= len(event) || event[dot] != '.' {
		return event
	}
	event[dot] = '-'
	return event
}
