package packaging

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Uses        string
		Permissions map[string]string
		Steps       []struct {
			Uses string
			With map[string]any
		}
	}
}

// actionlint reads the workflows; this says what it doesn't: actions are pinned, and only a job that needs to write may.
func TestWorkflowsTrustNothingThatMoves(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	pinned := regexp.MustCompile(`^\s*(- )?uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, file := range files {
		text := read(t, file)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimRight(line, "\n"); strings.Contains(line, "uses: ") && !strings.Contains(line, "uses: ./") && !pinned.MatchString(line) {
				t.Errorf("%s: not pinned by hash and version: %s", file, line)
			}
		}
		var w workflow
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Fatal(err)
		}
		if w.Permissions == nil {
			t.Errorf("%s has the default permissions", file)
		}
		for scope, right := range w.Permissions {
			if scope != "contents" || right != "read" {
				t.Errorf("%s: every job has %s: %s", file, scope, right)
			}
		}
		for name, job := range w.Jobs {
			if len(w.Permissions) == 0 && job.Permissions == nil {
				t.Errorf("%s: %s has no permissions", file, name)
			}
			for _, s := range job.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
					t.Errorf("%s: %s leaves its token in the checkout", file, name)
				}
			}
		}
	}
}
