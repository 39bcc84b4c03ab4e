package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// reader is a client that takes everything at once.
type reader struct {
	header http.Header
	size   int
}

func (r *reader) Header() http.Header         { return r.header }
func (r *reader) WriteHeader(int)             {}
func (r *reader) Write(b []byte) (int, error) { r.size += len(b); return len(b), nil }

func scrape(h http.Handler, accept, encoding string) func() int {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Encoding", encoding)
	w := &reader{header: http.Header{}}
	return func() int {
		clear(w.header)
		w.size = 0
		h.ServeHTTP(w, r)
		return w.size
	}
}

// constants makes a constant metric of each sample for each scrape.
type constants struct {
	descs   map[*metric.Desc]*prometheus.Desc
	batches []metric.Batch
}

func (c *constants) Describe(chan<- *prometheus.Desc) {}

func (c *constants) Collect(metrics chan<- prometheus.Metric) {
	for _, b := range c.batches {
		for i := range b.Samples {
			s := &b.Samples[i]
			kind := prometheus.GaugeValue
			if s.Desc.Kind == metric.Counter {
				kind = prometheus.CounterValue
			}
			metrics <- prometheus.MustNewConstMetric(c.descs[s.Desc], kind, s.Value, b.Account, s.Labels[0], s.Labels[1])
		}
	}
}

func newConstants(c *fleet, batches []metric.Batch) *constants {
	out := &constants{batches: batches, descs: map[*metric.Desc]*prometheus.Desc{}}
	for _, d := range append(c.descs, c.state) {
		out.descs[d] = prometheus.NewDesc(d.Name, d.Help, append([]string{"account"}, d.Labels...), nil)
	}
	return out
}

func (c *constants) handler() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// cached keeps ready families.
type cached []*dto.MetricFamily

func (c cached) Gather() ([]*dto.MetricFamily, error) { return c, nil }

func newCached(batches []metric.Batch) cached {
	index := map[string]*dto.MetricFamily{}
	var out cached
	for _, b := range batches {
		for i := range b.Samples {
			s := &b.Samples[i]
			f := index[s.Desc.Name]
			if f == nil {
				f = &dto.MetricFamily{Name: &s.Desc.Name, Help: &s.Desc.Help, Type: typeOf(s.Desc.Kind).Enum()}
				index[s.Desc.Name] = f
				out = append(out, f)
			}
			m := &dto.Metric{Label: []*dto.LabelPair{
				{Name: new("account"), Value: &b.Account},
				{Name: &s.Desc.Labels[0], Value: &s.Labels[0]},
				{Name: &s.Desc.Labels[1], Value: &s.Labels[1]},
			}}
			if s.Desc.Kind == metric.Counter {
				m.Counter = &dto.Counter{Value: &s.Value}
			} else {
				m.Gauge = &dto.Gauge{Value: &s.Value}
			}
			f.Metric = append(f.Metric, m)
		}
	}
	return out
}

