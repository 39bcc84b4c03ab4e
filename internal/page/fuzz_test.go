package page

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// For any label values, the page is that of client_golang in every format, and
// parsers read it.
func FuzzLabels(f *testing.F) {
	f.Add("available", "Größe \"L\"")
	f.Add("\"} evil 1\n", `back\slash`)
	f.Add("", "bad \xff\xfe utf-8")
	f.Add("\x00\u2028\u202e", "<script>\r\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		batch := []metric.Batch{{Account: "shop", Vendor: "liveperson", Samples: []metric.Sample{
			agents.Of(1, a, b), agents.Of(2, b, a), counted(calls, 3, a, b),
		}}}
		page, want := New(fixed(batch), Options{}), oracle(batch, nil)
		for _, accept := range []string{acceptText, acceptOpenMetrics, acceptProtobuf} {
			compare(t, ask(page, "/metrics", "Accept", accept), ask(want, "/metrics", "Accept", accept))
		}
	})
}

// For any header, the format is that of promhttp.
func FuzzNegotiation(f *testing.F) {
	for _, accept := range accepts {
		f.Add(accept)
	}
	page, want := New(fixed(nil), Options{}), oracle(nil, nil)
	f.Fuzz(func(t *testing.T, accept string) {
		got, want := ask(page, "/metrics", "Accept", accept).Header(), ask(want, "/metrics", "Accept", accept).Header()
		if got.Get("Content-Type") != want.Get("Content-Type") {
			t.Errorf("%q, want %q", got.Get("Content-Type"), want.Get("Content-Type"))
		}
	})
}
