package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8", Main: debug.Module{Path: "example.com/program"},
		Deps: []*debug.Module{
			{Path: "example.com/a", Version: "v1.2.3", Sum: "h1:a="},
			{Path: "example.com/b", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/c", Version: "v2.0.0", Sum: "h1:c="}},
		},
	}
	d := describe("p.tar.gz", "1.0.0", "abc", "2026-01-02T15:04:05Z", info)
	ids := map[string]bool{d.ID: true}
	var names []string
	for _, p := range d.Packages {
		if ids[p.ID] || p.Download == "" || p.Concluded == "" || p.Declared == "" || p.Version == "" {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		names = append(names, p.Name+" "+p.Version)
	}
	if got, want := strings.Join(names, ", "), "p.tar.gz 1.0.0, example.com/program 1.0.0, stdlib go1.26.8, example.com/a v1.2.3, example.com/c v2.0.0"; got != want {
		t.Errorf("packages %s, want %s", got, want)
	}
	for _, r := range d.Relationships {
		if !ids[r.From] || !ids[r.To] {
			t.Errorf("%+v relates to nothing", r)
		}
	}
	if len(d.Relationships) != len(d.Packages) {
		t.Errorf("%d relationships of %d packages", len(d.Relationships), len(d.Packages))
	}
}

// The program of this test is as good as any: it has a build information, and the document is the same each time.
func TestWrite(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	artefact := filepath.Join(t.TempDir(), "p.tar.gz")
	if err := os.WriteFile(artefact, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	document := func() string {
		path := filepath.Join(t.TempDir(), "p.spdx.json")
		if err := write(path, program, artefact, "1.0.0", "2026-01-02T15:04:05Z"); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil || !json.Valid(b) {
			t.Fatal(err, string(b))
		}
		return string(b)
	}
	first := document()
	if first != document() {
		t.Error("twice the same is not the same")
	}
	if !strings.Contains(first, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824") {
		t.Error("the checksum of the artefact is missing")
	}
	if err := write(artefact+".json", filepath.Join(t.TempDir(), "*"), artefact, "1", ""); err == nil {
		t.Error("there is no program, and yet a document")
	}
}
