package api

import (
	"bytes"
	"errors"
	"io"
)

// peek returns the next byte that is no white space, without passing over it;
// 0 if there is none.
func (d *Decoder) peek() byte {
	for d.err == nil {
		for ; d.pos < len(d.buf); d.pos++ {
			switch c := d.buf[d.pos]; c {
			case ' ', '\t', '\n', '\r':
			case 0:
				d.broken()
				return 0
			default:
				return c
			}
		}
		d.more(d.pos)
	}
	return 0
}

// has reports whether text comes next.
func (d *Decoder) has(text string) bool {
	for len(d.buf)-d.pos < len(text) {
		if !d.more(d.pos) {
			return false
		}
	}
	return bytes.HasPrefix(d.buf[d.pos:], []byte(text))
}

// more reads on and keeps what stands from mark, which becomes the beginning of
// buf. It returns false, with an error, if there is nothing more.
func (d *Decoder) more(mark int) bool {
	d.before += int64(mark)
	d.pos -= mark
	d.buf = d.buf[:copy(d.buf, d.buf[mark:])]
	if len(d.buf) == cap(d.buf) {
		d.buf = append(d.buf, make([]byte, len(d.buf))...)[:len(d.buf)]
	}
	for range 100 { // as many empty reads as bufio puts up with
		if d.ended != nil {
			break
		}
		n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
		d.ended = err
		if n > 0 {
			d.buf = d.buf[:len(d.buf)+n]
			return true
		}
	}
	d.fail()
	return false
}

// fail ends the reading where the reader has.
func (d *Decoder) fail() {
	switch {
	case d.err != nil:
	case d.ended == nil:
		d.err = io.ErrNoProgress
	case errors.Is(d.ended, io.EOF), errors.Is(d.ended, io.ErrUnexpectedEOF):
		d.err = errCut
	default:
		d.err = d.ended
	}
}

// errCut is made once, since every answer ends.
var errCut = &Error{Class: Truncated, Err: errors.New("the answer ends before it is complete")}
