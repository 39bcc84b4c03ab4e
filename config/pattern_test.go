package config

import (
	"path"
	"strings"
	"testing"
)

func TestPatternsFitTheWholeText(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"Orders*", "orders 1", true},
		{"*", "", true},
		{"?", "", false},
		{"or?ers", "Orders", true},
		{"orders", "orders 1", false},
		{"*a*b", "xaxbxb", true},
		{"*a*b", "xaxbxc", false},
		{"büro?", "BÜRO1", true},
		{"[x].", "[x].", true},
		{"a*", "A/b\nc", true},
	} {
		if got := Pattern(c.pattern).Matches(c.text); got != c.want {
			t.Errorf("%q fits %q: %v", c.pattern, c.text, got)
		}
	}
	if Pattern(strings.Repeat("*a", 500)).Matches(strings.Repeat("a", 10_000) + "b") {
		t.Error("a pattern fits a text that ends otherwise")
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsAny(pattern+text, `[\/`) || strings.ToLower(pattern+text) != pattern+text || strings.ToValidUTF8(pattern+text, "") != pattern+text {
			t.Skip("other characters are special in package path")
		}
		want, err := path.Match(pattern, text)
		if got := Pattern(pattern).Matches(text); err == nil && got != want {
			t.Errorf("%q fits %q: %v", pattern, text, got)
		}
	})
}
