package state

import "time"

// trouble is a commit that failed.
type trouble struct {
	err  error
	size int // of the largest commit that failed
	at   time.Time
	// resolved is true once a commit of that size has succeeded: on a full disk small
	// ones still do.
	resolved bool
}

// recordOutcome stores the outcome of a commit of size bytes and logs when failures
// begin and end.
func (s *Store) recordOutcome(err error, size int) {
	s.outcome.Lock()
	defer s.outcome.Unlock()
	before := s.trouble.Load()
	failing := before != nil && !before.resolved
	switch {
	case err == nil && failing && size >= before.size:
		s.trouble.Store(&trouble{before.err, before.size, before.at, true})
		s.opts.Log("state can be written again")
	case err != nil && failing:
		s.trouble.Store(&trouble{err, max(size, before.size), time.Now(), false})
	case err != nil:
		s.trouble.Store(&trouble{err, size, time.Now(), false})
		s.opts.Log("state cannot be written; counting stops until it can", "err", err)
	}
}

// Writable is false after a commit that failed, until one that is at least as large
// has succeeded and Options.TroubleHold has passed since the newest failure. A backup
// counts as a commit of the size of the file.
func (s *Store) Writable() bool { return s.Err() == nil }

// Err returns why the Store is not Writable; nil if it is.
func (s *Store) Err() error {
	t := s.trouble.Load()
	if t == nil || t.resolved && time.Since(t.at) >= s.opts.TroubleHold {
		return nil
	}
	return t.err
}
