package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// scrape gets a page, compressed or not, and throws it away.
func scrape(b *testing.B, url, encoding string) int {
	b.Helper()
	return len(fetch(b, url, encoding))
}

func fetch(b *testing.B, url, encoding string) []byte {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", encoding)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return page
}

// rounds is how many scrapes of each kind are compared.
const rounds = 40

// A scrape of 10,000 agents of each vendor against writing the same bytes, in
// turn, and a hundred scrapers at once.
func BenchmarkScrape(b *testing.B) {
	for _, agents := range []int{1000, 10000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			url := exporter(b, agents)
			for _, encoding := range []string{"identity", "gzip"} {
				compare(b, url, encoding)
			}
			crowd(b, url)
			memory(b, url)
			b.ReportMetric(0, "ns/op") // one run is the measurement
		})
	}
}

// compare reports the median time of a scrape and its ratio to raw bytes.
func compare(b *testing.B, url, encoding string) {
	b.Helper()
	page := fetch(b, url, encoding)
	raw := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
	}))
	defer raw.Close()
	var exported, written []time.Duration
	for range rounds {
		begin := time.Now()
		scrape(b, url, encoding)
		exported = append(exported, time.Since(begin))
		begin = time.Now()
		scrape(b, raw.URL, encoding)
		written = append(written, time.Since(begin))
	}
	b.ReportMetric(float64(len(page))/1e6, encoding+"-MB")
	b.ReportMetric(median(exported).Seconds()*1e3, encoding+"-ms")
	b.ReportMetric(float64(median(exported))/float64(median(written)), encoding+"-x-raw")
}

// crowd reports how long a hundred scrapers at once take.
func crowd(b *testing.B, url string) {
	b.Helper()
	begin := time.Now()
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { scrape(b, url, "gzip") })
	}
	wg.Wait()
	b.ReportMetric(time.Since(begin).Seconds()*1e3, "100-scrapers-ms")
}

// memory reports the resident memory of the exporter and its series.
func memory(b *testing.B, url string) {
	b.Helper()
	page := fetch(b, url, "identity")
	m := regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`).FindSubmatch(page)
	if m == nil {
		b.Fatal("the page does not tell the memory")
	}
	bytesUsed, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	series := bytes.Count(page, []byte("\n")) - strings.Count(string(page), "\n#")
	b.ReportMetric(bytesUsed/(1<<20), "RSS-MiB")
	b.ReportMetric(float64(series), "series")
}

func median(d []time.Duration) time.Duration {
	for i := range d { // insertion sort: there are forty
		for j := i; j > 0 && d[j] < d[j-1]; j-- {
			d[j], d[j-1] = d[j-1], d[j]
		}
	}
	return d[len(d)/2]
}
