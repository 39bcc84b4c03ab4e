package scrape

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/contactcenter-exporter/contactcenter_exporter/"

// publicPackages are those that another module may use.
var publicPackages = []string{"collector/...", "config", "scrape/..."}

// exported returns the types of the public packages and of what they import.
func exported(t *testing.T) (paths []string, imports types.Importer) {
	t.Helper()
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}} {{.DepOnly}}"}
	for _, p := range publicPackages {
		args = append(args, module+p)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		var path, file, dependency string
		if n, _ := fmt.Sscan(line, &path, &file, &dependency); n != 3 {
			continue // unsafe has no file
		}
		if files[path] = file; dependency == "false" {
			paths = append(paths, path)
		}
	}
	return paths, importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		b, err := os.ReadFile(files[path])
		return io.NopCloser(bytes.NewReader(b)), err
	})
}

// signatures looks for internal types in what another module sees of types.
type signatures struct {
	seen     map[types.Type]bool
	internal []string
}

// look looks at a type that is reached by a path.
func (s *signatures) look(path string, of types.Type) {
	if s.seen[of] {
		return
	}
	s.seen[of] = true
	switch of := of.(type) {
	case *types.Named:
		s.named(path, of)
	case *types.Alias:
		s.look(path, types.Unalias(of))
	case *types.Signature:
		s.look(path, of.Params())
		s.look(path, of.Results())
	case *types.Tuple:
		for v := range of.Variables() {
			s.look(path, v.Type())
		}
	case *types.Struct:
		for f := range of.Fields() {
			if f.Exported() {
				s.look(path+"."+f.Name(), f.Type())
			}
		}
	case *types.Interface:
		for m := range of.Methods() {
			s.look(path+"."+m.Name(), m.Type())
		}
	case *types.Map:
		s.look(path, of.Key())
		s.look(path, of.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		s.look(path, of.Elem())
	}
}

func (s *signatures) named(path string, of *types.Named) {
	pkg := of.Obj().Pkg()
	switch {
	case pkg == nil || !strings.HasPrefix(pkg.Path(), module):
		return
	case strings.Contains(pkg.Path(), "/internal/"):
		s.internal = append(s.internal, path+" is "+of.String())
		return
	}
	s.look(path, of.Underlying())
	for m := range of.Methods() {
		if m.Exported() {
			s.look(path+"."+m.Name(), m.Type())
		}
	}
}

func TestNoExportedSignatureNamesAnInternalType(t *testing.T) {
	paths, imports := exported(t)
	if len(paths) < 7 {
		t.Fatalf("only %v are public", paths)
	}
	s := &signatures{seen: map[types.Type]bool{}}
	for _, path := range paths {
		pkg, err := imports.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range pkg.Scope().Names() {
			if obj := pkg.Scope().Lookup(name); obj.Exported() {
				s.look(strings.TrimPrefix(path, module)+"."+name, obj.Type())
			}
		}
	}
	for _, found := range s.internal {
		t.Error(found)
	}
}
