package api

import (
	"encoding/binary"
	"encoding/json"
	"hash/maphash"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Kinds of bytes in a string.
const (
	letter  = iota // stands for itself
	foreign        // part of a character beyond ASCII
	escape         // a backslash
	quote
	control // is not allowed
)

// kinds are those of all bytes.
var kinds = func() (k [256]byte) {
	for c := range k {
		switch {
		case c == '"':
			k[c] = quote
		case c == '\\':
			k[c] = escape
		case c < ' ':
			k[c] = control
		case c >= utf8.RuneSelf:
			k[c] = foreign
		}
	}
	return k
}()

// token is a string with its quotes, as it stands in the buffer, and the worst
// kind of byte in it.
type token struct {
	raw   []byte
	worst byte
}

// errLong is the error of a string or number beyond maxText.
var errLong = Schema.Errorf("a text is longer than a record may have")

// quoted reads a string. One that is too long is passed over.
func (d *Decoder) quoted() (t token, err error) {
	d.closed = false
	mark := d.pos
	d.pos++
	for {
		for d.pos < len(d.buf) {
			if d.pos += letters(d.buf[d.pos:]); d.pos == len(d.buf) {
				break
			}
			k := kinds[d.buf[d.pos]]
			d.pos++
			if k == letter {
				continue
			}
			if k == quote {
				t.raw = d.buf[mark:d.pos]
				return t, err
			}
			t.worst = max(t.worst, k)
			if k == foreign {
				continue
			}
			if k == control || !d.escaped(&mark) {
				d.broken()
				return token{}, d.err
			}
		}
		if d.pos-mark > maxText {
			mark, err = d.pos-1, errLong
		}
		if !d.readOn(&mark) {
			return token{}, d.err
		}
	}
}

// letters returns how many bytes at the beginning of b surely stand for
// themselves, eight at a time.
func letters(b []byte) (n int) {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(b)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		q, e := w^(ones*'"'), w^(ones*'\\')
		if found := (w | (w - ones*' ') | (q - ones) | (e - ones)) & high; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	return n
}

// readOn reads more and keeps what stands from mark on.
func (d *Decoder) readOn(mark *int) bool {
	more := d.more(*mark)
	*mark = 0
	return more
}

// escaped passes over what stands behind a backslash, and reports whether it is
// known.
func (d *Decoder) escaped(mark *int) bool {
	digits := 0
	for first := true; first || digits > 0; first = false {
		if d.pos == len(d.buf) && !d.readOn(mark) {
			return false
		}
		c := d.buf[d.pos]
		d.pos++
		switch {
		case first && c == 'u':
			digits = 4
		case first:
			return strings.IndexByte(`"\/bfnrt`, c) >= 0
		case !hexadecimal(c):
			return false
		default:
			digits--
		}
	}
	return true
}

func hexadecimal(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// pass passes over a string.
func (d *Decoder) pass() { _, _ = d.quoted() }

// string reads a string; it is good until the next use of d.
func (d *Decoder) string() []byte {
	t, err := d.quoted()
	if err != nil {
		return nil
	}
	return t.text()
}

// text is what the string says: without its quotes, with escapes resolved, and
// as valid UTF-8.
func (t token) text() []byte {
	inner := t.raw[1 : len(t.raw)-1]
	if t.worst == letter || t.worst == foreign && utf8.Valid(inner) {
		return inner
	}
	var s string
	if err := json.Unmarshal(t.raw, &s); err != nil {
		return nil // can't be: it has been checked
	}
	return []byte(s)
}

// literal reads a number, true, false or null; it is good until the next use of
// d.
func (d *Decoder) literal(c byte) []byte {
	d.closed = false
	switch c {
	case 't':
		return d.word("true")
	case 'f':
		return d.word("false")
	case 'n':
		return d.word("null")
	}
	return d.number()
}

func (d *Decoder) word(text string) []byte {
	if !d.has(text) {
		d.broken()
		return nil
	}
	d.pos += len(text)
	return d.buf[d.pos-len(text) : d.pos]
}

func (d *Decoder) number() []byte {
	mark := d.pos
	for {
		for d.pos < len(d.buf) && numeral(d.buf[d.pos]) {
			d.pos++
		}
		if d.pos < len(d.buf) || d.pos-mark > maxText {
			break
		}
		if !d.readOn(&mark) {
			break // only a number that is the whole answer may end so, and no answer is one
		}
	}
	if d.err != nil || !isNumber(d.buf[mark:d.pos]) {
		d.broken()
		return nil
	}
	return d.buf[mark:d.pos]
}

func numeral(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '.' || c == '+' || c|0x20 == 'e'
}

// isNumber reports whether b is a number of JSON.
func isNumber(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	whole := run(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	if b = b[whole:]; len(b) > 0 && b[0] == '.' {
		fraction := run(b[1:])
		if fraction == 0 {
			return false
		}
		b = b[1+fraction:]
	}
	if len(b) == 0 || b[0]|0x20 != 'e' {
		return len(b) == 0
	}
	if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		b = b[1:]
	}
	return len(b) > 0 && run(b) == len(b)
}

// run is how many digits b begins with.
func run(b []byte) int {
	n := 0
	for n < len(b) && '0' <= b[n] && b[n] <= '9' {
		n++
	}
	return n
}

// scalar reads the text of a string, number or boolean, which is good until the
// next use of d; null and "null" are "". It fails on objects and arrays.
func (d *Decoder) scalar() ([]byte, error) {
	var b []byte
	switch c := d.peek(); c {
	case '{', '[':
		return nil, d.misfit()
	case '"':
		t, err := d.quoted()
		if err != nil {
			return nil, err
		}
		b = t.text()
	default:
		b = whole(d.literal(c))
	}
	if len(b) == len("null") && b[0]|0x20 == 'n' && strings.EqualFold(string(b), "null") {
		return nil, d.err
	}
	return b, d.err
}

// longest bounds the strings that are kept for the next time.
const longest = 24

// keep returns b as a string.
func (d *Decoder) keep(b []byte) string {
	if len(b) == 0 || len(b) > longest {
		return string(b)
	}
	slot := &d.seen[maphash.Bytes(d.seed, b)%uint64(len(d.seen))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}
