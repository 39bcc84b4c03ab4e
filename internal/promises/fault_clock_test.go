package promises

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

func TestFaultsOfClocks(t *testing.T) { perform(t, clockFaults()) }

// clockFaults are clocks that are wrong while the exporter runs.
func clockFaults() []stagedFault {
	skew := func(id, injected, at string, d time.Duration) stagedFault {
		return stagedFault{
			fault: fault{id: id, injected: injected, holds: "no age is negative, no counter differs"}, at: at,
			Fault: simulator.Fault{Kind: "clock_skew", Skew: simulator.Duration(d)}, check: noNegativeAge,
		}
	}
	return append(recordTimes(), []stagedFault{
		skew("T01a", "LiveVox's clock is an hour ahead", "livevox", time.Hour),
		skew("T01b", "LiveVox's clock is an hour behind", "livevox", -time.Hour),
		skew("T01c", "LivePerson's clock is an hour ahead", "liveperson", time.Hour),
		skew("T01d", "LivePerson's clock is an hour behind", "liveperson", -time.Hour),
		skew("T01e", "LiveVox's clock is in 2099", "livevox", 99*365*24*time.Hour),
		skew("T01f", "LiveVox's clock is in 1970", "livevox", -30*365*24*time.Hour),
	}...)
}

// recordTimes are single records of the sources of events that are dated as they
// cannot be.
func recordTimes() []stagedFault {
	var rows []stagedFault
	for i, at := range []struct{ source, field, what string }{
		{"interaction_events", "timestamp", "an interaction"}, {"status_changes", "time", "a status change"},
	} {
		for j, year := range []string{"0001", "1970", "1999", "2099", "9999"} {
			rows = append(rows, stagedFault{
				fault: fault{
					id: fmt.Sprintf("T3%d%c", 1+i, 'a'+j), injected: at.what + " of the year " + year,
					holds: "it alone is skipped, and counted; no state lasts longer than the time that passes",
				},
				at: at.source, loses: true, check: skippedForItsTime,
				wire: records(at.source, func(i int, r map[string]any) {
					if _, has := r[at.field]; has && i == 0 {
						r[at.field] = year + "-01-02T03:04:05.000Z"
					}
				}),
			})
		}
	}
	return rows
}

// skippedForItsTime looks that a record was skipped, and nothing counted by its time.
func skippedForItsTime(st *stage) {
	now := st.shown(st.account())
	if v := now.value(st.t, "contactcenter_source_records_skipped_total", "source", st.row.at); v == 0 {
		st.t.Error("no record is skipped")
	}
	for k, v := range now.of("liveperson_agent_status_seconds_total") {
		if v > (24*time.Hour + time.Since(st.begun)).Seconds() {
			st.t.Errorf("%s = %v", k, v)
		}
	}
	for k, v := range now.of("contactcenter_feed_last_event_timestamp_seconds") {
		if age := time.Since(time.UnixMilli(int64(v * 1000))); age < -time.Minute || age > time.Hour {
			st.t.Errorf("%s is %s old", k, age)
		}
	}
}

// noNegativeAge looks at every time that is shown.
func noNegativeAge(st *stage) {
	for k, v := range st.shown(st.account()).of("contactcenter_source_last_success_timestamp_seconds") {
		if at := time.UnixMilli(int64(v * 1000)); at.After(time.Now()) {
			st.t.Errorf("%s is %s in the future", k, time.Until(at))
		}
	}
}
