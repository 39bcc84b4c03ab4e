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

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/testmain"
)

// root is the directory of the module.
const root = "../.."

// binaries are the programs that the tests of the package have built.
type binaries struct {
	dir   string
	plain func() (string, error)
	tame  func() (string, error) // with failpoints, and in a hurry
}

// built is set by TestMain.
var built *binaries

func TestMain(m *testing.M) {
	testmain.Prepare(8)
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built = &binaries{
		dir:   dir,
		plain: sync.OnceValues(func() (string, error) { return build(dir, "plain") }),
		tame:  sync.OnceValues(func() (string, error) { return buildEdited(dir, "tame", nil) }),
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// program returns the path of the program as it is used.
func program(t *testing.T) string { return must[string](t)(built.plain()) }

// programWithFailpoints returns the path of one that a Plan can kill.
func programWithFailpoints(t *testing.T) string { return must[string](t)(built.tame()) }

// hurry lets a program ask for its first answers at once, rather than at any
// moment of the first seconds: most of the lives here are short.
func hurry() edit {
	return edit{"scrape/schedule.go", "maxSpread = 5 * time.Second", "maxSpread = 100 * time.Millisecond"}
}

// edit is a change of one file of the module, as a slip of its author would be.
type edit struct{ file, old, new string }

// mutant builds a program with failpoints and with edits.
func mutant(t *testing.T, name string, edits ...edit) string {
	t.Helper()
	return must[string](t)(buildEdited(t.TempDir(), name, edits))
}

// buildEdited builds a program with failpoints and with edits, without touching
// the files.
func buildEdited(dir, name string, edits []edit) (string, error) {
	replace := map[string]string{}
	for i, e := range append([]edit{hurry()}, edits...) {
		path, err := filepath.Abs(filepath.Join(root, e.file))
		if err != nil {
			return "", err
		}
		from := path
		if to := replace[path]; to != "" {
			from = to
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if strings.Count(string(text), e.old) != 1 {
			return "", fmt.Errorf("%s has changed: this isn't in it once any more:\n%s", e.file, e.old)
		}
		replace[path] = filepath.Join(dir, fmt.Sprintf("%s%d.go", name, i))
		if err := os.WriteFile(replace[path], []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o600); err != nil {
			return "", err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name+".json")
	if err := os.WriteFile(path, overlay, 0o600); err != nil {
		return "", err
	}
	return build(dir, name, "-tags", "failpoints", "-overlay", path)
}

func build(dir, name string, flags ...string) (string, error) {
	path := filepath.Join(dir, name)
	cmd := exec.Command("go", append(append([]string{"build", "-ldflags=-s -w", "-o", path}, flags...), ".")...)
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
