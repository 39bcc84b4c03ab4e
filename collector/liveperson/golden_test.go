package liveperson

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

// goldenCursors are where sources stand that would count nothing at their first poll.
var goldenCursors = map[string]string{"interval_metrics": "2030-01-02T10:30:00Z"}

// Every source has a golden pair: testdata/SOURCE.json, an answer of the vendor,
// and SOURCE.prom, what the source makes of it with the default options.
func TestEverySourceHasAGoldenPair(t *testing.T) {
	for _, s := range sources() {
		if s.Name == "agent_activity" || s.Derived {
			continue // its pair is of hourly buckets: see agent_activity_test.go; or it has no answer: see operations_test.go
		}
		t.Run(s.Name, func(t *testing.T) {
			var options any
			if s.Options != nil {
				options = s.Options()
			}
			golden.Check(t, s.Name, readFrom(t, testEnv(testAccount(s.Name, options), nil), anyPath, goldenCursors[s.Name]))
		})
	}
}
