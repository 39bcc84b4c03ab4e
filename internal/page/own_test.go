package page

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

func TestTheProcessIsAskedAtMostOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		failing := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			asked++
			families, _ := own().Gather()
			return families[:1], errors.New("no such file")
		})
		p := New(fixed(nil), failing)
		for range 3 {
			if w := ask(p, "/metrics"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "a_first 0\n") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times at one time", asked)
		}
		time.Sleep(lull)
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		if asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

func TestRefreshAsksTheProcessAheadOfScrapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		p := New(fixed(batches()), prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			asked++
			return own().Gather()
		}))
		p.Refresh()
		if asked != 0 {
			t.Errorf("asked %d times for nobody", asked)
		}
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		for range 5 {
			time.Sleep(RefreshInterval)
			p.Refresh()
			time.Sleep(RefreshInterval - time.Millisecond)
			before := asked
			ask(p, "/metrics", "Accept-Encoding", "gzip")
			if asked != before {
				t.Error("a scrape had to ask the process")
			}
		}
		if asked != 6 {
			t.Errorf("asked %d times, want 6", asked)
		}
	})
}
