package state

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// holdBeat is how often a file that is held is touched.
const holdBeat = 5 * time.Second

// ErrHeld is the error of a file that another process holds.
var ErrHeld = errors.New("held")

// Hold locks a file for this process, which is made if need be, and touches it until release
// is called or the process ends: HeldWithin tells other processes when it was held last.
//
// Errors: ErrHeld if another process holds it.
func Hold(path string) (release func() error, err error) {
	f, err := lockFile(path, 0, ErrHeld)
	if err != nil {
		return nil, err
	}
	touch := func() error { now := time.Now(); return os.Chtimes(path, now, now) }
	if err := touch(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), unlockDir(f))
	}
	ended := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() {
		ticker := time.NewTicker(holdBeat)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				_ = touch() // the next one tries again
			case <-ended:
				return
			}
		}
	})
	return sync.OnceValue(func() error {
		close(ended)
		beating.Wait()
		return errors.Join(touch(), unlockDir(f))
	}), nil
}

// HeldWithin reports whether a file has been held within a time, to some seconds.
func HeldWithin(path string, within time.Duration) bool {
	info, err := os.Stat(path)
	return err == nil && time.Since(info.ModTime()).Abs() < within+2*holdBeat
}
