package scrape

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Where several processes share accounts, one that takes an account up again cannot know
// what another one has asked meanwhile: the limit counts as used up.
func TestAnAccountThatComesBackHasNoBudgetFromBefore(t *testing.T) {
	for name, owns := range map[string]func(string) bool{"shared": func(string) bool { return true }, "alone": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := New(Options{Owns: owns})
				c := config.Account{Name: "shop", Vendor: "liveperson"}
				c.Limits.RequestsPerSecond, c.Limits.Burst, c.Limits.MaxConcurrent = 0.5, 2, 1
				l := m.limiter(c, &config.Config{})
				if l.Delay() == 0 {
					t.Error("a request goes at once after the start")
				}
				time.Sleep(10 * time.Minute)
				if again := m.limiter(c, &config.Config{}); again != l || (again.Delay() > 0) != (owns != nil) {
					t.Errorf("the next request waits %s", again.Delay())
				}
			})
		})
	}
}
