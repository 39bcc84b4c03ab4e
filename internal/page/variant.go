package page

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/common/expfmt"
)

// renderer writes a format.
type renderer interface {
	// head appends the header of a family whose series take size bytes.
	head(b []byte, d *metric.Desc, size int) []byte
	// series appends some series of p.
	series(b []byte, p *part, order []int32) []byte
	// end is the text below all families.
	end() string
}

// keepFor is how long a variant is kept ready after a scrape: some scrapes at the
// longest interval that is usual.
const keepFor = 15 * time.Minute

// variant is the page in one format and encoding. It holds nothing until it is
// asked for. What it returns never changes.
type variant struct {
	renderer
	created  bool         // whether OpenMetrics has _created samples
	lastUsed atomic.Int64 // Unix seconds of the last scrape; 0 if it holds nothing

	mu      sync.Mutex // held while rendering, so that each part is rendered once
	packer  packer
	state   *pageState
	parts   map[*part]segment // of state
	whole   *rendered         // the page of state; nil before it is asked for
	process encodedProcess

	scratch []byte // for plain bytes
}

// body returns what sel selects of st, or of a newer state, with the metrics of the
// process where no account is selected.
func (v *variant) body(st *pageState, sel selection, process *process, format expfmt.Format) *body {
	var c *processMetrics
	if sel.accounts == nil {
		c = process.gather()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lastUsed.Store(time.Now().Unix())
	v.update(st)
	s := v.page(sel.accounts)
	var inserts []insert
	switch {
	case c == nil:
	case sel.names == nil:
		inserts = v.encodeProcess(s, c, format)
	default:
		inserts = v.inserts(s, c.families, sel, format)
	}
	return newBody(s, sel, inserts, v.packer.encoding)
}

// page returns the page of some accounts, joined for this request, or the whole page.
func (v *variant) page(accounts []string) *rendered {
	if accounts != nil {
		return v.join(accounts)
	}
	if v.whole == nil {
		v.whole = v.join(nil)
	}
	return v.whole
}

// refresh renders the page of st ahead if the variant is in use, with the metrics of
// the process in the format of the last scrape.
func (v *variant) refresh(st *pageState, c *processMetrics) {
	if v.lastUsed.Load() == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.update(st)
	if last := v.process; last.page != nil {
		v.encodeProcess(v.page(nil), c, last.format)
	}
}

// releaseUnused drops the content of a variant that is not in use any more.
func (v *variant) releaseUnused() {
	lastUsed := v.lastUsed.Load()
	if lastUsed == 0 || time.Since(time.Unix(lastUsed, 0)) < keepFor {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lastUsed.Store(0)
	v.state, v.parts, v.whole, v.process = nil, nil, nil, encodedProcess{}
	v.packer = packer{encoding: v.packer.encoding}
	v.scratch = nil
}

// update renders what is new in st.
func (v *variant) update(st *pageState) {
	if v.state != nil && v.state.version >= st.version {
		return
	}
	parts := make(map[*part]segment, len(v.parts))
	for _, f := range st.families {
		for _, p := range f.parts {
			s, ok := v.parts[p]
			if !ok {
				s = v.render(p)
			}
			parts[p] = s
		}
	}
	v.state, v.parts, v.whole = st, parts, nil
}

// chunkSize is how many series are rendered before they are compressed. It bounds the
// plain bytes in memory.
const chunkSize = 1024

// render makes the segment of p.
func (v *variant) render(p *part) (s segment) {
	done := 0
	for order := range slices.Chunk(p.order, chunkSize) {
		v.scratch = v.series(v.scratch[:0], p, order)
		var added extent
		s.data, added = v.packer.pack(s.data, v.scratch)
		s.plain = s.plain.then(added)
		if done += len(order); done < len(p.order) {
			s.data = ample(s.data, len(s.data)/done*(len(p.order)-done))
		}
	}
	if size := len(s.data); cap(s.data)-size > size/16 {
		s.data = bytes.Clone(s.data)
	}
	return s
}

// ample returns b with room for about so many more bytes.
func ample(b []byte, more int) []byte {
	if cap(b)-len(b) >= more {
		return b
	}
	return slices.Grow(b, more+more/32+1<<10)
}

// join makes the page of some accounts, or of all.
func (v *variant) join(accounts []string) *rendered {
	s := &rendered{}
	for _, f := range v.state.families {
		segments := []segment{{}} // the first is the head
		size := 0
		for _, p := range f.parts {
			if p.of(accounts) {
				segments = append(segments, v.parts[p])
				size += v.parts[p].plain.size
			}
		}
		if len(segments) > 1 {
			v.scratch = v.head(v.scratch[:0], f.Desc, size)
			segments[0] = v.piece(v.scratch)
			s.add(f.name(), segments)
		}
	}
	s.last = v.piece([]byte(v.end()))
	return s
}

// piece returns plain as a segment of its own.
func (v *variant) piece(plain []byte) segment {
	data, extent := v.packer.pack(nil, plain)
	return segment{data, extent}
}
