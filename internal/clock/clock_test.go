package clock_test

import (
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/clock"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/clocktest"
)

func TestAClockThatIsSetIsNoTimeThatPasses(t *testing.T) {
	var c clock.Clock
	now := time.Now()
	for _, step := range []struct {
		passed, set, want time.Duration
	}{{0, 0, 0}, {time.Hour, 0, 0}, {time.Minute, time.Hour, time.Hour}, {time.Minute, 0, 0}, {time.Minute, -time.Hour, -time.Hour}, {time.Minute, 30 * time.Second, 0}} {
		now = clocktest.Set(now.Add(step.passed), step.set)
		if got := c.Step(now); got != step.want {
			t.Errorf("%+v: %s", step, got)
		}
	}
}
