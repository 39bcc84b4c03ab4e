package state

import (
	"encoding/binary"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// tree goes through the pages of a bbolt file by itself. bbolt believes what they
// say: where a page leads back to one above it, as after a write that never
// reached the disk, reading would go on for ever.
//
// A page begins with its number, its kind, how many elements it has and how many
// pages follow that belong to it. Elements of a branch name further pages, those
// of a leaf may hold a bucket: the number of its page or, with the number 0, a
// page within the value.
type tree struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // of the file
	met      map[uint64]bool
	todo     []uint64
}

const (
	pageHeader   = 16
	pageElement  = 16
	bucketHeader = 16

	branchPage = 1
	leafPage   = 2
	bucketFlag = 1
)

// sound returns an error of class errCorrupt unless each page that can be reached
// is reached once and holds what it says.
func (f *file) sound() error {
	return guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			size := int64(f.db.Info().PageSize)
			t := &tree{file: f.handle, pageSize: size, pages: uint64(min(f.info.Size(), tx.Size()) / size), met: map[uint64]bool{}}
			return t.walk(uint64(tx.Cursor().Bucket().Root()))
		})
	})
}

func (t *tree) walk(root uint64) error {
	for t.todo = []uint64{root}; len(t.todo) > 0; {
		last := len(t.todo) - 1
		id := t.todo[last]
		t.todo = t.todo[:last]
		page, err := t.page(id)
		if err != nil {
			return err
		}
		if !t.elements(page) {
			return fmt.Errorf("%w: page %d", errCorrupt, id)
		}
	}
	return nil
}

// page reads a page with those that belong to it.
func (t *tree) page(id uint64) ([]byte, error) {
	var head [pageHeader]byte
	if id >= t.pages {
		return nil, fmt.Errorf("%w: page %d of %d", errCorrupt, id, t.pages)
	}
	at := int64(id) * t.pageSize
	if _, err := t.file.ReadAt(head[:], at); err != nil {
		return nil, fmt.Errorf("%w: page %d: %w", errCorrupt, id, err)
	}
	n := uint64(binary.NativeEndian.Uint32(head[12:])) + 1
	if binary.NativeEndian.Uint64(head[:]) != id || n > t.pages-id {
		return nil, fmt.Errorf("%w: page %d", errCorrupt, id)
	}
	for i := id; i < id+n; i++ {
		if t.met[i] {
			return nil, fmt.Errorf("%w: page %d is used twice", errCorrupt, i)
		}
		t.met[i] = true
	}
	page := make([]byte, int64(n)*t.pageSize)
	if _, err := t.file.ReadAt(page, at); err != nil {
		return nil, fmt.Errorf("%w: page %d: %w", errCorrupt, id, err)
	}
	return page, nil
}

// elements notes the pages that a page leads to; false if it can't be one.
func (t *tree) elements(page []byte) bool {
	if len(page) < pageHeader {
		return false
	}
	kind, count := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	if kind != branchPage && kind != leafPage || kind == branchPage && count == 0 || count > (len(page)-pageHeader)/pageElement {
		return false
	}
	for i := range count {
		e := page[pageHeader+i*pageElement:]
		if kind == branchPage && !t.branch(e) || kind == leafPage && !t.leaf(e) {
			return false
		}
	}
	return true
}

// branch takes the element that b begins with: where its key is, how long, and
// the page that it leads to.
func (t *tree) branch(b []byte) bool {
	at, key := binary.NativeEndian.Uint32(b), binary.NativeEndian.Uint32(b[4:])
	t.todo = append(t.todo, binary.NativeEndian.Uint64(b[8:]))
	return uint64(at)+uint64(key) <= uint64(len(b))
}

// leaf takes the element that b begins with: whether it is a bucket, where its
// key is, how long, and how long is the value behind it.
func (t *tree) leaf(b []byte) bool {
	flags, at := binary.NativeEndian.Uint32(b), uint64(binary.NativeEndian.Uint32(b[4:]))
	from := at + uint64(binary.NativeEndian.Uint32(b[8:]))
	to := from + uint64(binary.NativeEndian.Uint32(b[12:]))
	if to > uint64(len(b)) {
		return false
	}
	if flags&bucketFlag == 0 {
		return true
	}
	value := b[from:to]
	if len(value) < bucketHeader {
		return false
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		t.todo = append(t.todo, root)
		return true
	}
	return t.elements(value[bucketHeader:])
}
