package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// addedLines are what adding the endpoint of testdata/endpoint changes in files
// that exist: the line after which something stands, by file.
var addedLines = map[string]struct{ after, line string }{
	"collector/liveperson/vendor.go": {"		statusChangesSource(),\n", "		toyQueuesSource(),\n"},
	"internal/simulator/liveperson.go": {
		"		add(\"status_changes\", http.MethodGet, \"/api/account/{account}/status-changes\", (*exchange).statusChangesV1),\n",
		"		add(\"toy_queues\", http.MethodGet, \"/messaging_history/api/account/{account}/toy-queues\", func(*exchange) answer {\n" +
			"			return ok(map[string]any{\"queues\": []any{map[string]any{\"queueId\": \"1\", \"waiting\": 2}}})\n		}),\n",
	},
}

// maxTouched is how many files CONTRIBUTING.md names for a new endpoint; what
// commands write is not counted.
const maxTouched = 5

// A new endpoint is what CONTRIBUTING.md says: five files and nothing central. It
// is added to a copy of the repository, and the tests of its package pass there;
// with ENDPOINT_TESTS=all the documents are made and all tests pass.
func TestAnEndpointIsFiveFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a copy of the repository")
	}
	copied := t.TempDir()
	copyTree(t, ".", copied)
	touched := addFiles(t, "testdata/endpoint", copied)
	for file, add := range addedLines {
		insert(t, filepath.Join(copied, file), add.after, add.line)
		touched++
	}
	if touched > maxTouched {
		t.Errorf("%d files are touched by hand, CONTRIBUTING.md says %d", touched, maxTouched)
	}
	runIn(t, copied, "gofmt", "-l", "collector", "internal")
	runIn(t, copied, "go", "build", "./internal/simulator")
	runIn(t, copied, "go", "test", "./collector/liveperson", "-run", "Golden|Metric|Check", "-update")
	if os.Getenv("ENDPOINT_TESTS") == "all" {
		runIn(t, copied, "go", "test", "./internal/command", "-run", "TestReferences", "-update")
		runIn(t, copied, "go", "vet", "./...")
		runIn(t, copied, "go", "test", "-short", "-timeout", "30m", "./...")
	}
	page, err := os.ReadFile(filepath.Join(copied, "collector/liveperson/testdata/toy_queues.prom"))
	if err != nil || !strings.Contains(string(page), `liveperson_toy_queue_waiting{queue_id="7"} 3`) {
		t.Errorf("the golden page is\n%s%v", page, err)
	}
}

// copyTree copies the repository without its history.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, path), 0o755)
		case !d.Type().IsRegular():
			return nil // links of packaging, which no Go package reads
		}
		return copyFile(path, filepath.Join(to, path))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// addFiles copies the new files and returns how many there are.
func addFiles(t *testing.T, from, to string) int {
	t.Helper()
	added := 0
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "README.md" {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		added++
		return copyFile(path, filepath.Join(to, name))
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// insert puts a line into a file, after one that must be there once.
func insert(t *testing.T, file, after, line string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), after) != 1 {
		t.Fatalf("%s doesn't have the line once after which the endpoint stands", file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), after, after+line, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// runIn runs a command in a folder. Without the folder's name in what is compiled,
// all that the endpoint doesn't change comes from the cache.
func runIn(t *testing.T, folder, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir, c.Env = folder, append(os.Environ(), "GOFLAGS=-trimpath")
	if out, err := c.CombinedOutput(); err != nil || name == "gofmt" && len(out) > 0 {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
