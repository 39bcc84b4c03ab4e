package promises

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of docs/reliability.md and docs/faults.md")

// The tables of docs/reliability.md and docs/faults.md are those of the tests, and
// every test that they name is there.
func TestReliabilityDocument(t *testing.T) {
	tests := testNames(t)
	for _, d := range []struct{ file, name, table string }{
		{"reliability.md", "promises", promiseTable()},
		{"faults.md", "faults", faultTable()},
	} {
		path := filepath.Join("../../docs", d.file)
		have, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := between(have, d.name, d.table)
		if err != nil {
			t.Fatalf("%s: %v", d.file, err)
		}
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			have = want
		}
		if !bytes.Equal(have, want) {
			t.Errorf("docs/%s is not what the tests make: run make docs", d.file)
		}
		for _, named := range regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(want), -1) {
			if !tests[named] {
				t.Errorf("docs/%s names %s, which doesn't exist", d.file, named)
			}
		}
	}
}

// between puts a table between the marks of its name.
func between(document []byte, name, table string) ([]byte, error) {
	begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	head, rest, ok := strings.Cut(string(document), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return nil, fmt.Errorf("the marks of %s are missing", name)
	}
	return []byte(head + begin + "\n" + table + "\n" + end + tail), nil
}

// testNames are the tests of the whole module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func promiseTable() string {
	var b strings.Builder
	b.WriteString("| | promise | tests | measured |\n|---|---|---|---|\n")
	for _, p := range promises() {
		tests := strings.Fields(p.tests)
		for i, name := range tests {
			tests[i] = "`" + name + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.id, p.text, strings.Join(tests, ", "), p.measured)
	}
	return b.String()
}

func faultTable() string {
	var b strings.Builder
	all := faultCatalogue()
	fmt.Fprintf(&b, "%d faults.\n", len(all))
	for _, l := range faultLevels {
		fmt.Fprintf(&b, "\n## %s\n\n| | injected | class | besides | test |\n|---|---|---|---|---|\n", l.level)
		for _, f := range all {
			if !strings.HasPrefix(f.id, l.letter) {
				continue
			}
			test := "`" + f.test + "`"
			class := "–"
			if f.class != "" {
				class = "`" + string(f.class) + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", f.id, strings.ReplaceAll(f.injected, "|", "\\|"), class, f.holds, test)
		}
	}
	return b.String()
}
