package metric

import (
	"strings"
	"testing"
)

// Two samples have one key exactly if they are one series, and both ways to make
// a key make the same; the engine takes Separator out of values before.
func FuzzKey(f *testing.F) {
	f.Add("a", "b", "ab", "")
	f.Add("", "", "", Separator)
	f.Add("\xff", "é", "e\u0301", "x")
	d := &Desc{Name: "livevox_calls_total", Labels: []string{"x", "y"}}
	f.Fuzz(func(t *testing.T, a, b, c, e string) {
		for _, v := range []*string{&a, &b, &c, &e} {
			*v = strings.ReplaceAll(*v, Separator, "")
		}
		s, other := d.Of(1, a, b), d.Of(2, c, e)
		if same := a == c && b == e; (s.Key() == other.Key()) != same {
			t.Errorf("%q and %q: %q, %q", []string{a, b}, []string{c, e}, s.Key(), other.Key())
		}
		if got := string(s.AppendKey([]byte("before"))); got != "before"+s.Key() {
			t.Errorf("appended %q, want %q", got, s.Key())
		}
	})
}
