package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/clock"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// ErrClosed is the error of an Update after Store.Close, ErrRemoved of an Update of
// a ledger that Store.RetainLedgers has deleted.
var (
	ErrClosed  = errors.New("state is closed")
	ErrRemoved = errors.New("ledger was removed")
)

// Options of a Store. The zero value has the defaults.
type Options struct {
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Log logs a message with pairs of keys and values. Nothing is logged by default.
	Log func(msg string, keyvals ...any)
	// MemoryOnly keeps the state in memory without a file, for demonstrations and tests.
	MemoryOnly bool
	// Copy, if not nil, is where the copy of the memory is kept in place of a
	// directory.
	Copy Copy
	// Secret is Store.Key where there is a Copy.
	Secret [32]byte
	// MaxSeen bounds the names of Tx.Once in each ledger; 1,000,000 by default.
	MaxSeen int
	// MaxSize bounds the file in bytes; 1 GiB by default. A commit that would need
	// more fails.
	MaxSize int
	// BackupEvery is the interval at which a changed file is copied; 5 minutes by
	// default, never if negative.
	BackupEvery time.Duration
	// TroubleHold is how long Store.Writable stays false after a commit that failed; 5
	// minutes by default, 0 if negative.
	TroubleHold time.Duration
	// LockWait is how long Open waits for another process to end; 1 s by default.
	LockWait time.Duration
	// Fail is called at each of the points below. An error makes the step fail
	// there; a test may also end the process. It is nil outside tests.
	Fail func(point string) error
}

// The points at which Options.Fail is called: before the file is opened for
// writing, while a file that looks damaged is read again, then in the order of an
// Update; at BeforeBackup the copy is complete but not yet in place, at BeforeClose no
// commit is running.
const (
	BeforeOpen    = "before-open"
	InRead        = "in-read" // a file that looks damaged is read once more
	BeforeCommit  = "before-commit"
	InCommit      = "in-commit" // all is written to the transaction
	AfterCommit   = "after-commit"
	BeforePublish = "before-publish"
	AfterPublish  = "after-publish" // nothing can fail any more
	BeforeBackup  = "before-backup"
	BeforeClose   = "before-close"
)

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.MaxSeen <= 0 {
		o.MaxSeen = 1_000_000
	}
	if o.MaxSize <= 0 {
		o.MaxSize = 1 << 30
	}
	if o.BackupEvery == 0 {
		o.BackupEvery = 5 * time.Minute
	}
	if o.TroubleHold == 0 {
		o.TroubleHold = 5 * time.Minute
	}
	if o.LockWait == 0 {
		o.LockWait = time.Second
	}
	if o.Fail == nil {
		o.Fail = func(string) error { return nil }
	}
	return o
}

// Store is the open state of one process. Its methods may be called from any
// goroutine; those that only return a value never wait for a commit.
type Store struct {
	dir    string
	opts   Options
	lock   *os.File
	origin Origin
	epoch  epoch
	key    []byte

	size      atomic.Int64
	outcome   sync.Mutex // held while trouble is changed
	trouble   atomic.Pointer[trouble]
	floor     atomic.Int64 // header.Floor
	committed atomic.Int64 // header.Committed

	mu      sync.Mutex
	file    *file // nil while it is closed
	unsure  bool  // whether Copy may differ from the memory
	header  header
	ledgers map[string]*Ledger
	closed  bool

	clock clock.Clock // guarded by mu

	backup  sync.Mutex // held during Backup
	saved   uint64     // header.Seq + 1 of the newest backup
	cancel  context.CancelFunc
	backups sync.WaitGroup
}

func (s *Store) backupPath() string { return s.path() + ".bak" }

// path returns the path of the file; "" if there is a Copy.
func (s *Store) path() string {
	if s.opts.Copy != nil {
		return ""
	}
	return filepath.Join(s.dir, "state.db")
}

func (s *Store) boltOptions() bbolt.Options { return bbolt.Options{MaxSize: s.opts.MaxSize} }

// Ledger returns the ledger with that name, such as "account/source", and the same
// one until Close. It is empty, and not in the file, until its first Update.
// Errors: ErrClosed; a name that is empty or longer than 1 KiB.
func (s *Store) Ledger(name string) (ledger.Ledger, error) { return s.ledger(name) }

func (s *Store) ledger(name string) (*Ledger, error) {
	if name == "" || len(name) > 1<<10 {
		return nil, fmt.Errorf("ledger name of %d bytes", len(name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	l := s.ledgers[name]
	if l == nil {
		l = newLedger(name, s, s.key)
		s.ledgers[name] = l
	}
	return l, nil
}

// Key returns 32 random bytes for keyed hashes, generated at the first start. They
// outlast a damaged state file.
func (s *Store) Key() []byte { return slices.Clone(s.key) }

// Origin returns what Open found.
func (s *Store) Origin() Origin { return s.origin }

// Epoch returns the number of the current epoch, a period in which no counter goes down:
// 1 for the first one of a directory, and it grows by one. continued is false where the
// epoch began with this start. It does not change until Close.
func (s *Store) Epoch() (number uint64, continued bool) {
	return s.epoch.number, s.origin == First || s.origin == Resumed
}

// Size returns the bytes of the state file; 0 without one.
func (s *Store) Size() int64 { return s.size.Load() }

// Committed returns the time of the newest commit, which may be one of an earlier
// process; the zero time if there was none.
func (s *Store) Committed() time.Time {
	ns := s.committed.Load()
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// Close waits for running commits and backups, closes the file and unlocks the
// directory. Views stay readable; Update returns ErrClosed. A second Close does
// nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	if s.cancel != nil {
		s.cancel()
	}
	s.backups.Wait()
	// A Backup that another caller started still reads the file.
	s.backup.Lock()
	defer s.backup.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(s.opts.Fail(BeforeClose), s.file.close())
	s.file = nil
	if s.lock != nil {
		s.saveIdentity()
		err = errors.Join(err, unlockDir(s.lock))
	}
	return err
}
