package main

import (
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/prometheus/common/version"
)

// pseudoVersion matches the version that Go gives to a commit without a tag; it ends in the first digits of the commit.
var pseudoVersion = regexp.MustCompile(`[.-]\d{14}-([0-9a-f]{12})$`)

// nameVersion names version and revision of a program that was built without make, such as by go install or go build in a
// checkout. make build, the Dockerfile and the release set both by the linker.
func nameVersion() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	v, revision := versionOf(info)
	if version.Version == "" {
		version.Version = v
	}
	if version.Revision == "" {
		version.Revision = revision
	}
}

// versionOf returns the module's version and the commit, each "unknown" if the build information lacks it. A tagged version
// that was built from a module holds no commit: its tag names the revision.
func versionOf(info *debug.BuildInfo) (v, revision string) {
	v, revision = info.Main.Version, "unknown"
	if v == "" || v == "(devel)" {
		v = "unknown"
	}
	released := strings.TrimSuffix(v, "+dirty")
	if m := pseudoVersion.FindStringSubmatch(released); m != nil {
		revision = m[1]
	} else if v != "unknown" {
		revision = released
	}
	modified := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "-modified"
		}
	}
	return v, revision + modified
}
