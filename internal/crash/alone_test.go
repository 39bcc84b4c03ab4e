package crash

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAProcessAloneNeedsNoDatabase expects that the program with a directory neither
// connects to the PostgreSQL of its environment nor has a goroutine of replicas.
func TestAProcessAloneNeedsNoDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	l := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	defer l.Close()
	var connections atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			_ = c.Close()
		}
	}()
	host, port, err := net.SplitHostPort(l.Addr().String())
	check(t, err)
	t.Setenv("PGHOST", host)
	t.Setenv("PGPORT", port)
	x := newExporter(t, newVendor(t), "poll")
	debug := freeAddress(t)
	x.start(t, programWithFailpoints(t), Plan{}, "--debug.listen-address="+debug)
	x.until(t, time.Minute, "asking its vendor", func(h *history) bool {
		up, _ := h.gauge("contactcenter_source_up{source=service_stats}")
		return up == 1
	})
	resp := must[*http.Response](t)(http.Get("http://" + debug + "/debug/pprof/goroutine?debug=2"))
	defer resp.Body.Close()
	all := string(must[[]byte](t)(io.ReadAll(resp.Body)))
	if !strings.Contains(all, "exporter/scrape.") {
		t.Fatalf("no goroutines of sources:\n%s", all)
	}
	for _, name := range []string{"jackc/", "internal/replica", "database/sql"} {
		if strings.Contains(all, name) {
			t.Errorf("there is a goroutine of %s", name)
		}
	}
	if n := connections.Load(); n > 0 {
		t.Errorf("%d connections to the database", n)
	}
}
