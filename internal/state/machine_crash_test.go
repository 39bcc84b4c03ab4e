package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"pgregory.net/rapid"
)

// crash continues with a copy of the files as they are, while the first process
// is never heard of again.
func (m *machine) crash(t *rapid.T) {
	m.n++
	dir := filepath.Join(m.base, fmt.Sprint(m.n))
	if err := os.CopyFS(dir, os.DirFS(m.dir)); err != nil {
		t.Fatal(err)
	}
	m.restart(t, dir)
}

// crashIn continues with the files as they were at a point of an update or a backup.
func (m *machine) crashIn(t *rapid.T) {
	was, maybe, saved := m.is, m.maybe, m.saved
	m.dies = rapid.SampledFrom(append([]string{BeforeBackup}, points...)).Draw(t, "dies at")
	switch m.fail = (failAt{}); m.dies {
	case BeforeBackup:
		m.backup(t)
		m.saved = saved // the new one was not in place yet
	case BeforeCommit:
		m.update(t)
		m.is, m.maybe = was, maybe
	case InCommit:
		m.update(t)
		m.is = was
	default:
		m.update(t)
	}
	dir := m.image
	if m.dies, m.image = "", ""; dir != "" {
		m.restart(t, dir)
	} else {
		m.is = was // there was nothing to write
	}
}

// restart continues in dir with whatever is there.
func (m *machine) restart(t *rapid.T, dir string) {
	before, epoch := m.shown, m.store.epoch
	m.close(t)
	m.dir = dir
	m.open(t)
	after := m.ledger(t).newest()
	if m.store.Origin() == Resumed {
		if m.maybe != nil && after.cursor == fmt.Sprint(m.maybe.cursor) {
			m.is = m.maybe
		}
		m.applyDropped(before, after)
	} else {
		m.afterLoss(t, epoch, after)
	}
	m.maybe = nil
}

// afterLoss is the truth after the file was lost.
func (m *machine) afterLoss(t *rapid.T, before epoch, v *View) {
	m.epoch++
	if m.is = newTruth(); m.saved != nil {
		m.is = m.saved.clone()
	}
	if (m.store.Origin() == Backup) != (m.saved != nil) || !m.store.epoch.start.After(before.start) {
		t.Fatalf("origin %v, epoch %v after %v", m.store.Origin(), m.store.epoch, before)
	}
	for key := range m.is.sums {
		m.is.sums[key] = 0
	}
	clear(m.is.counts)
	for key, value := range v.named() {
		if !value.Since.After(m.is.since[key]) {
			t.Fatalf("%s starts at %v in the new epoch, %v before", key, value.Since, m.is.since[key])
		}
		m.is.since[key] = value.Since
	}
}

func (m *machine) close(t *rapid.T) {
	if err := m.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// damage cuts the file off while no process has it open.
func (m *machine) damage(t *rapid.T) {
	m.close(t)
	if err := os.Truncate(m.store.path(), 5000); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	m.restart(t, m.dir)
}

// putBack puts the backup in the place of the file, as an operator may. Unless it
// holds the same commits as the file, an epoch starts.
func (m *machine) putBack(t *rapid.T) {
	m.close(t)
	saved, err := os.ReadFile(m.store.backupPath())
	if err == nil {
		m.maybe = nil
		err = os.WriteFile(m.store.path(), saved, 0o600)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	m.restart(t, m.dir)
}

func (m *machine) backup(t *rapid.T) {
	if err := m.store.Backup(); err != nil {
		t.Fatal(err)
	}
	m.saved = m.is.clone()
	m.maybe = nil
}
