package livevox

import (
	"slices"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// holdVendor stamps holds too early by offset.
type holdVendor struct {
	offset time.Duration
	now    time.Time
	begins []time.Time
}

func (v *holdVendor) answer() livevox.CallsOnHold {
	calls := livevox.CallsOnHold{Server: api.Time{Time: v.now}}
	for _, begin := range v.begins {
		calls.Rows = append(calls.Rows, livevox.CallOnHold{
			Service: livevox.Service{ID: "7"}, Since: api.Time{Time: begin.Add(-v.offset)}, Server: calls.Server,
		})
	}
	return calls
}

// oldest returns how old the oldest hold is shown; -1 if it isn't.
func oldest(calls livevox.CallsOnHold, offset *holdOffset) time.Duration {
	offset.learn(calls)
	for _, s := range callsOnHoldReading(calls, offset).Gauges.Samples {
		if s.Desc == oldestHold {
			return calls.Server.Sub(time.UnixMilli(int64(s.Value * 1000)).UTC())
		}
	}
	return -1
}

func TestHoldsAreAsOldAsTheyAre(t *testing.T) {
	start := time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)
	for _, offset := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour, 5*time.Hour + 30*time.Minute, 45 * time.Minute, 24 * time.Hour} {
		for _, early := range []bool{true, false} { // whether a hold was there before the exporter
			v := &holdVendor{offset: offset, now: start}
			if early {
				v.begins = []time.Time{start.Add(-3*time.Hour - 5*time.Minute)}
			}
			var learnt holdOffset
			oldest(v.answer(), &learnt)
			v.now = v.now.Add(30 * time.Second)
			begin := v.now.Add(-20 * time.Second)
			v.begins = append(v.begins, begin)
			if early {
				begin = v.begins[0]
			}
			for _, age := range []time.Duration{0, time.Minute, 59*time.Minute + 30*time.Second, time.Hour, 3*time.Hour + 5*time.Minute, 11 * time.Hour} {
				v.now = v.now.Add(age)
				if got, want := oldest(v.answer(), &learnt), v.now.Sub(begin); got != want {
					t.Errorf("offset %s, early %t: a hold of %s is shown as %s", offset, early, want, got)
				}
				v.now = v.now.Add(-age)
			}
		}
	}
}

func TestAgeThatCannotBeIsNotShown(t *testing.T) {
	now := time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)
	for age, want := range map[time.Duration]time.Duration{
		0: 0, -time.Second: 0, 40 * time.Minute: 40 * time.Minute, // of no other zone
		3 * time.Hour: -1, 3*time.Hour + 40*time.Second: -1, time.Hour - time.Second: -1, -3 * time.Hour: -1, 56 * 365 * 24 * time.Hour: -1,
	} {
		v := holdVendor{now: now, begins: []time.Time{now.Add(-age)}}
		if got := oldest(v.answer(), &holdOffset{}); got != want {
			t.Errorf("the first hold, of %s, is shown as %s, want %s", age, got, want)
		}
	}
}

// A clock change of the vendor is followed, one odd record is not.
func TestHoldOffsetFollowsTheVendor(t *testing.T) {
	v := &holdVendor{offset: 3 * time.Hour, now: time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)}
	var learnt holdOffset
	step := func(offset time.Duration) time.Duration {
		v.now = v.now.Add(30 * time.Second)
		v.offset, v.begins = offset, []time.Time{v.now.Add(-10 * time.Second)}
		return oldest(v.answer(), &learnt)
	}
	oldest(v.answer(), &learnt)
	var got []time.Duration
	for _, hours := range []time.Duration{3, 4, 3, 4, 4, 4} {
		got = append(got, step(hours*time.Hour))
	}
	if s := 10 * time.Second; !slices.Equal(got, []time.Duration{s, s + time.Hour, s, s + time.Hour, s, s}) {
		t.Errorf("ages %v", got)
	}
}
