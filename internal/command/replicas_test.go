package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestFlagsOfReplicasAreChecked(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "postgres://a/b"
	for _, c := range []struct {
		flags Replica
		want  string
	}{
		{Replica{}, ""},
		{Replica{StateURL: url, LeaseTTL: time.Second}, ""},
		{Replica{Name: "a"}, "--replica flags need --state.url"},
		{Replica{StateURL: url, StateURLFile: "f", LeaseTTL: time.Second}, "exclude each other"},
		{Replica{StateURL: url, LeaseTTL: time.Millisecond}, "--replica.lease-ttl"},
		{Replica{StateURL: url, LeaseTTL: time.Second, AdvertiseURL: "10.0.0.7:9925"}, "--replica.advertise-url"},
		{Replica{StateURL: url, LeaseTTL: time.Second, AdvertiseURL: "http://user:secret@a"}, "--replica.advertise-url"},
		{Replica{StateURL: url, LeaseTTL: time.Second, TokenFile: token}, "at least 16 characters"},
		{Replica{StateURL: url, LeaseTTL: time.Second, TokenFile: "missing"}, "--replica.token-file"},
	} {
		err := c.flags.check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.flags, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%v tells the password", err)
		}
	}
	if c := (Replica{StateURL: url, LeaseTTL: time.Second}); c.check() != nil || c.Name == "" {
		t.Error("a replica has no name")
	}
}

func TestATokenIsAccepted(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := Replica{TokenFile: token}
	if !r.accepts("0123456789abcdef") || r.accepts("0123456789abcdeX") || r.accepts("") || (Replica{}).accepts("") {
		t.Error("tokens are mistaken for one another")
	}
}

// Each account that is owned is pushed as an instance of its own, and no longer when it
// is not.
func TestEachAccountIsPushedByItself(t *testing.T) {
	ids := map[string]string{}
	s := &streams{running: map[string]*pusher{}, new: func(account string) *pusher {
		p := &pusher{env: func(string) string { return "" }, log: log.NewNopLogger(), id: instanceID([]byte(account)), gather: func() []metric.Batch { return nil }}
		ids[account] = p.id
		return p
	}}
	c := &config.Config{
		OTLP:     &config.OTLP{Endpoint: "http://127.0.0.1:1", Interval: time.Hour},
		Accounts: []config.Account{{Name: "shop"}, {Name: "dialer"}},
	}
	if err := s.apply(c); err != nil {
		t.Fatal(err)
	}
	shop := s.running["shop"]
	if len(s.running) != 2 || shop.push() == nil || ids["shop"] == ids["dialer"] {
		t.Fatalf("%d pushes, ids %v", len(s.running), ids)
	}
	c.Accounts = c.Accounts[1:]
	if err := s.apply(c); err != nil {
		t.Fatal(err)
	}
	if len(s.running) != 1 || shop.push() != nil {
		t.Errorf("%d pushes after an account was lost", len(s.running))
	}
	s.stop()
}
