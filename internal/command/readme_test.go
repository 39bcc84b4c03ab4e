package command

import (
	"fmt"
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

// The README's table of sources is what the vendors list.
func TestReferencesOfTheReadme(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- sources -->\n", "<!-- end of sources -->"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, opened := strings.Cut(string(readme), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatal("the README has no table of sources")
	}
	want := head + begin + sourceTable() + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(readme) {
		t.Error("the README's table of sources is not what the code makes: run make docs")
	}
}

// sourceTable is a row for each source.
func sourceTable() string {
	var b strings.Builder
	b.WriteString("| vendor | source | what it shows | asked every |\n|---|---|---|---|\n")
	for _, v := range vendortest.Vendors() {
		for _, s := range v.Sources {
			name, every := "`"+s.Name+"`", config.Duration(s.Interval).String()
			if !s.Default {
				name += " (off)"
			}
			if s.Feed {
				every = "as they come"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.Title, name, s.Help, every)
		}
	}
	return b.String()
}
