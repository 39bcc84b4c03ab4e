package state

import (
	"encoding/binary"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// tree checks the pages of a bbolt file. bbolt itself follows every page number: if
// a page refers to one of its ancestors, as after a write that never reached the
// disk, reading would not end.
//
// A page starts with its number, its kind, the number of its elements and the number
// of overflow pages. Elements of a branch refer to pages; elements of a leaf may be
// buckets: the number of a page or, if that is 0, a page inside the value.
type tree struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // number of pages in the file
	visited  map[uint64]bool
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

// sound returns an error of class errCorrupt unless every reachable page is reached
// once and its elements are within it.
func (f *file) sound() error {
	return guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			size := int64(f.db.Info().PageSize)
			t := &tree{file: f.handle, pageSize: size, pages: uint64(min(f.info.Size(), tx.Size()) / size), visited: map[uint64]bool{}}
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

// page reads a page with its overflow pages.
func (t *tree) page(id uint64) ([]byte, error) {
	var head [pageHeader]byte
	if id >= t.pages {
		return nil, fmt.Errorf("%w: page %d of %d", errCorrupt, id, t.pages)
	}
	at := int64(id) * t.pageSize
	if _, err := t.file.ReadAt(head[:], at); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, classify(err))
	}
	n := uint64(binary.NativeEndian.Uint32(head[12:])) + 1
	if binary.NativeEndian.Uint64(head[:]) != id || n > t.pages-id {
		return nil, fmt.Errorf("%w: page %d", errCorrupt, id)
	}
	for i := id; i < id+n; i++ {
		if t.visited[i] {
			return nil, fmt.Errorf("%w: page %d is used twice", errCorrupt, i)
		}
		t.visited[i] = true
	}
	page := make([]byte, int64(n)*t.pageSize)
	if _, err := t.file.ReadAt(page, at); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, classify(err))
	}
	return page, nil
}

// elements queues the pages that a page refers to; false if the page is malformed.
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

// branch reads the branch element at the start of b: offset and length of its key,
// number of its page.
func (t *tree) branch(b []byte) bool {
	at, key := binary.NativeEndian.Uint32(b), binary.NativeEndian.Uint32(b[4:])
	t.todo = append(t.todo, binary.NativeEndian.Uint64(b[8:]))
	return uint64(at)+uint64(key) <= uint64(len(b))
}

// leaf reads the leaf element at the start of b: flags, offset and length of its key,
// length of its value.
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
