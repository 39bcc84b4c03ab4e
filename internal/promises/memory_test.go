package promises

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// manyAgents of one LivePerson account come in pages of a thousand.
var manyAgents = sized(50_000, 10_000)

// mostMemory is what their figures and the page of them may take.
const mostMemory = 512 << 20

func TestFiftyThousandAgentsFitIntoBoundedMemory(t *testing.T) {
	synctest.Test(t, testManyAgents)
}

func testManyAgents(t *testing.T) {
	s := simulator.New(simulator.Options{Seed: 41, Agents: 10})
	crowd := &crowd{agents: manyAgents}
	wire := hosts{shopHost: roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/agent-view/status") {
			return crowd.page(r)
		}
		return s.RoundTrip(r)
	})}
	before := heap()
	x := run(t, wire, "", accounts(shop("shop", shopHost, s, generous, "max_series: 2000000",
		"sources: {status_changes: {enabled: false}, agent_status: {interval: 1h}}")))
	if err := x.manager.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := x.shown("shop")
	got.healthy(t)
	if crowd.pages != manyAgents/1000 {
		t.Errorf("%d pages were asked for, want %d", crowd.pages, manyAgents/1000)
	}
	if n := len(got.of("liveperson_agent_info")); n != manyAgents {
		t.Errorf("%d agents are shown, want %d", n, manyAgents)
	}
	x.scrape(acceptText)
	kept := heap() - before
	if kept > mostMemory {
		t.Errorf("%d MiB are kept with %d agents on a page, want %d MiB at most", kept>>20, manyAgents, mostMemory>>20)
	}
	runtime.KeepAlive(x)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
