package page

import (
	"io"
)

// small is the size up to which segments are copied together: many small writes
// cost more than one.
const small = 8 << 10

// sheet is the page but for the families of the exporter's own process: the
// segments of the families in the order of their names.
type sheet struct {
	families []span
	pieces   [][]byte
	last     segment // below all families
}

// span says where a family ends.
type span struct {
	name   string
	pieces int    // how many up to here
	packed int    // their size
	plain  extent // of their content
}

// until returns the end of the first n families.
func (s *sheet) until(n int) span {
	if n == 0 {
		return span{}
	}
	return s.families[n-1]
}

// add appends a family.
func (s *sheet) add(name string, head segment, parts []segment) {
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

// insert is what stands before a family of a sheet.
type insert struct {
	before int // how many families of the sheet stand above it
	segment
}

// body is a whole response.
type body struct {
	*sheet
	encoding encoding
	inserts  []insert
}

// extents returns the size of the body and the extent of its content.
func (b *body) extents() (packed int, plain extent) {
	packed = len(b.encoding.opening())
	done := 0
	for _, i := range b.inserts {
		from, to := b.until(done), b.until(i.before)
		packed += to.packed - from.packed + len(i.data)
		plain = plain.then(to.plain.less(from.plain)).then(i.plain)
		done = i.before
	}
	from, to := b.until(done), b.until(len(b.families))
	packed += to.packed - from.packed + len(b.last.data)
	plain = plain.then(to.plain.less(from.plain)).then(b.last.plain)
	return packed + len(b.encoding.closing(plain)), plain
}

// writeTo writes the body, and stops at the first error.
func (b *body) writeTo(w io.Writer, plain extent) error {
	if err := write(w, b.encoding.opening()); err != nil {
		return err
	}
	done := 0
	for _, i := range b.inserts {
		if err := write(w, b.pieces[b.until(done).pieces:b.until(i.before).pieces]...); err != nil {
			return err
		}
		if err := write(w, i.data); err != nil {
			return err
		}
		done = i.before
	}
	if err := write(w, b.pieces[b.until(done).pieces:]...); err != nil {
		return err
	}
	return write(w, b.last.data, b.encoding.closing(plain))
}

// write writes pieces one after the other.
func write(w io.Writer, pieces ...[]byte) error {
	for _, p := range pieces {
		if len(p) == 0 {
			continue
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}
