package page

import (
	"hash/crc32"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"pgregory.net/rapid"
)

func TestAnyAcceptEncodingIsReadAsPromhttpReadsIt(t *testing.T) {
	h := promhttp.HandlerFor(prometheus.NewRegistry(), promhttp.HandlerOpts{})
	element := rapid.Custom(func(t *rapid.T) string {
		draw := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "part") }
		return draw("gzip", "zstd", "identity", "*", "br", "gzip/1", "GZIP") + draw("", " ") +
			draw("", ";q=0", ";q=1", ";q=0.", ";q=0.5", "; q=0.25", ";q=0.000", ";q=1.0", ";q=0.999") + draw("", " ")
	})
	rapid.Check(t, func(t *rapid.T) {
		var headers []string
		for range rapid.IntRange(0, 2).Draw(t, "lines") {
			headers = append(headers, "Accept-Encoding", strings.Join(rapid.SliceOfN(element, 1, 4).Draw(t, "line"), rapid.SampledFrom([]string{",", ", ", ",\t"}).Draw(t, "comma")))
		}
		want := ask(h, "/metrics", headers...).Header().Get("Content-Encoding")
		got := ask(New(fixed(nil), Options{}), "/metrics", headers...).Header().Get("Content-Encoding")
		if got != want {
			t.Fatalf("%q: %q, want %q", headers, got, want)
		}
	})
}

// No scraper sends such a header; what it says is not worth an error.
func TestAMalformedAcceptEncodingIsIgnored(t *testing.T) {
	for _, value := range []string{";", "gzip;", "gzip;q", "gzip;q=", "gzip;q=x", "gzip;q=NaN", "gzip;q=2", "gzip;q=-1", "gzip;q=0.5;x", "gzip;level=1", "\"gzip\"", ",,", "\xff"} {
		if got := negotiateEncoding(http.Header{"Accept-Encoding": {value, "zstd;q=0.1"}}); got != zstded {
			t.Errorf("%q: %s", value, got)
		}
	}
}

func TestExtentsOfJoinedSegmentsAreThoseOfTheirContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOf(rapid.Byte()).Draw(t, "a"), rapid.SliceOf(rapid.Byte()).Draw(t, "b")
		of := func(b []byte) extent { return extent{len(b), crc32.ChecksumIEEE(b)} }
		whole := of(slices.Concat(a, b))
		if got := of(a).then(of(b)); got != whole {
			t.Fatalf("then: %v, want %v", got, whole)
		}
		if got := whole.less(of(a)); got != of(b) {
			t.Fatalf("less: %v, want %v", got, of(b))
		}
	})
}
