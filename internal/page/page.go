// Package page serves GET /metrics: it renders batches of samples. A batch is
// rendered and compressed once for each format and encoding that is asked for, and
// only joined with others until it changes. Package page knows neither vendors nor
// where batches come from.
package page

import (
	"bufio"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Page is a handler that serves metrics in the formats, encodings and with the
// headers of client_golang's promhttp, but for the two forms of protobuf that no
// scraper reads: a client that wants those gets text. The query parameter account, which may be
// repeated, selects accounts, without the process and the exporter as a whole;
// name[] selects metrics. A page is always made of one call of gather.
type Page struct {
	gather   func() []metric.Batch
	process  process
	accepted []expfmt.Format
	variants [formats][encodings]variant
	writers  sync.Pool // *bufio.Writer
	interval scrapeInterval

	mu    sync.Mutex
	state *pageState
}

// Options are what a page has beside the batches.
type Options struct {
	// Own gathers the metrics of the process; nil for none. It is not called for each
	// request: its metrics may be one and a half seconds old. What it fails to gather
	// is not shown.
	Own prometheus.Gatherer
	// CreatedTimestamps adds a _created sample to each counter and histogram that has
	// a start time, in OpenMetrics.
	CreatedTimestamps bool
}

// New returns the page of what gather returns, which must be quick, safe for
// concurrent use, and change a batch's Generation whenever it changes its
// samples; samples that were returned must not change.
func New(gather func() []metric.Batch, o Options) *Page {
	p := &Page{
		gather:  gather,
		process: process{gatherer: o.Own},
		accepted: slices.DeleteFunc(expfmt.DefaultOpenMetricsAcceptedFormats(), func(f expfmt.Format) bool {
			return f == expfmt.FmtProtoText || f == expfmt.FmtProtoCompact
		}),
		state:   &pageState{},
		writers: sync.Pool{New: func() any { return bufio.NewWriterSize(nil, writeBuffer) }},
	}
	renderers := [formats]renderer{text{}, text{openMetrics: true, created: o.CreatedTimestamps}, protobuf{}}
	for f := range formats {
		for e := range encodings {
			p.variants[f][e].renderer = renderers[f]
			p.variants[f][e].created = o.CreatedTimestamps
			p.variants[f][e].packer.encoding = e
		}
	}
	return p
}

// Refresh renders ahead what was asked for in the last 15 minutes, so that the next
// scrape finds it ready, if that may come before the next Refresh but one. It is to be
// called every RefreshInterval.
func (p *Page) Refresh() {
	inUse := false
	p.each(func(v *variant) { inUse = inUse || v.lastUsed.Load() != 0 })
	if !inUse || !p.interval.expects(time.Now().Add(2*RefreshInterval)) {
		return
	}
	b, c := p.current(), p.process.newerThan(RefreshInterval/2)
	p.each(func(v *variant) { v.refresh(b, c) })
}

// Dropped returns how many of the series that are gathered now are on no page,
// because another one of the same name and labels, or of the same name and
// another type, stands before them, or because they lack values for their labels.
func (p *Page) Dropped() int { return p.current().dropped }

// current returns the state of what is gathered now.
func (p *Page) current() *pageState {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Gathering under the lock keeps the versions in the order of time.
	if batches := p.gather(); !p.state.matches(batches) {
		p.state = p.state.next(batches)
		p.each((*variant).releaseUnused)
	}
	return p.state
}

func (p *Page) each(do func(*variant)) {
	for f := range p.variants {
		for e := range p.variants[f] {
			do(&p.variants[f][e])
		}
	}
}

// ServeHTTP answers GET and HEAD: with 400 for a malformed query, and with 404 for an
// account that is not among the batches.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.interval.note(time.Now())
	st := p.current()
	sel, err := selectionOf(r, st)
	switch {
	case errors.Is(err, errAccount):
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	contentType := expfmt.NegotiateAccept(r.Header, p.accepted...)
	f := formatOf(contentType)
	e := negotiateEncoding(r.Header)
	b := p.variants[f][e].body(st, sel, &p.process, contentType)
	setHeaders(w.Header(), contentType, e)
	w.Header().Set("Content-Length", strconv.Itoa(b.length()))
	if r.Method == http.MethodHead {
		return
	}
	to := p.writers.Get().(*bufio.Writer)
	to.Reset(w)
	defer func() { to.Reset(nil); p.writers.Put(to) }()
	// An error means that the client has disconnected.
	_ = b.writeTo(to)
}

// setHeaders sets the headers of a page.
func setHeaders(h http.Header, format expfmt.Format, e encoding) {
	h["Vary"] = append(h["Vary"], "Accept", "Accept-Encoding")
	h.Set("Content-Type", string(format))
	if e != identity {
		h.Set("Content-Encoding", e.String())
	}
}
