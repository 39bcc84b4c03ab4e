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

func TestProcessMetricsAreGatheredAtMostOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gathered := 0
		failing := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			gathered++
			families, _ := own().Gather()
			return families[:1], errors.New("no such file")
		})
		p := New(fixed(nil), Options{Own: failing})
		for range 3 {
			if w := ask(p, "/metrics"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "a_first 0\n") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		}
		if gathered != 1 {
			t.Errorf("gathered %d times at one time", gathered)
		}
		time.Sleep(maxProcessAge)
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		if gathered != 2 {
			t.Errorf("gathered %d times, want 2", gathered)
		}
	})
}

func TestRefreshGathersProcessMetricsAheadOfScrapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gathered := 0
		p := New(fixed(batches()), Options{Own: prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			gathered++
			return own().Gather()
		})})
		p.Refresh()
		if gathered != 0 {
			t.Errorf("gathered %d times without a scrape", gathered)
		}
		ask(p, "/metrics", "Accept-Encoding", "gzip")
		for range 5 {
			time.Sleep(RefreshInterval)
			p.Refresh()
			time.Sleep(RefreshInterval - time.Millisecond)
			before := gathered
			ask(p, "/metrics", "Accept-Encoding", "gzip")
			if gathered != before {
				t.Error("a scrape gathered the metrics of the process")
			}
		}
		if gathered != 6 {
			t.Errorf("gathered %d times, want 6", gathered)
		}
	})
}