func (c cached) handler() http.Handler {
	return promhttp.HandlerFor(c, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

const many = 10_000

func perSeries(b *testing.B, batches []metric.Batch) {
	n := 0
	for _, x := range batches {
		n += len(x.Samples)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/series")
}

// Index: parts and their order, which all variants share.
func BenchmarkIndex(b *testing.B) {
	batches := newFleet(many).batches()
	b.ReportAllocs()
	for b.Loop() {
		(&pageState{}).next(batches)
	}
	perSeries(b, batches)
}

// Render: an indexed batch in one variant.
func BenchmarkRender(b *testing.B) {
	batches := newFleet(many).batches()
	p := New(fixed(batches), Options{})
	for f, name := range []string{"text", "openmetrics", "protobuf"} {
		for e := range encodings {
			b.Run(name+"/"+e.String(), func(b *testing.B) {
				v := &p.variants[f][e]
				st := p.current()
				v.body(st, selection{}, &p.process, expfmt.FmtText)
				b.ReportAllocs()
				for b.Loop() {
					v.state, v.parts = nil, nil
					v.body(st, selection{}, &p.process, expfmt.FmtText)
				}
				size := 0
				for _, s := range v.parts {
					size += len(s.data)
				}
				b.ReportMetric(float64(size), "bytes")
				perSeries(b, batches)
			})
		}
	}
}

// Join: a new page of parts that are all there, of few and of many accounts.
func BenchmarkJoin(b *testing.B) {
	for _, accounts := range []int{1, 50, 500} {
		b.Run(fmt.Sprint("accounts=", accounts), func(b *testing.B) {
			var batches []metric.Batch
			c := newFleet(many / accounts)
			for i := range accounts {
				next := c.batches()[0]
				next.Account = fmt.Sprint("account-", i)
				batches = append(batches, next)
			}
			p := New(fixed(batches), Options{})
			v := &p.variants[openMetricsFormat][gzipped]
			st := p.current()
			v.body(st, selection{}, &p.process, expfmt.FmtText)
			b.ReportAllocs()
			for b.Loop() {
				next := st.next(batches)
				v.state.version = 0
				v.body(next, selection{}, &p.process, expfmt.FmtText)
			}
		})
	}
}

// Scrape: nothing has changed since the last one.
func BenchmarkScrape(b *testing.B) {
	c := newFleet(many)
	batches := c.batches()
	handlers := []struct {
		name string
		http.Handler
	}{
		{"page", New(fixed(batches), Options{})},
		{"page+own", New(fixed(batches), Options{Own: runtimeOwn()})},
		{"constants", newConstants(c, batches).handler()},
		{"cached", newCached(batches).handler()},
	}
	for _, encoding := range []string{"identity", "gzip"} {
		for _, h := range handlers {
			b.Run(h.name+"/"+encoding, func(b *testing.B) {
				do := scrape(h, acceptOpenMetrics, encoding)
				do()
				b.ReportAllocs()
				for b.Loop() {
					b.SetBytes(int64(do()))
				}
			})
		}
	}
}

// Refresh: a poll in which all agents changed, one in a hundred, all of them in one
// family, or one in a hundred left and another came; the page is scraped once.
func BenchmarkRefresh(b *testing.B) {
	c := newFleet(many)
	one, two := c.batches(), c.batches()
	for _, bench := range []struct {
		name       string
		odd, even  []metric.Batch
		handlerFor func([]metric.Batch) http.Handler // nil for one page
	}{
		{"page/all", one, two, nil},
		{"page/one_percent", one, c.few(one, many/100), nil},
		{"page/one_family", one, c.family(one, 3), nil},
		{"page/come_and_go", c.without(one, 0), c.without(one, 50), nil},
		{"page/nothing", one, c.few(one, 0), nil},
		{"cached", one, two, func(x []metric.Batch) http.Handler { return newCached(x).handler() }},
		{"constants", one, two, func(x []metric.Batch) http.Handler { return newConstants(c, x).handler() }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			current := bench.even
			page := New(func() []metric.Batch { return current }, Options{})
			turn := func(i int) {
				current = [][]metric.Batch{bench.odd, bench.even}[i%2]
				var h http.Handler = page
				if bench.handlerFor != nil {
					h = bench.handlerFor(current)
				}
				scrape(h, acceptOpenMetrics, "gzip")()
			}
			turn(1)
			turn(0)
			b.ReportAllocs()
			for i := 1; b.Loop(); i++ {
				turn(i)
			}
			perSeries(b, one)
		})
	}
}

// Negotiate: the headers of Prometheus.
func BenchmarkNegotiate(b *testing.B) {
	p := New(fixed(nil), Options{})
	h := http.Header{"Accept": {accepts[len(accepts)-2]}, "Accept-Encoding": {"gzip"}}
	b.ReportAllocs()
	for b.Loop() {
		if formatOf(expfmt.NegotiateAccept(h, p.accepted...)) != openMetricsFormat || negotiateEncoding(h) != gzipped {
			b.Fatal("another format")
		}
	}
}

// Heap: what the page keeps beside the samples.
func BenchmarkHeap(b *testing.B) {
	batches := newFleet(many).batches()
	for _, encoding := range []string{"identity", "gzip", "zstd"} {
		b.Run(encoding, func(b *testing.B) {
			before := live()
			p := New(fixed(batches), Options{})
			for b.Loop() {
				scrape(p, acceptOpenMetrics, encoding)()
			}
			b.ReportMetric(float64(live()-before)/float64(len(batches[0].Samples)), "B/series")
			runtime.KeepAlive(p)
		})
	}
}

func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
