package liveperson

import "context"

// turn is taken by one goroutine at a time: what all of them need is asked for
// once, while the others wait for their turn and then find it there. Unlike a
// mutex it is given up on when the context ends, and unlike a shared flight it
// fails nobody because somebody else gave up.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) leave() { <-t }
