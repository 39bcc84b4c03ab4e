package command

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-kit/log"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// hole carries requests until it swallows them.
type hole struct {
	next http.RoundTripper
	open atomic.Bool
}

func (h *hole) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.open.Load() {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return h.next.RoundTrip(r)
}

// stalledDisk is a state directory whose writes can be made to hang.
type stalledDisk struct {
	stall   atomic.Bool
	hanging chan struct{} // closed when one hangs
	free    chan struct{}
	once    sync.Once
}

func (d *stalledDisk) fail(point string) error {
	if d.stall.Load() && point == state.BeforeCommit {
		d.once.Do(func() { close(d.hanging) })
		<-d.free
	}
	return nil
}

func TestHungVendorsAndAStalledDiskHoldUpNoScrape(t *testing.T) {
	t.Parallel()
	disk := &stalledDisk{hanging: make(chan struct{}), free: make(chan struct{})}
	store, err := state.Open(t.TempDir(), state.Options{BackupEvery: -1, Fail: disk.fail})
	if err != nil {
		t.Fatal(err)
	}
	s := simulator.New(simulator.Options{Seed: 5, Agents: 100, Services: 4})
	c, err := config.Parse("demo", []byte(hurried(demoConfig(s, "127.0.0.1:1"))), vendortest.Configs())
	if err != nil {
		t.Fatal(err)
	}
	wire := &hole{next: inMemory{s}}
	m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: wire})
	if err := m.Apply(c); err != nil {
		t.Fatal(err)
	}
	if err := m.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	pages := web.Options{
		MetricsPath: "/metrics", Metrics: page.New(m.Gather, page.Options{Own: ownRegistry()}), MaxRequests: 100,
		Status: m.Status, Tried: m.Tried, Wait: m.Wait, Config: c.Redacted,
	}
	server := httptest.NewServer(web.Handler(pages))
	disk.stall.Store(true)
	<-disk.hanging // some source waits for the disk, and the others soon will
	wire.open.Store(true)

	var scrapers sync.WaitGroup
	for range 100 {
		scrapers.Go(func() {
			for range 3 {
				ask(t, server.URL+"/metrics", "livevox_agents{")
			}
			ask(t, server.URL+"/", "dialer")
		})
	}
	scrapers.Wait()
	server.Close()
	close(disk.free)
	if err := m.Stop(); err != nil {
		t.Error(err)
	}
	store.Close()
}

// hurried has every source asked as often as may be.
func hurried(file string) string {
	file = strings.ReplaceAll(file, "_events: {}", "_events: {enabled: false}")
	for _, every := range []string{"5s", "15s", "30s"} {
		file = strings.ReplaceAll(file, "interval: "+every, "interval: 1s")
	}
	return strings.ReplaceAll(file, "{requests_per_second: 20, burst: 20, max_concurrent: 4}", "{requests_per_second: 1000, burst: 1000, max_concurrent: 20}")
}

// ask expects 200 and a text. What hangs does so for ever, so that the deadline
// leaves time on a loaded machine too.
func ask(t *testing.T, url, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
		return
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
		t.Errorf("%s: %s with %d bytes, %v", url, resp.Status, len(body), err)
	}
}

// cancelled is how many scrapes are broken off.
const cancelled = 1000

func TestCancelledScrapesLeaveNothingBehind(t *testing.T) {
	body := make([]byte, 1<<20)
	address := freeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	group, ctx := errgroup.WithContext(ctx)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	no, none := false, ""
	flags := &toolkit.FlagConfig{WebListenAddresses: &[]string{address}, WebSystemdSocket: &no, WebConfigFile: &none}
	listen(ctx, group, server(web.Handler(web.Options{
		MetricsPath: "/metrics", Metrics: h, MaxRequests: 4, Tried: func() bool { return true },
	}), nil, log.NewNopLogger()), flags, &webFile{log: log.NewNopLogger()})
	for !breakOff(address) { // until it listens
		runtime.Gosched()
	}
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	var clients sync.WaitGroup
	for range 10 {
		clients.Go(func() {
			for range cancelled / 10 {
				if !breakOff(address) {
					t.Error("a scrape isn't answered")
					return
				}
			}
		})
	}
	clients.Wait()
	for begin := time.Now(); runtime.NumGoroutine() > goroutines+5 || openFiles(t) > files+2; time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatalf("%d goroutines and %d files instead of %d and %d", runtime.NumGoroutine(), openFiles(t), goroutines, files)
		}
	}
	ask(t, "http://"+address+"/metrics", "")
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// breakOff begins to read an answer and resets the connection.
func breakOff(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetLinger(0)
	_, _ = io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.Contains(line, "200")
}

// openFiles counts the file descriptors of the process, where that is known.
func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(files)
}
