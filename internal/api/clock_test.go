package api

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/clock"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/clocktest"
)

func TestClockBelievesNoSingleAnswer(t *testing.T) {
	const year = 365 * 24 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for name, wrong := range map[string]time.Time{
			"1970": time.Unix(0, 0), "year 1": time.Time{}.Add(time.Hour), "year 9999": time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
			"a year ago": now.Add(-year), "in a year": now.Add(year), "yesterday": now.Add(-24 * time.Hour), "in an hour": now.Add(time.Hour), "none": {},
		} {
			for right := range 12 { // answers before the wrong one
				var c Clock
				for range right {
					c.Observe(now.Add(time.Second))
				}
				c.Observe(wrong)
				if skew, _ := c.Ahead(); skew.Abs() > time.Second {
					t.Errorf("%s after %d right answers: the clock is %s ahead", name, right, skew)
				}
				c.Observe(now.Add(time.Second))
				if skew, _ := c.Ahead(); skew.Abs() > time.Second {
					t.Errorf("%s between %d right answers and one: the clock is %s ahead", name, right, skew)
				}
			}
		}
	})
}

func TestClockFollowsTheVendor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		if _, known := c.Ahead(); known {
			t.Error("a clock is known before the first answer")
		}
		for _, ahead := range []time.Duration{0, time.Hour, -24 * time.Hour, 3 * time.Second} {
			for range clockSamples/2 + 1 {
				c.Observe(time.Now().Add(ahead))
			}
			if skew, known := c.Ahead(); !known || skew != ahead {
				t.Errorf("the clock is %s ahead, want %s", skew, ahead)
			}
			if skew, _ := c.Newest(); skew != ahead {
				t.Errorf("the newest answer is %s ahead, want %s", skew, ahead)
			}
		}
	})
}

func TestClockIsMeasuredByTheThirdAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		for i, want := range []time.Duration{0, time.Hour, time.Hour} {
			c.Observe(time.Now().Add(time.Hour))
			if skew, known := c.Ahead(); !known || skew != want {
				t.Errorf("after %d answers the clock is %s ahead, want %s", i+1, skew, want)
			}
		}
	})
}

// Our clock is set ahead or back while the vendor's goes on: its time stays known, at
// once and later.
func TestClockThatIsSetTakesAlongWhatWasMeasured(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -time.Hour, 40 * 24 * time.Hour, -40 * 24 * time.Hour} {
		for _, answers := range []int{1, 3, 9} {
			var c Clock
			for range answers {
				c.Observe(time.Now().Add(time.Second))
			}
			c.ours = clock.Clock{}
			c.ours.Set(clocktest.Set(time.Now(), -by)) // as if now were set by as much
			for after := range 12 {
				skew, known := c.Ahead()
				believed := after+answers >= minClockSamples // one answer is not
				if believed && (!known || (skew+by).Abs() > 2*time.Second) {
					t.Errorf("set by %s after %d answers: %s ahead after %d more", by, answers, skew, after)
				}
				c.Observe(time.Now().Add(-by))
			}
		}
	}
}
