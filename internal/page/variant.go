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
	// series appends some series of p.
	series(b []byte, p *part, order []int32) []byte
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
	parts   map[*part]segment // of book
	sheets  map[string]*sheet // of book, by the accounts on them
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
	v.book, v.parts, v.size = nil, nil, 0
	v.sheets, v.sheetSize, v.process = nil, 0, attached{}
	v.packer = packer{encoding: v.packer.encoding}
	v.scratch = nil
}

// turn renders what is new in b.
func (v *variant) turn(b *book) {
	if v.book != nil && v.book.edition >= b.edition {
		return
	}
	parts := make(map[*part]segment, len(v.parts))
	v.size, v.sheetSize = 0, 0
	for _, f := range b.families {
		for _, p := range f.parts {
			s, ok := v.parts[p]
			if !ok {
				s = v.render(p)
			}
			parts[p] = s
			v.size += len(s.data)
		}
	}
	v.book, v.parts, v.sheets = b, parts, make(map[string]*sheet)
}

// chunkSize is how many series are rendered before they are compressed: it bounds
// the plain bytes that are held, and costs compression next to nothing.
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

// join makes a sheet of the parts of some accounts, or of all.
func (v *variant) join(accounts []string) *sheet {
	s := &sheet{accounts: accounts}
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
	data, extent := v.packer.pack(nil, plain)
	return segment{data, extent}
}
