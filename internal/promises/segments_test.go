package promises

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// endReasons are the labels of how segments and handling units end.
var endReasons = map[string]string{
	"closedByAgent": "closed_by_agent", "closedByConsumer": "closed_by_consumer", "closedBySystem": "closed_by_system",
	"backToQueue": "back_to_queue", "agentResponse": "agent_response",
}

// Segments and handling units are counted once, however late and often they are
// delivered, over restarts, answers that fail for a while and an outage of days.
func TestEachSegmentIsCountedOnce(t *testing.T) {
	t.Parallel()
	outage := time.Duration(sized(14, 3)) * 24 * time.Hour
	for _, c := range []struct {
		source    string
		counter   string
		histogram string
		truth     func(simulator.LivePersonTruth) map[string]int64
		broken    string // part of the requests that fail
		least     float64
	}{
		{"agent_segments", "liveperson_segments_total", "liveperson_segment_handle_seconds", func(l simulator.LivePersonTruth) map[string]int64 { return l.Segments }, "offset=0", 500},
		{"segment_breakdown", "liveperson_handling_units_total", "liveperson_handling_unit_seconds", func(l simulator.LivePersonTruth) map[string]int64 { return l.HandlingUnits }, "sequences.1", 2000},
	} {
		for seed := range int64(sized(10, 1)) {
			t.Run(fmt.Sprint(c.source, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := simulator.New(simulator.Options{Seed: 32 + seed, Agents: 12})
					var broken atomic.Bool
					wire := hosts{shopHost: roundTrip(func(r *http.Request) (*http.Response, error) {
						if broken.Load() && strings.Contains(r.URL.RawQuery, c.broken) {
							return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
						}
						return s.RoundTrip(r)
					})}
					x := run(t, wire, t.TempDir(), accounts(shop("shop", shopHost, s, generous,
						"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, "+c.source+": {interval: 30m}}")))
					begin := time.Now().Add(-26 * time.Hour).Truncate(time.Hour)
					for _, pause := range []time.Duration{20 * time.Minute, 5 * time.Hour, outage} {
						time.Sleep(4 * time.Hour)
						broken.Store(true)
						time.Sleep(3 * time.Hour)
						broken.Store(false)
						x.stop()
						time.Sleep(pause)
						x.start()
					}
					time.Sleep(2 * time.Hour)
					play(t, s, "everybody_leaves")
					time.Sleep(7*time.Hour + 50*time.Minute - time.Since(time.Now().Truncate(time.Hour)))
					synctest.Wait()
					got := x.shown("shop")
					got.healthyNow(t)
					have, want := sheet{}, sheet{}
					for reason, n := range c.truth(s.TruthBetween(begin, time.Now()).LivePerson) {
						want[endReasons[reason]] = float64(n)
					}
					for _, b := range x.manager.Gather() {
						for _, v := range b.Samples {
							if v.Desc.Name == c.counter {
								have[v.Labels[len(v.Labels)-1]] += v.Value
							}
						}
					}
					compare(t, c.source, have, want)
					if want.sum() < c.least || got.of(c.histogram).sum() != want.sum() {
						t.Errorf("%v are counted, %v in the histogram", want.sum(), got.of(c.histogram).sum())
					}
					if c.source == "segment_breakdown" {
						files := time.Since(begin).Truncate(time.Hour).Hours() * 2
						if read, failed := got.value(t, "liveperson_segment_files_total", "outcome", "read"), got.value(t, "liveperson_segment_files_total", "outcome", "failed"); read != files || failed < 9 {
							t.Errorf("%v files are read, want %v; %v have failed", read, files, failed)
						}
					} else if n := got.of("liveperson_agent_segments_total").sum(); n != want.sum() {
						t.Errorf("%v segments of agents", n)
					}
				})
			})
		}
	}
}
