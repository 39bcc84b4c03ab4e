package state

import (
	"errors"
	"io/fs"
	"os"
)

// Holds reports whether there is a state, or a backup of one, in a directory. It writes nothing.
func Holds(dir string) bool {
	s := &Store{dir: dir}
	for _, path := range []string{s.path(), s.backupPath()} {
		if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return true // what it is, Open says
		}
	}
	return false
}

// Read reads the state of a directory and writes nothing. inUse is true if another
// process has it open: then it is that of the newest backup, up to Options.BackupEvery
// old. What the Store is changed to later stays in memory.
//
// Errors: fs.ErrNotExist if the directory has no state, or no backup while it is in use;
// others as those of Open.
func Read(dir string) (s *Store, inUse bool, err error) {
	s = &Store{dir: dir, opts: Options{MemoryOnly: true}.withDefaults(), ledgers: map[string]*Ledger{}}
	if _, err := os.Stat(s.path()); err != nil {
		return nil, false, err
	}
	path := s.path()
	lock, err := lockDir(dir, 0)
	switch inUse = errors.Is(err, ErrLocked); {
	case inUse:
		path = s.backupPath()
	case err != nil:
		return nil, false, err
	default:
		defer func() { err = errors.Join(err, unlockDir(lock)) }()
	}
	f, c, err := s.openAndLoad(path, true)
	if err != nil {
		return nil, inUse, withPath(path, err)
	}
	s.use(Resumed, c)
	return s, inUse, f.close()
}
