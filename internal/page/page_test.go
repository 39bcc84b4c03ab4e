package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

func TestHeadHasTheHeadersOfGetAndNoBody(t *testing.T) {
	p := New(fixed(batches()), Options{})
	for _, encoding := range []string{"", "gzip", "zstd"} {
		get := ask(p, "/metrics", "Accept-Encoding", encoding)
		r := httptest.NewRequest(http.MethodHead, "/metrics", nil)
		r.Header.Set("Accept-Encoding", encoding)
		head := httptest.NewRecorder()
		p.ServeHTTP(head, r)
		if head.Body.Len() > 0 {
			t.Errorf("%q: a body of %d bytes", encoding, head.Body.Len())
		}
		if got, want := fmt.Sprint(head.Header()), fmt.Sprint(get.Header()); got != want {
			t.Errorf("%q: %s, want %s", encoding, got, want)
		}
	}
}

func TestDroppedCountsWhatIsOnNoPage(t *testing.T) {
	p := New(fixed(batches()), Options{})
	// A series that is twice in its batch, and one that another batch has; two
	// values that differ only behind the bound; a load that is a counter; three
	// incomplete samples.
	if got, want := p.Dropped(), 1+1+1+1+3; got != want {
		t.Errorf("%d dropped, want %d", got, want)
	}
	if got := New(fixed(nil), Options{}).Dropped(); got != 0 {
		t.Errorf("%d dropped of nothing", got)
	}
}

// counting counts the series that are rendered.
type counting struct {
	renderer
	rendered *atomic.Int64
}

func (c counting) series(b []byte, p *part, order []int32) []byte {
	c.rendered.Add(int64(len(order)))
	return c.renderer.series(b, p, order)
}

func count(p *Page) *atomic.Int64 {
	var n atomic.Int64
	p.each(func(v *variant) { v.renderer = counting{v.renderer, &n} })
	return &n
}

func TestOnlyABatchOfAnotherGenerationIsRendered(t *testing.T) {
	now := append(newFleet(2*chunkSize).batches(), newFleet(1).batches()[0])
	now[1].Account = "other"
	p := New(func() []metric.Batch { return now }, Options{})
	rendered := count(p)
	expect := func(what string, want int) {
		t.Helper()
		got, fresh := ask(p, "/metrics", "Accept-Encoding", "gzip"), ask(New(fixed(now), Options{}), "/metrics")
		if n := rendered.Swap(0); n != int64(want) {
			t.Errorf("%s: %d series rendered, want %d", what, n, want)
		}
		if plain(t, got) != fresh.Body.String() {
			t.Errorf("%s: the page is not that of the batches", what)
		}
	}
	all := [2]int{len(now[0].Samples), len(now[1].Samples)}
	expect("first scrape", all[0]+all[1])
	expect("nothing changed", 0)
	now = slices.Clone(now)
	now[1].Generation++
	now[1].Samples = slices.Clone(now[1].Samples)
	now[1].Samples[0].Value++
	expect("one batch changed", all[1])
	now = []metric.Batch{now[1], now[0]}
	expect("another order", 0)
	now = now[:1]
	expect("a batch left", 0)
}

func TestVariantsAreMadeAheadOnlyIfInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFleet(10)
		now := c.batches()
		p := New(func() []metric.Batch { return now }, Options{})
		rendered := count(p)
		p.Refresh()
		if n := rendered.Swap(0); n != 0 {
			t.Errorf("%d series made that were not asked for", n)
		}
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		one := rendered.Swap(0)
		now = c.batches()
		p.Refresh()
		if n := rendered.Swap(0); n == 0 || n > one {
			t.Errorf("%d series made ahead of one variant of %d", n, one)
		}
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		if n := rendered.Swap(0); n != 0 {
			t.Errorf("%d series made by a scrape that Refresh was ahead of", n)
		}
		time.Sleep(keepFor + time.Second)
		now = c.batches()
		p.Refresh()
		if n := rendered.Swap(0); n != 0 || p.variants[textFormat][gzipped].parts != nil {
			t.Errorf("%d series made of a variant that is out of use", n)
		}
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		if n := rendered.Swap(0); n != one {
			t.Errorf("%d series made for a new scrape, want %d", n, one)
		}
	})
}

func TestEveryPageIsOfOneMoment(t *testing.T) {
	c := newFleet(200)
	var now atomic.Pointer[[]metric.Batch]
	next := func(n int) {
		b := c.batches()
		for i := range b[0].Samples {
			b[0].Samples[i].Value = float64(n)
		}
		second := b[0]
		second.Account = "other"
		b = append(b, second)
		now.Store(&b)
	}
	next(0)
	p := New(func() []metric.Batch { return *now.Load() }, Options{})
	var scrapers sync.WaitGroup
	for i := range 6 {
		scrapers.Go(func() {
			encoding := []string{"", "gzip", "zstd"}[i%3]
			last := -1
			for range 30 {
				values := map[string]bool{}
				for line := range strings.Lines(plain(t, ask(p, "/metrics", "Accept-Encoding", encoding))) {
					if !strings.HasPrefix(line, "#") {
						values[strings.TrimSpace(line[strings.LastIndexByte(line, ' '):])] = true
					}
				}
				if len(values) != 1 {
					t.Errorf("values of %d moments", len(values))
				}
				for v := range values {
					n, _ := strconv.Atoi(v)
					if n < last {
						t.Errorf("%d after %d", n, last)
					}
					last = n
				}
			}
		})
	}
	for n := range 60 {
		next(n)
		p.Refresh()
		p.Dropped()
	}
	scrapers.Wait()
}

func TestAnUnchangedScrapeAllocatesLittle(t *testing.T) {
	p := New(fixed(newFleet(2000).batches()), Options{Own: runtimeOwn()})
	for _, accept := range []string{accepts[len(accepts)-2], acceptProtobuf} {
		for _, encoding := range []string{"identity", "gzip", "zstd"} {
			do := scrape(p, accept, encoding)
			do()
			allocated := make([]uint64, 50)
			for i := range allocated {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				do()
				runtime.ReadMemStats(&after)
				allocated[i] = after.TotalAlloc - before.TotalAlloc
			}
			// In some of them the metrics of the process are gathered again.
			slices.Sort(allocated)
			if median := allocated[len(allocated)/2]; median > 8<<10 {
				t.Errorf("%s: %d bytes allocated for a scrape", encoding, median)
			}
		}
	}
}
