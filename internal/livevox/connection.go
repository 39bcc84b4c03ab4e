package livevox

import (
	"context"
	"io"
	"sync"
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
	frames chan frame
	err    error // why frames was closed
	cancel context.CancelFunc
	done   chan struct{}
}

// streamAhead is how many events are read before somebody takes them.
const streamAhead = 100

func newConnection(ctx context.Context, cancel context.CancelFunc, body io.ReadCloser) *connection {
	c := &connection{frames: make(chan frame, streamAhead), cancel: cancel, done: make(chan struct{})}
	go c.read(ctx, body)
	return c
}

func (c *connection) read(ctx context.Context, body io.ReadCloser) {
	defer close(c.done)
	defer close(c.frames)
	defer body.Close()
	for in := newFrames(body); ; {
		f, err := in.next()
		if err != nil {
			c.err = err
			return
		}
		select {
		case c.frames <- f:
		case <-ctx.Done():
			c.err = ctx.Err()
			return
		}
	}
}

// close ends the connection and waits for its goroutine.
func (c *connection) close() {
	c.cancel()
	<-c.done
}
