// Command sbom writes the software bill of materials of an artefact of a release, as SPDX 2.3 in JSON:
//
//	sbom -created 2026-01-02T15:04:05Z -document out.spdx.json -program dist/program archive.tar.gz
//
// It lists what the linker wrote into the artefact's program: the modules with their versions and checksums, and Go. The licences of
// modules are not looked for. The same input gives the same bytes.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
)

func main() {
	created := flag.String("created", "", "time of the commit, in RFC 3339")
	path := flag.String("document", "", "file to write")
	program := flag.String("program", "", "the program in the artefact, or a pattern that matches it alone")
	version := flag.String("version", "", "version of the artefact")
	flag.Parse()
	if err := write(*path, *program, flag.Arg(0), *version, *created); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func write(path, program, artefact, version, created string) error {
	programs, err := filepath.Glob(program)
	if err != nil || len(programs) != 1 {
		return fmt.Errorf("%s is %d programs (%v), not one", program, len(programs), err)
	}
	info, err := buildinfo.ReadFile(programs[0])
	if err != nil {
		return err
	}
	content, err := os.ReadFile(artefact)
	if err != nil {
		return err
	}
	d := describe(filepath.Base(artefact), version, fmt.Sprintf("%x", sha256.Sum256(content)), created, info)
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

const home = "https://github.com/contactcenter-exporter/contactcenter_exporter"

// describe makes the document: the artefact contains the program, and that depends on Go and on its modules.
func describe(artefact, version, sum, created string, info *debug.BuildInfo) document {
	const none = "NOASSERTION"
	d := document{
		SPDXVersion: "SPDX-2.3", DataLicense: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: artefact,
		Namespace:    home + "/sbom/" + artefact + "-" + sum,
		CreationInfo: creationInfo{created, []string{"Organization: contactcenter-exporter", "Tool: packaging/sbom"}},
		Packages: []pkg{
			{
				Name: artefact, ID: "SPDXRef-Artefact", Version: version, FileName: artefact, Download: home + "/releases",
				Concluded: "Apache-2.0", Declared: "Apache-2.0", Checksums: []checksum{{"SHA256", sum}},
			},
			{
				Name: info.Main.Path, ID: "SPDXRef-Program", Version: version, Download: home, Concluded: "Apache-2.0", Declared: "Apache-2.0",
				Refs: []reference{purl(info.Main.Path, version)},
			},
			{Name: "stdlib", ID: "SPDXRef-Go", Version: info.GoVersion, Download: none, Concluded: none, Declared: "BSD-3-Clause", Refs: []reference{purl("stdlib", info.GoVersion)}},
		},
		Relationships: []relationship{
			{"SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Artefact"},
			{"SPDXRef-Artefact", "CONTAINS", "SPDXRef-Program"},
			{"SPDXRef-Program", "DEPENDS_ON", "SPDXRef-Go"},
		},
	}
	for i, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		id := fmt.Sprintf("SPDXRef-Module-%d", i+1)
		d.Packages = append(d.Packages, pkg{
			Name: m.Path, ID: id, Version: m.Version, Download: none, Concluded: none, Declared: none,
			Comment: "checksum as in go.sum: " + m.Sum, Refs: []reference{purl(m.Path, m.Version)},
		})
		d.Relationships = append(d.Relationships, relationship{"SPDXRef-Program", "DEPENDS_ON", id})
	}
	return d
}

func purl(module, version string) reference {
	return reference{"PACKAGE-MANAGER", "purl", "pkg:golang/" + module + "@" + version}
}
