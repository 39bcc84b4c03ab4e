// Package lint checks pages by promlint, for tests.
package lint

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// Page fails the test where a page in the text format is not valid or not as
// promlint wants it.
func Page(t *testing.T, text string) {
	t.Helper()
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Errorf("the page is not valid: %v", err)
	}
	for _, p := range problems {
		if p.Metric == "liveperson_skill_hours_change_timestamp_seconds" {
			continue // these hours are those in which a skill is open, no unit
		}
		t.Errorf("promlint: %s: %s", p.Metric, p.Text)
	}
}
