package page

import (
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"pgregory.net/rapid"
)

func TestAnyAcceptEncodingIsReadAsPromhttpReadsIt(t *testing.T) {
	h := promhttp.HandlerFor(prometheus.NewRegistry(), promhttp.HandlerOpts{})
	element := rapid.SampledFrom([]string{"gzip", "zstd", "identity", "*", "br", ";", "q=", ";q=", "0", "1", ".", "5", "99999999999999999999999", ",", " ", "\t", "\"", "é", "/", "x"})
	rapid.Check(t, func(t *rapid.T) {
		var headers []string
		for range rapid.IntRange(0, 2).Draw(t, "lines") {
			headers = append(headers, "Accept-Encoding", strings.Join(rapid.SliceOfN(element, 0, 12).Draw(t, "line"), ""))
		}
		want := ask(h, "/metrics", headers...).Header().Get("Content-Encoding")
		got := ask(New(fixed(nil), Options{}), "/metrics", headers...).Header().Get("Content-Encoding")
		if got != want {
			t.Fatalf("%q: %q, want %q", headers, got, want)
		}
	})
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
