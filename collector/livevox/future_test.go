package livevox

import (
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// Records whose times cannot be are in no gauge, and counted once.
func TestGaugesLeaveOutTimesThatCannotBe(t *testing.T) {
	now := time.UnixMilli(1417076800000)
	future := api.Time{Time: now.AddDate(80, 0, 0)}
	number := func(v float64) api.Number { return api.Number{Value: v, Valid: true} }
	rows := []livevox.Connects{{Total: number(5), TimeStamp: api.Time{Time: now}}, {Total: number(70), TimeStamp: future}}
	connects := livevox.LiveConnects{Now: now, Services: []livevox.ServiceConnects{{ServiceID: "7", Rows: rows}}}
	if r := liveConnectsReading(connects); sumOf(r, connectsWindow) != 5 || r.Skipped != 1 || len(r.Intervals.List) != 1 {
		t.Errorf("live_connects: %v, %d skipped, %d intervals", sumOf(r, connectsWindow), r.Skipped, len(r.Intervals.List))
	}
	var calls livevox.CallsOnHold
	for _, at := range []api.Time{{}, future, {Time: time.Unix(0, 0)}, {Time: now.Add(-time.Minute)}} {
		calls.Rows = append(calls.Rows, livevox.CallOnHold{Service: livevox.Service{ID: "7"}, Since: at, Server: api.Time{Time: now}})
	}
	r := callsOnHoldReading(calls, &holdOffset{})
	if sumOf(r, callsOnHoldDesc) != 4 || sumOf(r, oldestHold) != float64(now.Unix()-60) || !slices.Equal(r.Unknown, []string{"timeStamp", "timeStamp", "timeStamp"}) {
		t.Errorf("calls_on_hold: %v calls since %v, unknown %v", sumOf(r, callsOnHoldDesc), sumOf(r, oldestHold), r.Unknown)
	}
}
