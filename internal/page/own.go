package page

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// RefreshInterval is how often Refresh is to be called.
const RefreshInterval = time.Second

// lull is how long what the process says of itself is good for: asking it takes
// longer than all the rest of a scrape, so that Refresh asks ahead of scrapes.
const lull = RefreshInterval * 3 / 2

// process gathers the families of the exporter's own process.
type process struct {
	gatherer prometheus.Gatherer // may be nil

	mu     sync.Mutex
	newest *census
}

// census is what was gathered at one time, in the order of the names.
type census struct {
	time     time.Time
	families []*dto.MetricFamily
}

// gather returns a census that is no older than lull.
func (p *process) gather() *census { return p.renew(lull) }

// renew returns the newest census, or makes one if that is older than an age.
// What can't be gathered is left out: it is no reason to withhold the rest.
func (p *process) renew(age time.Duration) *census {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.newest != nil && time.Since(p.newest.time) < age {
		return p.newest
	}
	c := &census{time: time.Now()}
	if p.gatherer != nil {
		c.families, _ = p.gatherer.Gather()
	}
	slices.SortFunc(c.families, func(a, b *dto.MetricFamily) int {
		return strings.Compare(a.GetName(), b.GetName())
	})
	p.newest = c
	return c
}

// attached is a census as it was put into a sheet.
type attached struct {
	census  *census
	sheet   *sheet
	format  expfmt.Format
	inserts []insert
}

// with returns c encoded for s.
func (v *variant) with(s *sheet, c *census, format expfmt.Format) []insert {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.attach(s, c, format)
}

// attach encodes c for s, once as long as both stay.
func (v *variant) attach(s *sheet, c *census, format expfmt.Format) []insert {
	if a := &v.process; a.census != c || a.sheet != s || a.format != format {
		v.process = attached{c, s, format, v.inserts(s, c.families, format)}
	}
	return v.process.inserts
}

// inserts encodes families for s, those together that stand together. A family
// that s has already stays away.
func (v *variant) inserts(s *sheet, families []*dto.MetricFamily, format expfmt.Format) []insert {
	var out []insert
	b := bytes.NewBuffer(v.scratch[:0])
	encoder := expfmt.NewEncoder(b, format)
	n := 0
	flush := func() {
		if b.Len() > 0 {
			out = append(out, insert{n, v.piece(b.Bytes())})
			b.Reset()
		}
	}
	for _, f := range families {
		before := n
		for before < len(s.families) && s.families[before].name < f.GetName() {
			before++
		}
		if before > n {
			flush()
			n = before
		}
		if n < len(s.families) && s.families[n].name == f.GetName() {
			continue
		}
		// Encoders refuse only families that no registry gathers.
		_ = encoder.Encode(f)
	}
	flush()
	return out
}
