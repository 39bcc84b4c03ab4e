package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// The README's configuration is one that the program takes.
func TestTheReadmesConfigurationIsGood(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, file, found := strings.Cut(string(readme), "```yaml\naccounts:")
	file, _, ended := strings.Cut("accounts:"+file, "```")
	if !found || !ended {
		t.Fatal("the README has no configuration")
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	file = regexp.MustCompile(`/run/secrets/[a-z-]+`).ReplaceAllString(file, secret)
	c, err := config.Parse("README.md", []byte(file), vendortest.Configs())
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Accounts) != 2 || strings.Count(file, "\n") != 10 {
		t.Errorf("%d accounts in %d lines", len(c.Accounts), strings.Count(file, "\n"))
	}
}

// Every source stands in the README's table.
func TestTheReadmeNamesEverySource(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vendortest.Configs() {
		for _, s := range v.Sources {
			if !strings.Contains(string(readme), "`"+s.Name+"`") {
				t.Errorf("the README lacks the source %s of %s", s.Name, v.Name)
			}
		}
	}
}
