package page

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
)

// renderer writes a format.
type renderer interface {
	// head appends what stands above the series of a family, which take size bytes.
	head(b []byte, d *metric.Desc, size int) []byte
	// chunk appends the series of chunk n of p.
	chunk(b []byte, p *part, n int) []byte
	// end is what stands below all families.
	end() string
}

// keep is how long a variant is kept ready after it was asked for: some scrapes
// at the longest interval that is usual.
const keep = 15 * time.Minute

// variant is the page in one format and encoding. It holds nothing until it is
// asked for. Whatever it hands out never changes.
type variant struct {
	renderer
	asked atomic.Int64 // when, in Unix seconds; 0 if it holds nothing

	mu      sync.Mutex // held while something is made, so that it is made once
	packer  packer
	book    *book
	parts   map[*part]segment    // of book
	chunks  map[*content]segment // of book, views of parts
	size    int                  // of all parts
	sheets  map[string]*sheet    // of book, by the accounts on them
	joined  int                  // the size of all sheets
	process attached

	scratch    []byte  // for plain bytes
	one, whole segment // for packed ones
}

// sheet returns the page as b has it, or a newer book. It has all accounts if
// accounts is nil.
func (v *variant) sheet(b *book, accounts []string) *sheet {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked.Store(time.Now().Unix())
	v.turn(b)
	key := strings.Join(accounts, "\xff")
	if accounts != nil {
		key += "\xff"
	}
	s := v.sheets[key]
	if s == nil {
		s = v.join(accounts)
		if size := v.joined + s.until(len(s.families)).packed; size <= v.room() {
			v.sheets[key] = s
			v.joined = size
		}
	}
	return s
}

// room bounds the size of the sheets that are kept: enough for the whole page,
// each account by itself and a few shards of accounts. What exceeds it is joined
// for each scrape.
func (v *variant) room() int { return 4*v.size + 1<<20 }

// refresh makes the page of b ahead if the variant is in use.
func (v *variant) refresh(b *book) {
	if v.asked.Load() == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.turn(b)
}

// forget lets go of what nobody has asked for lately.
func (v *variant) forget() {
	asked := v.asked.Load()
	if asked == 0 || time.Since(time.Unix(asked, 0)) < keep {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked.Store(0)
	v.book, v.parts, v.chunks, v.size = nil, nil, nil, 0
	v.sheets, v.joined, v.process = nil, 0, attached{}
	v.packer = packer{encoding: v.packer.encoding}
	v.scratch, v.one, v.whole = nil, segment{}, segment{}
}

// turn renders what is new in b.
func (v *variant) turn(b *book) {
	if v.book != nil && v.book.edition >= b.edition {
		return
	}
	if v.chunks == nil {
		v.chunks = make(map[*content]segment)
	}
	parts := make(map[*part]segment, len(v.parts))
	chunks := make(map[*content]segment, len(v.chunks))
	v.size, v.joined = 0, 0
	for _, f := range b.families {
		for _, p := range f.parts {
			s, ok := v.parts[p]
			if !ok {
				s = v.render(p)
			}
			parts[p] = s
			v.size += len(s.data)
			for _, c := range p.content {
				chunks[c] = v.chunks[c]
			}
		}
	}
	v.book, v.parts, v.chunks, v.sheets = b, parts, chunks, make(map[string]*sheet)
}

// render makes the chunks of p that are not made yet, and joins all. The whole is
// one piece of memory, which is written at once; the chunks are views of it.
func (v *variant) render(p *part) segment {
	v.whole.reset()
	chunks := make([]segment, len(p.content))
	for n, c := range p.content {
		s, ok := v.chunks[c]
		if !ok {
			v.scratch = v.chunk(v.scratch[:0], p, n)
			v.one.reset()
			v.packer.pack(&v.one, v.scratch)
			s = v.one
		}
		v.whole.join(s)
		chunks[n] = s
	}
	whole := segment{bytes.Clone(v.whole.data), v.whole.plain}
	rest := whole.data
	for n, c := range p.content {
		// Of the data so far only the size is still right: v.one is used again.
		size := len(chunks[n].data)
		v.chunks[c] = segment{rest[:size:size], chunks[n].plain}
		rest = rest[size:]
	}
	return whole
}

// join makes a sheet of the parts of some accounts, or of all.
func (v *variant) join(accounts []string) *sheet {
	s := &sheet{}
	for _, f := range v.book.families {
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
	v.one.reset()
	v.packer.pack(&v.one, plain)
	return segment{bytes.Clone(v.one.data), v.one.plain}
}
