package livevox

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// streams are those that a client has opened, to be closed with it.
type streams struct {
	mu   sync.Mutex
	open []*Stream
}

func (s *streams) add(stream *Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, stream)
}

func (s *streams) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stream := range s.open {
		stream.Close()
	}
}

// connection reads a stream in a goroutine of its own, which ends with it.
type connection struct {
	mu    sync.Mutex
	ahead []frame // not taken yet
	size  int     // of their lines
	err   error   // why there will be no more

	ready  chan struct{} // frames or the end have come
	taken  chan struct{} // frames were taken
	cancel context.CancelFunc
	done   chan struct{}
}

// What is read before it is taken: so many frames, or so many bytes.
const (
	streamAhead      = 100
	streamAheadBytes = 4 << 20
)

func newConnection(ctx context.Context, cancel context.CancelFunc, body io.ReadCloser) *connection {
	c := &connection{ready: make(chan struct{}, 1), taken: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	go c.read(ctx, body)
	return c
}

func (c *connection) read(ctx context.Context, body io.ReadCloser) {
	defer close(c.done)
	defer body.Close()
	for in := newFrames(body); ; {
		f, err := in.next()
		for err == nil && !c.put(f) {
			select {
			case <-c.taken:
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// put adds a frame, unless there are too many.
func (c *connection) put(f frame) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ahead) >= streamAhead || c.size >= streamAheadBytes {
		return false
	}
	c.ahead, c.size = append(c.ahead, f), c.size+f.size
	signal(c.ready)
	return true
}

// end says that there will be no more frames.
func (c *connection) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
	signal(c.ready)
}

// take returns the frames that have come, in the memory of those that were taken
// before, and why there will be no more, if so.
func (c *connection) take(before []frame) ([]frame, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(before)
	taken := c.ahead
	c.ahead, c.size = before[:0], 0
	signal(c.taken)
	return taken, c.err
}

// signal wakes the goroutine that waits, now or next.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// close ends the connection and waits for its goroutine.
func (c *connection) close() {
	c.cancel()
	<-c.done
}

// isStream checks that an answer is a stream; errors come as JSON.
func (c *Client) isStream(call api.Call, resp *http.Response) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if coding := resp.Header.Get("Content-Encoding"); kind == "text/event-stream" && coding != "" && !strings.EqualFold(coding, "identity") {
		resp.Body.Close()
		return wrap(call.Endpoint, api.Schema.Errorf("the event stream is compressed, although that was not asked for"))
	}
	if kind == "text/event-stream" {
		return nil
	}
	defer resp.Body.Close()
	var f fault
	a, err := call.Read(resp, &f)
	if err != nil {
		return err
	}
	if err := f.in(a); err != nil {
		return wrap(call.Endpoint, err)
	}
	return wrap(call.Endpoint, api.Schema.Errorf("the answer is no event stream"))
}
