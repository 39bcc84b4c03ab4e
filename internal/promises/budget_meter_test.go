package promises

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// meter notes when each request reaches a vendor, whatever it is for.
type meter struct {
	next http.RoundTripper

	mu   sync.Mutex
	sent []time.Time
	to   []string // paths
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.sent, m.to = append(m.sent, time.Now()), append(m.to, r.URL.Path)
	m.mu.Unlock()
	return m.next.RoundTrip(r)
}

// times returns when requests have come so far; with paths, only those to them.
func (m *meter) times(paths ...string) (out []time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, at := range m.sent {
		if len(paths) == 0 || slices.Contains(paths, m.to[i]) {
			out = append(out, at)
		}
	}
	return out
}

// during returns how many requests came from a time on, for so long.
func (m *meter) during(from time.Time, long time.Duration) (n int) {
	for _, at := range m.times() {
		if !at.Before(from) && at.Before(from.Add(long)) {
			n++
		}
	}
	return n
}

// busiest returns the most of times that any sliding span holds.
func busiest(times []time.Time, span time.Duration) (most int) {
	first := 0
	for i, at := range times {
		for at.Sub(times[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// within fails if the requests of any minute are more than the limit allows, or
// if there were hardly any, which would prove nothing.
func (m *meter) within(t testing.TB, limit, least int) {
	t.Helper()
	times := m.times()
	if most := busiest(times, time.Minute); most > limit {
		t.Errorf("%d requests in a minute, %d are allowed", most, limit)
	}
	if len(times) < least {
		t.Errorf("only %d requests", len(times))
	}
}

// crash ends the exporter as kill -9 would, at a moment at which nothing is being
// written, and starts it on what is then on the disk.
func (x *exporter) crash() {
	x.t.Helper()
	synctest.Wait()
	left := x.t.TempDir()
	files, err := filepath.Glob(filepath.Join(x.dir, "*"))
	if err != nil {
		x.t.Fatal(err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			x.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(left, filepath.Base(path)), b, 0o600); err != nil {
			x.t.Fatal(err)
		}
	}
	x.stop()
	x.dir = left
	x.start()
}
