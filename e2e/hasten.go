package e2e

import (
	"regexp"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

var (
	holds   = regexp.MustCompile(`(?m)^(\s+(?:for|keep_firing_for): )(\w+)$`)
	windows = regexp.MustCompile(`\[(\w+)\]`)
)

// hasten divides the times of a rule file, so that a test sees in minutes what takes hours: for, and the windows of
// ranges, which stay long enough to hold some samples. Offsets, thresholds and expressions are left as they are.
func hasten(rules string, by int) string {
	rules = holds.ReplaceAllStringFunc(rules, func(s string) string {
		m := holds.FindStringSubmatch(s)
		return m[1] + divided(m[2], by, time.Second)
	})
	return windows.ReplaceAllStringFunc(rules, func(s string) string {
		m := windows.FindStringSubmatch(s)
		return "[" + divided(m[1], by, 30*time.Second) + "]"
	})
}

func divided(duration string, by int, least time.Duration) string {
	d, err := model.ParseDuration(duration)
	if err != nil {
		return duration
	}
	n := max(time.Duration(d)/time.Duration(by), least).Round(time.Second)
	return strconv.Itoa(int(n/time.Second)) + "s"
}
