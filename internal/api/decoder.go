package api

import (
	"errors"
	"hash/maphash"
	"io"
)

// FieldReader is a record that a Decoder reads field by field.
type FieldReader interface {
	// ReadField takes the field's value from d, or passes over it with d.Skip if
	// it doesn't know the name, which is in lower case and good until the next
	// use of d. It returns an error if the value has a form that makes the record
	// useless.
	ReadField(name []byte, d *Decoder) error
}

// Decoder reads JSON as it arrives and keeps nothing of it but what it is asked
// for, in the memory of its longest string. It exists because reflection takes
// three to four times as long on a page of ten thousand agents, and a list of raw
// messages reads each byte again. The fastest library that reads from a stream,
// go-faster/jx, gained little more than two times, and cannot read on where
// Loose does. The zero value is ready for use, by one goroutine at a time. Used
// again, it gives strings that it has seen lately without making them anew.
type Decoder struct {
	// Loose accepts what LiveVox's own pages show instead of JSON: commas too many,
	// none behind a closing bracket, an ellipsis between records, no brace around
	// everything.
	Loose bool

	r      io.Reader
	buf    []byte // what is read and not used yet is buf[pos:]
	pos    int
	before int64 // how much was read before buf
	ended  error // what the reader ended with
	err    error // the first of the reader or of the syntax: nothing is read after it
	depth  int
	closed bool // the newest token closed an object or array

	most int // records of the answer's own list when one was last read

	name [64]byte
	seed maphash.Seed
	seen []string // by their hash, as long as no other one takes the place
}

// maxDepth is how deep objects and arrays may be nested, as in encoding/json.
const maxDepth = 10_000

// room is how much is read at once.
const room = 64 << 10

// maxText bounds a string or number; a record with a longer one is no record.
const maxText = 1 << 20

// Decode reads the one value that r holds into o. It fails with an *Error, or
// with the reader's error.
func (d *Decoder) Decode(r io.Reader, o FieldReader) error {
	d.reset(r)
	if c := d.peek(); c == 'n' || d.finished() {
		return Schema.Errorf("the answer is empty")
	}
	err := d.whole(o)
	if d.err == nil {
		d.end()
	}
	if d.err != nil {
		return d.err
	}
	return err
}

// whole reads an object that may lack its brace.
func (d *Decoder) whole(o FieldReader) error {
	if d.Loose && d.peek() == '"' {
		return d.fields(o)
	}
	return d.Object(o)
}

func (d *Decoder) reset(r io.Reader) {
	if d.seen == nil {
		d.seed, d.seen = maphash.MakeSeed(), make([]string, 4096)
	}
	if cap(d.buf) == 0 || cap(d.buf) > 4*room {
		d.buf = make([]byte, 0, room)
	}
	d.r, d.buf, d.pos, d.before = r, d.buf[:0], 0, 0
	d.ended, d.err, d.depth, d.closed = nil, nil, 0, false
}

// end fails if there is more than white space.
func (d *Decoder) end() {
	d.peek()
	if d.finished() {
		d.err = nil
	} else {
		d.broken()
	}
}

// finished reports whether everything is read, and the reader had no more.
func (d *Decoder) finished() bool { return errors.Is(d.ended, io.EOF) && d.pos == len(d.buf) }

// Object reads the fields of an object into o; null has none. The error is that
// of the first field that had one: all others are read.
func (d *Decoder) Object(o FieldReader) error {
	switch d.peek() {
	case '{':
		d.pos++
		return d.fields(o)
	case 'n':
		return d.Skip()
	}
	return d.misfit()
}

func (d *Decoder) fields(o FieldReader) error {
	var failed error
	d.deeper()
	for first := true; d.next(first, '}'); first = false {
		if err := o.ReadField(d.field(), d); err != nil && failed == nil {
			failed = err
		}
	}
	d.depth--
	if d.err != nil {
		return d.err
	}
	return failed
}

// field reads a name and the colon behind it. A name that is longer than any
// that is known is "".
func (d *Decoder) field() []byte {
	if d.peek() != '"' {
		d.broken()
		return nil
	}
	name := d.string()
	n := 0
	if len(name) <= len(d.name) {
		for ; n < len(name); n++ {
			c := name[n]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			d.name[n] = c
		}
	}
	if d.peek() != ':' {
		d.broken()
		return nil
	}
	d.pos++
	return d.name[:n]
}

// next goes to the next element of an object or array, which the byte end
// closes. It returns false behind the last one, and after an error.
func (d *Decoder) next(first bool, end byte) bool {
	closed := d.closed
	c := d.peek()
	if !first && c != end && c != 0 {
		c = d.comma(c, closed, end)
	} else if first && d.Loose && c == '.' {
		c = d.gap(c)
	}
	if d.err != nil {
		return false
	}
	if c == end {
		d.pos++
		d.closed = true
		return false
	}
	return true
}

// comma passes over what parts two elements and returns the byte behind it.
func (d *Decoder) comma(c byte, closed bool, end byte) byte {
	if d.Loose {
		parted := c == ',' || c == '.'
		if c = d.gap(c); !parted && (!closed || c != '"' && c != '{' && c != '[') && c != end {
			d.broken()
		}
		return c
	}
	if c != ',' {
		d.broken()
		return 0
	}
	d.pos++
	if c = d.peek(); c == end {
		d.broken()
	}
	return c
}

// gap passes over any commas and ellipses.
func (d *Decoder) gap(c byte) byte {
	for d.err == nil {
		switch {
		case c == ',':
			d.pos++
		case c == '.' && d.has("..."):
			d.pos += len("...")
		default:
			return c
		}
		c = d.peek()
	}
	return 0
}

// Skip passes over a value of any form.
func (d *Decoder) Skip() error {
	switch c := d.peek(); c {
	case '{', '[':
		d.skipNested(c)
	case '"':
		d.pass()
	default:
		d.literal(c)
	}
	return d.err
}

func (d *Decoder) skipNested(open byte) {
	d.pos++
	d.deeper()
	end := open + 2 // '}' and ']' in ASCII
	for first := true; d.next(first, end); first = false {
		if open == '{' {
			d.field()
		}
		if d.Skip() != nil {
			return
		}
	}
	d.depth--
}

func (d *Decoder) deeper() {
	if d.depth++; d.depth > maxDepth {
		d.broken()
	}
}

// ownList is the depth of the records' list in an answer.
const ownList = 2

// expected is how many records room is made for: as many as last time.
func (d *Decoder) expected() int {
	if d.depth != ownList {
		return 4
	}
	return max(4, min(d.most, 20_000))
}

// listed notes how long the list was that has been read.
func (d *Decoder) listed(n int) {
	if d.depth == ownList-1 {
		d.most = n
	}
}

// offset is how many bytes have been passed over.
func (d *Decoder) offset() int64 { return d.before + int64(d.pos) }

// misfit passes over a value of another form than the one that was expected.
func (d *Decoder) misfit() error {
	at := d.offset()
	if err := d.Skip(); err != nil {
		return err
	}
	return Schema.Errorf("the answer has another form than documented at byte %d", at)
}

// broken ends the reading of what is no JSON.
func (d *Decoder) broken() {
	if d.err == nil {
		d.err = Schema.Errorf("the answer is not JSON")
	}
}
