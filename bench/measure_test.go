package bench

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// client takes much at a time, so that it is not what is measured.
var client = &http.Client{Transport: &http.Transport{DisableCompression: true, ReadBufferSize: 256 << 10, MaxIdleConnsPerHost: 200}}

// get reads the answer to one request and returns it, or only its size.
func get(b testing.TB, url, encoding string, into io.Writer) (size int64) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", encoding)
	resp, err := client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if size, err = io.CopyBuffer(into, resp.Body, make([]byte, 256<<10)); err != nil {
		b.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		b.Fatal(url + ": " + resp.Status)
	}
	return size
}

// discard is io.Discard without its own way to read.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// scrape returns how long one scrape took.
func (p *process) scrape(b testing.TB, encoding string) time.Duration {
	b.Helper()
	begin := time.Now()
	get(b, p.url, encoding, discard{})
	return time.Since(begin)
}

// page returns the whole page.
func (p *process) page(b testing.TB, encoding string) []byte {
	b.Helper()
	var page bytes.Buffer
	get(b, p.url, encoding, &page)
	return page.Bytes()
}

// text returns the page as text, without having it served so: only what is asked
// for takes memory.
func (p *process) text(b testing.TB) []byte {
	b.Helper()
	z, err := gzip.NewReader(bytes.NewReader(p.page(b, "gzip")))
	if err != nil {
		b.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return page
}

var seriesLine = regexp.MustCompile(`(?m)^[^#\n]`)

// value returns the sum of a metric on a page.
func value(page []byte, name string) (sum float64) {
	for _, m := range regexp.MustCompile(`(?m)^`+name+`(?:\{.*\})? (\S+)$`).FindAllSubmatch(page, -1) {
		v, _ := strconv.ParseFloat(string(m[1]), 64)
		sum += v
	}
	return sum
}

// cpu returns what the process has used of all cores so far.
func (p *process) cpu(b testing.TB) (sum time.Duration) {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.pid))
	if err != nil || len(threads) == 0 {
		b.Skip("no schedstat to read CPU time from")
	}
	for _, t := range threads {
		var ns int64
		if line, err := os.ReadFile(t); err == nil { // or the thread has ended
			_, _ = fmt.Sscan(string(line), &ns)
		}
		sum += time.Duration(ns)
	}
	return sum
}

// peak returns the largest resident memory that the process ever had, in bytes.
func (p *process) peak(b testing.TB) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		b.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		b.Fatal("no VmHWM")
	}
	kilobytes, _ := strconv.ParseFloat(string(m[1]), 64)
	return kilobytes * 1024
}

// heap returns what the process has allocated so far, and what of it is in use.
func (p *process) heap(b testing.TB) (allocated, live float64) {
	b.Helper()
	var profile bytes.Buffer
	get(b, p.debug+"/debug/pprof/heap?gc=1&debug=1", "identity", &profile)
	read := func(name string) float64 {
		m := regexp.MustCompile(`(?m)^# ` + name + ` = (\d+)$`).FindSubmatch(profile.Bytes())
		if m == nil {
			b.Fatal("no " + name)
		}
		v, _ := strconv.ParseFloat(string(m[1]), 64)
		return v
	}
	return read("TotalAlloc"), read("HeapAlloc")
}

// cost is what a scrape costs.
type cost struct {
	wall      time.Duration // median
	cpu       time.Duration // mean
	allocated float64       // bytes, mean
}

// costs measures scrapes of all processes: the time in turn, in a number of rounds,
// the rest of each process by itself.
func costs(b testing.TB, encoding string, rounds int, processes ...*process) []cost {
	b.Helper()
	out := make([]cost, len(processes))
	for i, p := range processes {
		p.scrape(b, encoding)
		out[i].cpu, out[i].allocated = p.use(b, encoding)
	}
	walls := make([][]time.Duration, len(processes))
	for range rounds {
		for i, p := range processes {
			walls[i] = append(walls[i], p.scrape(b, encoding))
		}
	}
	for i := range out {
		slices.Sort(walls[i])
		out[i].wall = walls[i][rounds/2]
	}
	return out
}

// span is how long what a process uses is watched.
const span = 2 * time.Second

// use returns what a scrape uses of the CPU and allocates, beyond what the process
// allocates for telling so and between scrapes.
func (p *process) use(b testing.TB, encoding string) (cpu time.Duration, allocated float64) {
	b.Helper()
	first, _ := p.heap(b)
	second, _ := p.heap(b)
	telling := second - first
	time.Sleep(span)
	third, _ := p.heap(b)
	idle := max(0, third-second-telling) / span.Seconds()
	cpu = p.cpu(b)
	begin, n := time.Now(), 0
	for time.Since(begin) < span || n < 3 {
		p.scrape(b, encoding)
		n++
	}
	cpu = p.cpu(b) - cpu
	took := time.Since(begin)
	last, _ := p.heap(b)
	return cpu / time.Duration(n), max(0, last-third-telling-idle*took.Seconds()) / float64(n)
}

// crowd returns how long a number of scrapers at once have to wait, and what each
// costs.
func crowd(b testing.TB, p *process, scrapers int) cost {
	b.Helper()
	const rounds = 5
	p.scrape(b, "gzip")
	before := p.cpu(b)
	var walls []time.Duration
	for range rounds {
		begin := time.Now()
		var all sync.WaitGroup
		for range scrapers {
			all.Go(func() { p.scrape(b, "gzip") })
		}
		all.Wait()
		walls = append(walls, time.Since(begin))
	}
	slices.Sort(walls)
	return cost{wall: walls[rounds/2], cpu: (p.cpu(b) - before) / time.Duration(rounds*scrapers)}
}
