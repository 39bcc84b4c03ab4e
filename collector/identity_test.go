package collector

import (
	"regexp"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestIdentity(t *testing.T) {
	key := []byte("key")
	for _, test := range []struct {
		kind     config.Identity
		id, name string
		want     string
	}{
		{config.None, "7", "Ada", ""},
		{"", "7", "Ada", ""},
		{config.ID, "7", "Ada", "7"},
		{config.Name, "7", "Ada", "Ada"},
		{config.Name, "7", "", "7"},
		// echo -n 7 | openssl dgst -sha256 -hmac key
		{config.Hash, "7", "Ada", "01235b0d2aa4a5da"},
		{config.Hash, "", "Ada", ""},
		{config.ID, "", "Ada", ""},
	} {
		if got := NewIdentity(test.kind, key)(test.id, test.name); got != test.want {
			t.Errorf("%q of %q, %q: %q, want %q", test.kind, test.id, test.name, got, test.want)
		}
	}
}

func TestHashDependsOnTheKey(t *testing.T) {
	a, b := NewIdentity(config.Hash, []byte("a"))("7", ""), NewIdentity(config.Hash, []byte("b"))("7", "")
	if a == b || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(a) {
		t.Errorf("%q and %q", a, b)
	}
}
