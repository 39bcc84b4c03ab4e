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

// maxProcessAge is the age up to which metrics of the process are served again:
// gathering them takes longer than all the rest of a scrape, so that Refresh gathers
// them ahead of scrapes.
const maxProcessAge = RefreshInterval * 3 / 2

// process gathers the families of the exporter's own process.
type process struct {
	gatherer prometheus.Gatherer // may be nil

	mu     sync.Mutex
	newest *processMetrics
}

// processMetrics are the families gathered at one time, in the order of their names.
type processMetrics struct {
	time     time.Time
	families []*dto.MetricFamily
}

// gather returns metrics that are no older than maxProcessAge.
func (p *process) gather() *processMetrics { return p.newerThan(maxProcessAge) }

// newerThan returns the newest metrics, or gathers them if those are older than an
// age. What can't be gathered is left out: it is no reason to withhold the rest.
func (p *process) newerThan(age time.Duration) *processMetrics {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.newest != nil && time.Since(p.newest.time) < age {
		return p.newest
	}
	c := &processMetrics{time: time.Now()}
	if p.gatherer != nil {
		c.families, _ = p.gatherer.Gather()
	}
	slices.SortFunc(c.families, func(a, b *dto.MetricFamily) int {
		return strings.Compare(a.GetName(), b.GetName())
	})
	p.newest = c
	return c
}

// encodedProcess is the metrics of the process, encoded for the whole page.
type encodedProcess struct {
	metrics *processMetrics
	page    *rendered
	format  expfmt.Format
	inserts []insert
}

// encodeProcess encodes c for s, once as long as both stay.
func (v *variant) encodeProcess(s *rendered, c *processMetrics, format expfmt.Format) []insert {
	if e := &v.process; e.metrics != c || e.page != s || e.format != format {
		v.process = encodedProcess{c, s, format, v.inserts(s, c.families, selection{}, format)}
	}
	return v.process.inserts
}

// inserts encodes those of the families that sel has for s, neighbours together. A
// family that s has already is left out.
func (v *variant) inserts(s *rendered, families []*dto.MetricFamily, sel selection, format expfmt.Format) []insert {
	var out []insert
	b := bytes.NewBuffer(v.scratch[:0])
	var options []expfmt.EncoderOption
	if v.created {
		options = append(options, expfmt.WithCreatedLines()) // of OpenMetrics alone
	}
	encoder := expfmt.NewEncoder(b, format, options...)
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
		if n < len(s.families) && s.families[n].name == f.GetName() || !sel.hasName(f.GetName()) {
			continue
		}
		// Encoders refuse only families that no registry gathers.
		_ = encoder.Encode(f)
	}
	flush()
	return out
}
