package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/promqltest"
)

// What Staffing shows as usual for this weekday, at 12 h of a day of which six hours are over. The load of that time was 40, 30, 20 and
// 10 Erlangs in the four weeks before, and in the newest of them 16 an hour later. Every series has a sample at 0 h, where the storage then begins.
func TestWhatIsUsualForAWeekday(t *testing.T) {
	const load = `
load 1h
  contactcenter_group_offered_erlangs{account="dialer",group_id="9001",vendor="livevox",instance="a"} %s
  contactcenter_group_offered_erlangs{account="dialer",group_id="9001",vendor="livevox",instance="b"} %s
  contactcenter:clocks:changed{edge="begin"} %s

eval instant at 684h %s
  {} %v
`
	for name, c := range map[string]struct {
		weeks, changed string
		want           float64
	}{
		"four weeks":                       {"40x167 30x167 20x167 10x12 16x154 90x6", "1", 25},
		"two weeks, before which was none": {"70 _x335 20x167 10x12 16x154 90x6", "1", 15},
		"clocks have changed this week":    {"40x167 30x167 20x167 10x12 16x154 90x6", "1 _x599 1x78", 12},
		"clocks changed two weeks ago":     {"40x167 30x167 20x167 10x12 16x154 90x6", "1 _x449 1x168 _x60", 10},
	} {
		t.Run(name, func(t *testing.T) {
			query := filled(usualLoad(t), ".*")
			promqltest.RunTest(t, fmt.Sprintf(load, c.weeks, c.weeks, c.changed, query, c.want), promqltest.NewTestEngine(t, false, 0, 1_000_000))
		})
	}
}

// usualLoad is the query of the panel.
func usualLoad(t *testing.T) string {
	t.Helper()
	for _, p := range pages(t) {
		for _, panel := range p.Panels {
			if p.UID == "contactcenter-staffing" && panel.Title == "Load today" {
				for _, target := range panel.Targets {
					if strings.Contains(target.Expr, "offset") {
						return target.Expr
					}
				}
			}
		}
	}
	t.Fatal("there is none")
	return ""
}
