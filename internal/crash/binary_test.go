package crash

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// root is the directory of the module.
const root = "../.."

// binaries are the programs that the tests of the package have built.
type binaries struct {
	dir   string
	plain func() (string, error)
	tame  func() (string, error) // with failpoints
}

// built is set by TestMain.
var built *binaries

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built = &binaries{
		dir:   dir,
		plain: sync.OnceValues(func() (string, error) { return build(dir, "plain") }),
		tame:  sync.OnceValues(func() (string, error) { return build(dir, "tame", "-tags", "failpoints") }),
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// program returns the path of the program as it is used.
func program(t *testing.T) string { return must[string](t)(built.plain()) }

// programWithFailpoints returns the path of one that a Plan can kill.
func programWithFailpoints(t *testing.T) string { return must[string](t)(built.tame()) }

// edit is a change of one file of the module, as a slip of its author would be.
type edit struct{ file, old, new string }

// mutant builds a program with failpoints and with edits, without touching the
// files.
func mutant(t *testing.T, name string, edits ...edit) string {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for i, e := range edits {
		path := must[string](t)(filepath.Abs(filepath.Join(root, e.file)))
		from := path
		if to := replace[path]; to != "" {
			from = to
		}
		text := string(must[[]byte](t)(os.ReadFile(from)))
		if strings.Count(text, e.old) != 1 {
			t.Fatalf("%s has changed: this isn't in it once any more:\n%s", e.file, e.old)
		}
		replace[path] = filepath.Join(dir, fmt.Sprintf("%d.go", i))
		check(t, os.WriteFile(replace[path], []byte(strings.Replace(text, e.old, e.new, 1)), 0o600))
	}
	overlay := filepath.Join(dir, "overlay.json")
	check(t, os.WriteFile(overlay, must[[]byte](t)(json.Marshal(map[string]any{"Replace": replace})), 0o600))
	return must[string](t)(build(dir, name, "-tags", "failpoints", "-overlay", overlay))
}

func build(dir, name string, flags ...string) (string, error) {
	path := filepath.Join(dir, name)
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), ".")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// must returns what a call returned, unless it failed.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
