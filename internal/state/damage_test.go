package state

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"testing"

	"go.etcd.io/bbolt"
)

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func size(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func truncate(t testing.TB, path string, n int64) {
	t.Helper()
	if err := os.Truncate(path, n); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t testing.TB, path string, at int64, content []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(content, at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func editFile(t testing.TB, path string, do func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(do); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// edit changes a value of the store bucket; nil deletes it.
func edit(t testing.TB, path, key string, value []byte) {
	t.Helper()
	editFile(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(storeBucket))
		if value == nil {
			return b.Delete([]byte(key))
		}
		return b.Put([]byte(key), value)
	})
}

// flipValue changes a counter by one bit: bbolt itself doesn't notice.
func flipValue(t *testing.T, path string) {
	t.Helper()
	editFile(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(ledgersBucket)).Bucket([]byte("acme/agent_events")).Bucket([]byte(rowsBucket))
		value := append([]byte{}, b.Get(make([]byte, 4))...)
		value[20] ^= 4
		return b.Put(make([]byte, 4), value)
	})
}

// zeroFreelists overwrites the pages that both metas name as lists of free pages:
// bbolt panics while it opens such a file.
func zeroFreelists(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := int64(os.Getpagesize())
	for _, meta := range []int64{0, page} {
		const freelist = 16 + 32 // header of the page, and what comes first in a meta
		id := int64(binary.LittleEndian.Uint64(raw[meta+freelist:]))
		overwrite(t, path, id*page, make([]byte, page))
	}
}

// circle lets the first branch of the series lead to itself.
func circle(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var root int64
	err = db.View(func(tx *bbolt.Tx) error {
		root = int64(tx.Bucket([]byte(ledgersBucket)).Bucket([]byte("acme/agent_events")).Bucket([]byte(rowsBucket)).Root())
		return nil
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	page := root * int64(os.Getpagesize())
	if read(t, path)[page+8] != branchPage {
		t.Fatal("the series have no branches")
	}
	overwrite(t, path, page+pageHeader+8, binary.NativeEndian.AppendUint64(nil, uint64(root)))
}

// cutUsed cuts the file in the last page that is in use.
func cutUsed(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var used int64
	err = db.View(func(tx *bbolt.Tx) error { used = tx.Size(); return nil })
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	truncate(t, path, used-4096)
}

// logged are messages without their values.
type logged struct {
	mu       sync.Mutex
	messages []string
}

func (l *logged) add(msg string, keyvals ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, fmt.Sprint(append([]any{msg}, keyvals...)...))
}

func (l *logged) count(msg string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.messages {
		if len(m) >= len(msg) && m[:len(msg)] == msg {
			n++
		}
	}
	return n
}
