package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// Comments and documents are plain English: words that most readers look up, or that
// stand for nothing, are not in them.
func TestCommentsAndDocumentsUsePlainWords(t *testing.T) {
	files, err := exec.Command("git", "ls-files", "*.go", "*.md").Output()
	if err != nil {
		t.Skip("needs git: ", err)
	}
	unwanted := regexp.MustCompile(`(?i)\b(who` + `ever|no` + `body|a` + `new|is to` + `ld|sh` + `all|as far ` + `as|of la` + `te)\b`)
	for _, name := range strings.Fields(string(files)) {
		if strings.Contains(name, "testdata/") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			continue // deleted in the work tree
		}
		for number, line := range strings.Split(string(text), "\n") {
			if strings.HasSuffix(name, ".go") {
				_, line, _ = strings.Cut(line, "// ")
			}
			if found := unwanted.FindString(line); found != "" {
				t.Errorf("%s:%d: %q", name, number+1, found)
			}
		}
	}
}
