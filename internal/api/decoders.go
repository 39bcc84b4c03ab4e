package api

import (
	"bytes"
	"io"
	"sync"
)

// Decoders lends decoders, one to each answer that is read at the time. The zero
// value is ready for use, by any number of goroutines.
type Decoders struct {
	mu   sync.Mutex
	idle []*Decoder
}

// Decode reads the one value that r holds into o; loose is Decoder.Loose.
func (p *Decoders) Decode(r io.Reader, loose bool, o FieldReader) error {
	d := p.take()
	defer p.give(d)
	d.Loose = loose
	return d.Decode(r, o)
}

// Bytes reads the one value that b holds into o.
func (p *Decoders) Bytes(b []byte, o FieldReader) error {
	return p.Decode(bytes.NewReader(b), false, o)
}

func (p *Decoders) take() *Decoder {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return &Decoder{}
	}
	d := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return d
}

func (p *Decoders) give(d *Decoder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d.r = nil
	p.idle = append(p.idle, d)
}
