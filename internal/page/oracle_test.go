package page

import (
	"io"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

const (
	acceptText        = "text/plain;version=0.0.4"
	acceptOpenMetrics = "application/openmetrics-text;version=1.0.0"
	acceptProtobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// accepts are what servers send, and what they should not.
var accepts = []string{
	"", "*/*", "*/*;q=0", "text/*", "text/html", "garbage,,;;q=", "text/plain", "text/plain;version=1.0.0",
	acceptText, acceptOpenMetrics, acceptProtobuf,
	"application/openmetrics-text", "application/openmetrics-text;version=0.0.1", "application/openmetrics-text;version=9",
	acceptText + ";escaping=allow-utf-8", acceptText + ";escaping=dots", acceptText + ";escaping=nonsense",
	acceptOpenMetrics + ";escaping=values", acceptProtobuf + ";escaping=underscores",
	acceptProtobuf + ";q=0.6," + acceptOpenMetrics + ";escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4," +
		"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
	acceptOpenMetrics + ";escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4," +
		"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
	"text/plain;q=0.1, application/openmetrics-text;version=1.0.0;q=x",
}

// acceptEncodings likewise.
var acceptEncodings = []string{
	"", "gzip", "zstd", "identity", "*", "gzip, zstd", "zstd,gzip", "zstd, gzip;q=0.5", "gzip;q=0.1,zstd;q=0.2,identity;q=0.05",
	"gzip;q=0", "*;q=0", "identity;q=0", "identity;q=0, *;q=0.5", "br", "deflate, gzip;q=1.0, *;q=0.5", "gzip;q=", "gzip;q=2", "gzip;q=-1",
	"gzip;level=1", "GZIP", "gzip ; q=0.5 , zstd", "gzip;q=1.", "gzip/1", "\"gzip\"", "gzip;q=0.99999999999999999999999999",
}

func TestServesWhatPromhttpServes(t *testing.T) {
	self := own()
	page, want := New(fixed(batches()), Options{Own: self}), oracle(batches(), self)
	for _, accept := range accepts {
		for _, encoding := range []string{"", "gzip", "zstd"} {
			t.Run(accept+" "+encoding, func(t *testing.T) {
				compare(t, ask(page, "/metrics", "Accept", accept, "Accept-Encoding", encoding),
					ask(want, "/metrics", "Accept", accept, "Accept-Encoding", encoding))
			})
		}
	}
	for _, encoding := range acceptEncodings {
		t.Run("encoding "+encoding, func(t *testing.T) {
			compare(t, ask(page, "/metrics", "Accept-Encoding", encoding), ask(want, "/metrics", "Accept-Encoding", encoding))
		})
	}
}

func TestFormsOfProtobufForPeopleAreServedAsText(t *testing.T) {
	page := New(fixed(batches()), Options{Own: own()})
	want := ask(page, "/metrics")
	for _, encoding := range []string{"text", "compact-text"} {
		compare(t, ask(page, "/metrics", "Accept", strings.Replace(acceptProtobuf, "delimited", encoding, 1)), want)
	}
}

// compare compares headers, and the families of both bodies.
func compare(t *testing.T, got, want *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != want.Code {
		t.Fatalf("status %d, want %d", got.Code, want.Code)
	}
	for _, h := range []string{"Content-Type", "Content-Encoding", "Vary"} {
		if g, w := got.Header().Values(h), want.Header().Values(h); !slices.Equal(g, w) {
			t.Errorf("%s: %q, want %q", h, g, w)
		}
	}
	if n := got.Header().Get("Content-Length"); n != "" && n != strconv.Itoa(got.Body.Len()) {
		t.Errorf("Content-Length %s of a body of %d bytes", n, got.Body.Len())
	}
	a, b := plain(t, got), plain(t, want)
	switch formatOf(expfmt.Format(want.Header().Get("Content-Type"))) {
	case protobufFormat:
		equal(t, decode(t, a, expfmt.FmtProtoDelim), decode(t, b, expfmt.FmtProtoDelim))
	case textFormat:
		equal(t, decode(t, a, expfmt.FmtText), decode(t, b, expfmt.FmtText))
		fallthrough
	case openMetricsFormat:
		// Between batches the page keeps the order of the accounts.
		if a, b = inLines(a), inLines(b); a != b {
			t.Errorf("got:\n%s\nwant:\n%s", a, b)
		}
	}
}

// inLines sorts the lines of each family.
func inLines(s string) string {
	families := strings.SplitAfter(s, "\n# HELP ")
	for i, f := range families {
		lines := strings.SplitAfter(f, "\n")
		slices.Sort(lines)
		families[i] = strings.Join(lines, "")
	}
	return strings.Join(families, "")
}

// decode reads the families of a body.
func decode(t *testing.T, body string, format expfmt.Format) (families []*dto.MetricFamily) {
	t.Helper()
	if format == expfmt.FmtText {
		parser := expfmt.NewTextParser(model.LegacyValidation)
		all, err := parser.TextToMetricFamilies(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			families = append(families, f)
		}
		slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
		return families
	}
	d := expfmt.NewDecoder(strings.NewReader(body), format)
	for {
		f := &dto.MetricFamily{}
		err := d.Decode(f)
		if err == io.EOF {
			return families
		}
		if err != nil {
			t.Fatal(err)
		}
		families = append(families, f)
	}
}

// equal compares families whose series may be in another order.
func equal(t *testing.T, got, want []*dto.MetricFamily) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d families, want %d", len(got), len(want))
	}
	for i := range want {
		for _, f := range []*dto.MetricFamily{got[i], want[i]} {
			slices.SortFunc(f.Metric, func(a, b *dto.Metric) int { return strings.Compare(key(a), key(b)) })
		}
		if !proto.Equal(got[i], want[i]) {
			t.Errorf("got:\n%v\nwant:\n%v", got[i], want[i])
		}
	}
}

