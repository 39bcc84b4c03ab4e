package page

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// writes is a reader that counts writes.
type writes struct {
	reader
	n int
}

func (w *writes) Write(b []byte) (int, error) {
	w.n++
	return w.reader.Write(b)
}

func TestAPageOfManySmallFamiliesIsWrittenInFewPieces(t *testing.T) {
	c := newFleet(1)
	b := metric.Batch{Account: "shop", Source: "agent_status", Generation: 1}
	for i := range 500 {
		d := *c.descs[0]
		d.Name = fmt.Sprintf("liveperson_number_%d", i)
		for id := range 200 {
			b.Samples = append(b.Samples, d.Of(float64(id), fmt.Sprint(id), "g"))
		}
	}
	p := New(fixed([]metric.Batch{b}), Options{Own: runtimeOwn()})
	for _, encoding := range []string{"identity", "gzip", "zstd"} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := &writes{reader: reader{header: http.Header{}}}
		p.ServeHTTP(w, r)
		if most := w.size/(writeBuffer/2) + 1; w.n > most {
			t.Errorf("%s: %d writes of %d bytes, want at most %d", encoding, w.n, w.size, most)
		}
	}
}

func TestAReaderThatGoesAwayEndsTheResponse(t *testing.T) {
	p := New(fixed(newFleet(2000).batches()), Options{})
	w := &gone{header: http.Header{}}
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.writes != 2 {
		t.Errorf("%d writes, want 2", w.writes)
	}
}

// gone is a reader that leaves after the first write.
type gone struct {
	header http.Header
	writes int
}

func (g *gone) Header() http.Header { return g.header }
func (g *gone) WriteHeader(int)     {}
func (g *gone) Write(b []byte) (int, error) {
	g.writes++
	if g.writes > 1 {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}
