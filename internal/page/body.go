package page

import "bufio"

// insert is a segment that is put before a family of a rendered page.
type insert struct {
	before int // how many families of the page stand above it
	segment
}

// body is a whole response. It is made of views: the bytes belong to the page and
// are shared by all responses.
type body struct {
	encoding encoding
	runs     [][][]byte
	size     int    // of the runs
	plain    extent // of their content
}

// newBody returns the families of s that sel has, with inserts between them.
func newBody(s *rendered, sel selection, inserts []insert, e encoding) *body {
	b := &body{encoding: e}
	done := 0
	for _, i := range inserts {
		b.addFamilies(s, done, i.before, sel)
		b.add([][]byte{i.data}, len(i.data), i.plain)
		done = i.before
	}
	b.addFamilies(s, done, len(s.families), sel)
	b.add([][]byte{s.last.data}, len(s.last.data), s.last.plain)
	return b
}

// addFamilies adds those of the families from..to of s that sel has.
func (b *body) addFamilies(s *rendered, from, to int, sel selection) {
	if sel.names == nil {
		b.addRange(s, from, to)
		return
	}
	for n := from; n < to; n++ {
		if sel.hasName(s.families[n].name) {
			b.addRange(s, n, n+1)
		}
	}
}

// addRange adds the families from..to of s.
func (b *body) addRange(s *rendered, from, to int) {
	start, end := s.until(from), s.until(to)
	b.add(s.pieces[start.pieces:end.pieces], end.packed-start.packed, end.plain.less(start.plain))
}

func (b *body) add(pieces [][]byte, size int, plain extent) {
	b.runs = append(b.runs, pieces)
	b.size += size
	b.plain = b.plain.then(plain)
}

// length is the size of the response.
func (b *body) length() int {
	return len(b.encoding.header()) + b.size + len(b.encoding.trailer(b.plain))
}

// writeBuffer is the most bytes of a body that are collected before they are written: a
// write to the network costs as much as copying a hundred kilobytes, and wakes the reader.
const writeBuffer = 128 << 10

// writeTo writes the body, and stops at the first error.
func (b *body) writeTo(to *bufio.Writer) error {
	_, _ = to.Write(b.encoding.header())
	for _, pieces := range b.runs {
		for _, p := range pieces {
			_, _ = to.Write(p)
		}
	}
	_, _ = to.Write(b.encoding.trailer(b.plain))
	return to.Flush()
}
