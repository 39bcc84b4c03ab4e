package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionOfBuildInfo(t *testing.T) {
	const commit = "4f8aa3210bd0c6f0a3f4b7c1f3a9a8c1f2d3e4b5"
	checkout := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: modified}}
	}
	for name, tt := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     [2]string
	}{
		"go install of a tag":           {"v1.2.3", nil, [2]string{"v1.2.3", "v1.2.3"}},
		"go install of a candidate":     {"v1.2.3-rc.1", nil, [2]string{"v1.2.3-rc.1", "v1.2.3-rc.1"}},
		"go install of a commit":        {"v0.0.0-20261126002200-4f8aa3210bd0", nil, [2]string{"v0.0.0-20261126002200-4f8aa3210bd0", "4f8aa3210bd0"}},
		"go install of a later commit":  {"v1.2.4-0.20261126002200-4f8aa3210bd0", nil, [2]string{"v1.2.4-0.20261126002200-4f8aa3210bd0", "4f8aa3210bd0"}},
		"go build in a checkout":        {"v1.2.4-0.20261126002200-4f8aa3210bd0", checkout("false"), [2]string{"v1.2.4-0.20261126002200-4f8aa3210bd0", commit}},
		"go build of a changed tag":     {"v1.2.3+dirty", checkout("true"), [2]string{"v1.2.3+dirty", commit + "-modified"}},
		"go build without a repository": {"(devel)", nil, [2]string{"unknown", "unknown"}},
		"go test":                       {"", nil, [2]string{"unknown", "unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			v, revision := versionOf(&debug.BuildInfo{Main: debug.Module{Version: tt.version}, Settings: tt.settings})
			if got := [2]string{v, revision}; got != tt.want {
				t.Errorf("version and revision %q, want %q", got, tt.want)
			}
		})
	}
}
