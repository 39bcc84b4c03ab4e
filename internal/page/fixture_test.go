package page

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"pgregory.net/rapid"
)

var (
	agents   = &metric.Desc{Name: "contactcenter_agents", Help: "Agents by state.", Labels: []string{"state", "group_name"}}
	status   = &metric.Desc{Name: "liveperson_agent_status", Help: `Status, "as is": C:\ and` + "\nthe next line.", Kind: metric.StateSet, Labels: []string{"agent_id", "status"}}
	load     = &metric.Desc{Name: "liveperson_agent_load_ratio", Help: "Load.", Unit: "1", Labels: []string{"agent_id"}}
	info     = &metric.Desc{Name: "livevox_agent_info", Help: "Who it is.", Labels: []string{"agent_id", "service_id", "agent_name"}}
	calls    = &metric.Desc{Name: "livevox_agent_calls_total", Help: "Calls.", Unit: "{call}", Kind: metric.Counter, Labels: []string{"agent_id", "direction"}}
	waited   = &metric.Desc{Name: "contactcenter_api_wait_seconds_total", Help: "Waited.", Unit: "s", Kind: metric.Counter}
	bare     = &metric.Desc{Name: "livevox_uncounted", Help: "A counter of a bad name.", Kind: metric.Counter}
	duration = &metric.Desc{Name: "livevox_call_duration_seconds", Help: "Durations.", Unit: "s", Kind: metric.Histogram, Labels: []string{"direction"}, Buckets: []float64{0.5, 1, 30, 1e6}}
	build    = &metric.Desc{Name: "contactcenter_exporter_build_info", Help: "Build.", Labels: []string{"version"}}
	up       = &metric.Desc{Name: "contactcenter_source_up", Help: "Up.", Labels: []string{"source"}}
)

var since = time.Unix(1_700_000_000, 123_456_789)

func observed(d *metric.Distribution, labels ...string) metric.Sample {
	s := duration.Of(0, labels...)
	s.Histogram = d
	return s.From(since)
}

func counted(d *metric.Desc, value float64, labels ...string) metric.Sample {
	return d.Of(value, labels...).From(since)
}

// batches is a page with something of everything.
func batches() []metric.Batch {
	clash := *agents
	clash.Help = "Another help."
	kind := *load
	kind.Kind = metric.Counter
	return []metric.Batch{
		{Account: "shop", Vendor: "liveperson", Source: "agent_status", Generation: 7, Samples: []metric.Sample{
			agents.Of(3, "available", "Größe \"L\""),
			agents.Of(2, "available", `back\slash`),
			agents.Of(1, "available", "two\nlines"),
			agents.Of(0, "available", ""),
			agents.Of(0, "", ""),
			agents.Of(9, "available", `back\slash`),
			status.Of(1, "2", "online"), status.Of(0, "2", "away"),
			status.Of(1, "1", "online"), status.Of(0, "1", "away"),
			load.Of(math.NaN(), "1"), load.Of(math.Inf(1), "2"), load.Of(math.Inf(-1), "3"), load.Of(math.Copysign(0, -1), "4"),
			load.Of(1e6, "5"), load.Of(-999999, "6"), load.Of(1.5e-9, "7"), load.Of(123456789, "8"), load.Of(1, "9"), load.Of(-1, "10"), load.Of(0.1, "11"),
			load.Of(math.MaxFloat64, "12"), load.Of(math.SmallestNonzeroFloat64, "13"), load.Of(1<<53+2, "14"),
			load.Of(5, "bad \xff\xfe utf-8"), load.Of(6, strings.Repeat("é", 300)), load.Of(7, strings.Repeat("é", 301)),
			{Desc: load, Value: 1},
			{Desc: duration, Labels: []string{"no histogram"}},
			{},
		}},
		{Account: "desk", Vendor: "livevox", Source: "agent_stats", Generation: 1, Samples: []metric.Sample{
			counted(calls, 12, "b", "inbound"), calls.Of(1e15, "a", "inbound"), counted(calls, 0.5, "a", "outbound"),
			info.Of(1, "b", "1", ""), info.Of(1, "a", "", "日本語"), info.Of(1, "a", "2", ""),
			counted(bare, 5), waited.Of(0.25),
			agents.Of(4, "offline", "x"),
		}},
		{Account: "desk", Vendor: "livevox", Source: "interaction_events", Generation: 1, Samples: []metric.Sample{
			observed(&metric.Distribution{Count: 7, Sum: 99.5, Counts: []uint64{1, 2, 0, 3, 1}, Zero: 1, Native: map[int]uint64{-9: 1, 0: 2, 1: 1, 4: 1, 40: 1}}, "in"),
			observed(&metric.Distribution{Counts: []uint64{0, 0, 0, 0, 0}}, "out"),
			observed(&metric.Distribution{Count: 3, Sum: -1, Counts: []uint64{3, 0, 0, 0, 0}, Native: map[int]uint64{5: 1}}, "unsound"),
			observed(&metric.Distribution{Count: 3, Sum: math.NaN(), Counts: []uint64{1, 1}, Native: map[int]uint64{5: 1}}, "short"),
			clash.Of(5, "offline", "x"), clash.Of(6, "offline", "y"),
		}},
		{Account: "zoo", Vendor: "livevox", Source: "agent_stats", Samples: []metric.Sample{kind.Of(1, "1")}},
		{Account: "desk", Vendor: "livevox", Samples: []metric.Sample{up.Of(1, "agent_stats"), up.Of(0, "interaction_events")}},
		{Samples: []metric.Sample{build.Of(1, "1.0.0")}},
	}
}

