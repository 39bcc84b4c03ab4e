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
	parts   map[*content]segment // of book
	chunks  map[*content]segment // of book, views of parts
	sheets  map[string]*sheet    // of book, by the accounts on them
	process attached

	size, sheetSize int // of all parts, and of all sheets

	scratch []byte // for plain bytes
}

// sheet returns the page as b has it, or a newer book. It has all accounts if
// accounts is nil.
func (v *variant) sheet(b *book, accounts []string) *sheet {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked.Store(time.Now().Unix())
	v.turn(b)
	return v.joined(accounts)
}

// joined returns the sheet of some accounts, or of all.
func (v *variant) joined(accounts []string) *sheet {
	key := strings.Join(accounts, "\xff")
	if accounts != nil {
		key += "\xff"
	}
	s := v.sheets[key]
	if s == nil {
		s = v.join(accounts)
		if size := v.sheetSize + s.until(len(s.families)).packed; size <= v.room() {
			v.sheets[key] = s
			v.sheetSize = size
		}
	}
	return s
}

// room bounds the size of the sheets that are kept: enough for the whole page,
// each account by itself and a few shards of accounts. What exceeds it is joined
// for each scrape.
func (v *variant) room() int { return 4*v.size + 1<<20 }

// refresh makes the page of b ahead if the variant is in use, with what the
// process says of itself, as it was asked for last.
func (v *variant) refresh(b *book, c *census) {
	if v.asked.Load() == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.turn(b)
	if last := v.process; last.sheet != nil {
		v.attach(v.joined(last.sheet.accounts), c, last.format)
	}
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
	v.sheets, v.sheetSize, v.process = nil, 0, attached{}
	v.packer = packer{encoding: v.packer.encoding}
	v.scratch = nil
}

// turn renders what is new in b.
func (v *variant) turn(b *book) {
	if v.book != nil && v.book.edition >= b.edition {
		return
	}
	parts := make(map[*content]segment, len(v.parts))
	chunks := make(map[*content]segment, len(v.chunks))
	v.size, v.sheetSize = 0, 0
	for _, f := range b.families {
		for _, p := range f.parts {
			s, ok := v.parts[p.content]
			if ok {
				for _, c := range p.chunks {
					chunks[c.content] = v.chunks[c.content]
				}
			} else {
				s = v.render(p, chunks)
			}
			parts[p.content] = s
			v.size += len(s.data)
		}
	}
	v.book, v.parts, v.chunks, v.sheets = b, parts, chunks, make(map[string]*sheet)
}

// render makes the chunks of p that are not made yet, and puts all of them into
// one piece of memory, which is written at once; chunks are views of it.
func (v *variant) render(p *part, chunks map[*content]segment) segment {
	var whole segment
	ends := make([]int, len(p.chunks))
	for n, c := range p.chunks {
		s, ok := v.chunks[c.content]
		if ok {
			whole.data = append(whole.data, s.data...)
		} else {
			v.scratch = v.chunk(v.scratch[:0], p, n)
			whole.data, s.plain = v.packer.pack(whole.data, v.scratch)
		}
		whole.plain = whole.plain.then(s.plain)
		chunks[c.content] = segment{plain: s.plain}
		ends[n] = len(whole.data)
		if rest := len(p.order) - c.end; rest > 0 {
			whole.data = ample(whole.data, len(whole.data)/c.end*rest)
		}
	}
	if size := len(whole.data); cap(whole.data)-size > size/16 {
		whole.data = bytes.Clone(whole.data)
	}
	start := 0
	for n, c := range p.chunks {
		chunks[c.content] = segment{whole.data[start:ends[n]:ends[n]], chunks[c.content].plain}
		start = ends[n]
	}
	return whole
}

// ample returns b with room for about so many more bytes.
func ample(b []byte, more int) []byte {
	if cap(b)-len(b) >= more {
		return b
	}
	return slices.Grow(b, more+more/32+1<<10)
}

// join makes a sheet of the parts of some accounts, or of all.
func (v *variant) join(accounts []string) *sheet {
	s := &sheet{accounts: accounts}
	for _, f := range v.book.families {
		var parts []segment
		size := 0
		for _, p := range f.parts {
			if accounts == nil || p.of(accounts) {
				parts = append(parts, v.parts[p.content])
				size += v.parts[p.content].plain.size
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
