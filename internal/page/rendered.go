package page

import (
	"io"
)

// smallSegment is the size up to which segments are copied together in a page that is
// kept.
const smallSegment = 8 << 10

// rendered is the page but for the families of the exporter's own process: the
// segments of the families in the order of their names.
type rendered struct {
	families []familyEnd
	pieces   [][]byte
	last     segment // below all families
}

// familyEnd is the end of a family.
type familyEnd struct {
	name   string
	pieces int    // how many up to here
	packed int    // their size
	plain  extent // of their content
}

// until returns the end of the first n families.
func (s *rendered) until(n int) familyEnd {
	if n == 0 {
		return familyEnd{}
	}
	return s.families[n-1]
}

// add appends a family, with segments up to a size copied together.
func (s *rendered) add(name string, head segment, parts []segment, small int) {
	end := s.until(len(s.families))
	end.name = name
	end.packed += len(head.data)
	end.plain = end.plain.then(head.plain)
	run := head.data
	for _, p := range parts {
		end.packed += len(p.data)
		end.plain = end.plain.then(p.plain)
		if len(p.data) <= small {
			run = append(run, p.data...)
			continue
		}
		s.pieces = append(s.pieces, run, p.data)
		run = nil
	}
	if len(run) > 0 {
		s.pieces = append(s.pieces, run)
	}
	end.pieces = len(s.pieces)
	s.families = append(s.families, end)
}

// writer collects pieces: a write to the network costs as much as copying a
// hundred kilobytes, and wakes the reader.
type writer struct {
	io.Writer
	buffer []byte
	err    error // the first one: nothing is written after it
}

// writeBuffer is the size of the buffer of a writer. What is larger is not copied.
const writeBuffer = 128 << 10

// writers are those that are not in use. A sync.Pool would drop them with every
// garbage collection.
type writers chan *writer

// spareWriters is how many unused writers are kept: most pages have one or two
// readers.
const spareWriters = 4

// get returns a writer to w, to be given back by put.
func (ws writers) get(w io.Writer) *writer {
	select {
	case kept := <-ws:
		kept.Writer = w
		return kept
	default:
		return &writer{Writer: w, buffer: make([]byte, 0, writeBuffer)}
	}
}

func (ws writers) put(w *writer) {
	*w = writer{buffer: w.buffer[:0]}
	select {
	case ws <- w:
	default:
	}
}

// write writes pieces one after the other.
func (w *writer) write(pieces ...[]byte) {
	for _, p := range pieces {
		if len(w.buffer)+len(p) > cap(w.buffer) {
			_ = w.flush()
		}
		if len(p) < cap(w.buffer) {
			w.buffer = append(w.buffer, p...)
		} else if w.err == nil {
			_, w.err = w.Write(p)
		}
	}
}

// flush writes what has been collected, and returns the first error so far.
func (w *writer) flush() error {
	if len(w.buffer) > 0 && w.err == nil {
		_, w.err = w.Write(w.buffer)
	}
	w.buffer = w.buffer[:0]
	return w.err
}
