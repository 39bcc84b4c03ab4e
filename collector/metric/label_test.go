package metric

import (
	"strings"
	"testing"
)

func TestLabelValuesAreCleaned(t *testing.T) {
	for value, want := range map[string]string{
		"":                         "",
		"plain":                    "plain",
		"a\xffb\xfe\xfdc":          "a\uFFFDb\uFFFDc",
		strings.Repeat("é", 256):   strings.Repeat("é", 256),
		strings.Repeat("é", 257):   strings.Repeat("é", 256),
		strings.Repeat("x", 1<<16): strings.Repeat("x", 256),
	} {
		if got := CleanLabel(value); got != want {
			t.Errorf("CleanLabel(%.20q) = %q", value, got)
		}
	}
}