func key(m *dto.Metric) string {
	var b strings.Builder
	for _, l := range m.Label {
		b.WriteString(l.GetName() + "=" + strconv.Quote(l.GetValue()) + ",")
	}
	return b.String()
}

func TestTextIsThatOfPromhttpByteByByte(t *testing.T) {
	uniform := func(account string) metric.Batch {
		b := metric.Batch{Account: account, Vendor: "liveperson", Source: "agent_status"}
		for _, id := range []string{"7", "12", "3", "x\"y"} {
			b.Samples = append(b.Samples, load.Of(0.25, id), status.Of(1, id, "online"), status.Of(0, id, "away"), agents.Of(1e9, id, "ü\\"))
			b.Samples = append(b.Samples, observed(&metric.Distribution{Count: 2, Sum: 2, Counts: []uint64{0, 2, 0, 0, 0}}, id), counted(calls, 3, id, "in"))
		}
		return b
	}
	b := []metric.Batch{uniform("b"), uniform("a"), uniform("c")}
	for _, accept := range []string{acceptText, acceptOpenMetrics} {
		got, want := ask(New(fixed(b), Options{}), "/metrics", "Accept", accept), ask(oracle(b, nil), "/metrics", "Accept", accept)
		if got.Body.String() != want.Body.String() {
			t.Errorf("%s: got:\n%s\nwant:\n%s", accept, got.Body, want.Body)
		}
	}
}

func TestAnyBatchesAreServedAsPromhttpServesThem(t *testing.T) {
	self := own()
	rapid.Check(t, func(t *rapid.T) {
		b := anyBatches(t)
		page, want := New(fixed(b), Options{Own: self}), oracle(b, self)
		for _, accept := range []string{acceptText, acceptOpenMetrics} {
			got := inLines(ask(page, "/metrics", "Accept", accept).Body.String())
			if want := inLines(ask(want, "/metrics", "Accept", accept).Body.String()); got != want {
				t.Fatalf("got:\n%s\nwant:\n%s", got, want)
			}
		}
		if got, want := families(t, ask(page, "/metrics", "Accept", acceptProtobuf).Body), families(t, ask(want, "/metrics", "Accept", acceptProtobuf).Body); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

// families returns the delimited families of body as sorted text.
func families(t *rapid.T, body io.Reader) string {
	var all []string
	d := expfmt.NewDecoder(body, expfmt.FmtProtoDelim)
	for {
		f := &dto.MetricFamily{}
		err := d.Decode(f)
		if err == io.EOF {
			return strings.Join(all, "\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		var series []string
		for _, m := range f.Metric {
			b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			series = append(series, strconv.Quote(string(b)))
		}
		slices.Sort(series)
		f.Metric = nil
		all = append(all, f.String()+"\n"+strings.Join(series, "\n"))
	}
}

// anyBatches draws batches of few names and values, so that they clash.
func anyBatches(t *rapid.T) (out []metric.Batch) {
	word := rapid.SampledFrom([]string{"", "a", "b", "\"\\\n", "ü", "\xff", strings.Repeat("z", 300)})
	var descs []*metric.Desc
	for range rapid.IntRange(1, 6).Draw(t, "descs") {
		d := &metric.Desc{
			Name:    rapid.SampledFrom([]string{"contactcenter_x", "livevox_y_total", "livevox_z_seconds", "go_x"}).Draw(t, "name"),
			Help:    rapid.SampledFrom([]string{"h", "other"}).Draw(t, "help"),
			Unit:    rapid.SampledFrom([]string{"", "s"}).Draw(t, "unit"),
			Kind:    metric.Kind(rapid.IntRange(0, 3).Draw(t, "kind")),
			Labels:  rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "account", "vendor", "z"}), 0, 3, rapid.ID).Draw(t, "labels"),
			Buckets: []float64{1, 2},
		}
		descs = append(descs, d)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "batches") {
		b := metric.Batch{Account: word.Draw(t, "account"), Vendor: word.Draw(t, "vendor"), Generation: uint64(i)}
		// Within a batch a name has one Desc.
		mine := rapid.Permutation(descs).Draw(t, "mine")
		slices.SortStableFunc(mine, func(a, b *metric.Desc) int { return strings.Compare(a.Name, b.Name) })
		mine = slices.CompactFunc(mine, func(a, b *metric.Desc) bool { return a.Name == b.Name })
		for range rapid.IntRange(0, 12).Draw(t, "samples") {
			s := metric.Sample{Desc: rapid.SampledFrom(mine).Draw(t, "desc"), Value: rapid.Float64().Draw(t, "value")}
			for range s.Desc.Labels {
				s.Labels = append(s.Labels, word.Draw(t, "label"))
			}
			if rapid.Bool().Draw(t, "since") {
				s = s.From(since)
			}
			if s.Desc.Kind == metric.Histogram {
				s.Histogram = anyDistribution(t)
			}
			b.Samples = append(b.Samples, s)
		}
		out = append(out, b)
	}
	return out
}

func anyDistribution(t *rapid.T) *metric.Distribution {
	d := &metric.Distribution{Sum: rapid.Float64().Draw(t, "sum"), Native: map[int]uint64{}, Counts: make([]uint64, 3)}
	for range rapid.IntRange(0, 6).Draw(t, "observed") {
		d.Count++
		d.Counts[rapid.IntRange(0, 2).Draw(t, "bucket")]++
		if i := rapid.IntRange(-10, 30).Draw(t, "index"); i == 0 {
			d.Zero++
		} else {
			d.Native[i]++
		}
	}
	return d
}
