package promises

import (
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
	return []stagedFault{
		skew("T01a", "LiveVox's clock is an hour ahead", "livevox", time.Hour),
		skew("T01b", "LiveVox's clock is an hour behind", "livevox", -time.Hour),
		skew("T01c", "LivePerson's clock is an hour ahead", "liveperson", time.Hour),
		skew("T01d", "LivePerson's clock is an hour behind", "liveperson", -time.Hour),
		skew("T01e", "LiveVox's clock is in 2099", "livevox", 99*365*24*time.Hour),
		skew("T01f", "LiveVox's clock is in 1970", "livevox", -30*365*24*time.Hour),
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