// own is what client_golang's collectors may give.
func own() *prometheus.Registry {
	r := prometheus.NewRegistry()
	for i, name := range []string{"a_first", "go_goroutines", "go_threads", "process_start_time_seconds", "zz_last", "livevox_agent_info"} {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: "Own."})
		g.Set(float64(i))
		r.MustRegister(g)
	}
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "go_gc_seconds", Help: "Own.", Buckets: []float64{1}, Unit: "seconds"})
	h.Observe(0.5)
	r.MustRegister(h)
	return r
}

func fixed(b []metric.Batch) func() []metric.Batch { return func() []metric.Batch { return b } }

// oracle is promhttp over the same batches.
func oracle(b []metric.Batch, own prometheus.Gatherer) http.Handler {
	return oracleOf(b, Options{Own: own})
}

func oracleOf(b []metric.Batch, o Options) http.Handler {
	all := union{gathererOf(b)}
	if o.Own != nil {
		all = append(all, o.Own)
	}
	return promhttp.HandlerFor(all, promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		ErrorHandling:     promhttp.ContinueOnError,

		EnableOpenMetricsTextCreatedSamples: o.CreatedTimestamps,
	})
}

// ask sends one GET; headers are name and value in turn.
func ask(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// plain decodes the body of w, which must be one gzip member if it is gzip.
func plain(t rapid.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	body := io.Reader(strings.NewReader(w.Body.String()))
	var err error
	switch e := w.Header().Get("Content-Encoding"); e {
	case "":
	case "gzip":
		packed := body
		g, failed := gzip.NewReader(packed)
		if failed != nil {
			t.Fatal(failed)
		}
		g.Multistream(false)
		defer func() {
			if rest, _ := io.ReadAll(packed); len(rest) > 0 {
				t.Errorf("%d bytes behind the gzip member", len(rest))
			}
		}()
		body = g
	case "zstd":
		z, failed := zstd.NewReader(body, zstd.WithDecoderMaxWindow(8<<20))
		if failed != nil {
			t.Fatal(failed)
		}
		defer z.Close()
		body = z
	default:
		err = fmt.Errorf("content encoding %q", e)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// runtimeOwn is what the exporter has for own.
func runtimeOwn() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
