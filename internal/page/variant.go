package page

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
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
	lastUsed atomic.Int64 // Unix seconds of the last scrape; 0 if it holds nothing

	mu      sync.Mutex // held while rendering, so that each part is rendered once
	packer  packer
	state   *pageState
	parts   map[*part]segment    // of state
	pages   map[string]*rendered // of state, by the accounts on them
	process encodedProcess

	size, renderedSize int // of all parts, and of all pages

	scratch []byte // for plain bytes
}

// rendered returns the page of st or of a newer state. It has all accounts if accounts
// is nil.
func (v *variant) rendered(st *pageState, accounts []string) *rendered {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lastUsed.Store(time.Now().Unix())
	v.update(st)
	return v.joined(accounts)
}

// joined returns the page of some accounts, or of all.
func (v *variant) joined(accounts []string) *rendered {
	key := strings.Join(accounts, "\xff")
	if accounts != nil {
		key += "\xff"
	}
	s := v.pages[key]
	if s == nil {
		s = v.join(accounts)
		if size := v.renderedSize + s.until(len(s.families)).packed; size <= v.room() {
			v.pages[key] = s
			v.renderedSize = size
		}
	}
	return s
}

// room bounds the size of the pages that are kept: enough for the whole page,
// each account by itself and a few shards of accounts. What exceeds it is joined
// for each scrape.
func (v *variant) room() int { return 4*v.size + 1<<20 }

// refresh renders the page of st ahead if the variant is in use, with the metrics of
// the process, for the accounts and the format of the last scrape.
func (v *variant) refresh(st *pageState, c *processMetrics) {
	if v.lastUsed.Load() == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.update(st)
	if last := v.process; last.page != nil {
		v.encodeProcess(v.joined(last.page.accounts), c, last.format)
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
	v.state, v.parts, v.size = nil, nil, 0
	v.pages, v.renderedSize, v.process = nil, 0, encodedProcess{}
	v.packer = packer{encoding: v.packer.encoding}
	v.scratch = nil
}

// update renders what is new in st.
func (v *variant) update(st *pageState) {
	if v.state != nil && v.state.version >= st.version {
		return
	}
	parts := make(map[*part]segment, len(v.parts))
	v.size, v.renderedSize = 0, 0
	for _, f := range st.families {
		for _, p := range f.parts {
			s, ok := v.parts[p]
			if !ok {
				s = v.render(p)
			}
			parts[p] = s
			v.size += len(s.data)
		}
	}
	v.state, v.parts, v.pages = st, parts, make(map[string]*rendered)
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
	s := &rendered{accounts: accounts}
	for _, f := range v.state.families {
		var parts []segment
		size := 0
		for _, p := range f.parts {
			if accounts == nil || p.of(accounts) {
				parts = append(parts, v.parts[p])
				size += v.parts[p].plain.size
			}
		}
		if len(parts) > 0 {
			v.scratch = v.head(v.scratch[:0], f.desc, size)
			s.add(f.name(), v.piece(v.scratch), parts)
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
