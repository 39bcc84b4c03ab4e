package promises

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// Each segment is counted once, however late and often it is delivered, over restarts
// and an outage of three days.
func TestEachSegmentIsCountedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 32, Agents: 12})
		x := run(t, both(s), t.TempDir(), accounts(shop("shop", shopHost, s, generous,
			"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, agent_segments: {interval: 30m}}")))
		begin := time.Now().Add(-26 * time.Hour)
		for _, pause := range []time.Duration{20 * time.Minute, 5 * time.Hour, 72 * time.Hour} {
			time.Sleep(7 * time.Hour)
			x.stop()
			time.Sleep(pause)
			x.start()
		}
		time.Sleep(2 * time.Hour)
		play(t, s, "everybody_leaves")
		end := time.Now()
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		got := x.shown("shop")
		got.healthy(t)
		have, want := sheet{}, sheet{}
		for reason, label := range map[string]string{
			"closedByAgent": "closed_by_agent", "closedByConsumer": "closed_by_consumer", "closedBySystem": "closed_by_system", "backToQueue": "back_to_queue",
		} {
			want[label] = float64(s.TruthBetween(begin, end).LivePerson.Segments[reason])
		}
		for _, b := range x.manager.Gather() {
			for _, v := range b.Samples {
				if v.Desc.Name == "liveperson_segments_total" {
					have[v.Labels[2]] += v.Value
				}
			}
		}
		compare(t, "segments", have, want)
		if want.sum() < 500 || got.of("liveperson_agent_segments_total").sum() != want.sum() || got.of("liveperson_segment_handle_seconds").sum() != want.sum() {
			t.Errorf("%v segments, by agent %v, in the histogram %v", want.sum(), got.of("liveperson_agent_segments_total").sum(), got.of("liveperson_segment_handle_seconds").sum())
		}
	})
}

// Each turn of a conversation is counted once, from files that are listed again and
// again, over restarts, files that fail for a while and an outage of a week.
func TestEachHandlingUnitIsCountedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 33, Agents: 12})
		broken := ""
		wire := hosts{shopHost: roundTrip(func(r *http.Request) (*http.Response, error) {
			if path := r.URL.Query().Get("path"); broken != "" && strings.Contains(path, broken) {
				return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
			}
			return s.RoundTrip(r)
		})}
		x := run(t, wire, t.TempDir(), accounts(shop("shop", shopHost, s, generous,
			"sources: {agent_status: {enabled: false}, status_changes: {enabled: false}, segment_breakdown: {interval: 30m}}")))
		begin := time.Now().Add(-26 * time.Hour).Truncate(time.Hour)
		for _, pause := range []time.Duration{20 * time.Minute, 5 * time.Hour, 7 * 24 * time.Hour} {
			time.Sleep(4 * time.Hour)
			broken = "sequences.1" // of every hour
			time.Sleep(3 * time.Hour)
			broken = ""
			x.stop()
			time.Sleep(pause)
			x.start()
		}
		time.Sleep(3*time.Hour - time.Since(time.Now().Truncate(time.Hour)) + 50*time.Minute)
		synctest.Wait()
		got := x.shown("shop")
		got.healthy(t)
		end := time.Now().Truncate(time.Hour)
		have, want := sheet{}, sheet{}
		for reason, label := range map[string]string{
			"agentResponse": "agent_response", "closedByAgent": "closed_by_agent", "closedByConsumer": "closed_by_consumer", "closedBySystem": "closed_by_system", "backToQueue": "back_to_queue",
		} {
			want[label] = float64(s.TruthBetween(begin, end).LivePerson.HandlingUnits[reason])
		}
		for _, b := range x.manager.Gather() {
			for _, v := range b.Samples {
				if v.Desc.Name == "liveperson_handling_units_total" {
					have[v.Labels[1]] += v.Value
				}
			}
		}
		compare(t, "handling units", have, want)
		if want.sum() < 2000 || got.of("liveperson_handling_unit_seconds").sum() != want.sum() {
			t.Errorf("%v units, in the histogram %v", want.sum(), got.of("liveperson_handling_unit_seconds").sum())
		}
		files := end.Sub(begin).Hours() * 2
		if read := got.value(t, "liveperson_segment_files_total", "outcome", "read"); read != files {
			t.Errorf("%v files are read, want %v", read, files)
		}
		if failed := got.value(t, "liveperson_segment_files_total", "outcome", "failed"); failed < 9 {
			t.Errorf("%v files failed", failed)
		}
	})
}
