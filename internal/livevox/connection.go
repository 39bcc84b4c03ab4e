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
	frames chan []frame
	err    error // why frames was closed
	cancel context.CancelFunc
	done   chan struct{}
}

// What is read before somebody takes it: so many batches of so many frames. Those
// that have arrived together are handed over together.
const (
	streamAhead = 4
	streamBatch = 32
)

func newConnection(ctx context.Context, cancel context.CancelFunc, body io.ReadCloser) *connection {
	c := &connection{frames: make(chan []frame, streamAhead), cancel: cancel, done: make(chan struct{})}
	go c.read(ctx, body)
	return c
}

func (c *connection) read(ctx context.Context, body io.ReadCloser) {
	defer close(c.done)
	defer close(c.frames)
	defer body.Close()
	for in := newFrames(body); ; {
		batch, err := in.batch()
		if len(batch) > 0 {
			select {
			case c.frames <- batch:
			case <-ctx.Done():
				c.err = ctx.Err()
				return
			}
		}
		if err != nil {
			c.err = err
			return
		}
	}
}

// batch returns the next frame, and those that have arrived with it.
func (f *frames) batch() (batch []frame, err error) {
	for {
		one, err := f.next()
		if err != nil {
			return batch, err
		}
		if batch = append(batch, one); len(batch) == streamBatch || !f.complete() {
			return batch, nil
		}
	}
}

// close ends the connection and waits for its goroutine.
func (c *connection) close() {
	c.cancel()
	<-c.done
}
