package main

import (
	"runtime/debug"

	"github.com/prometheus/common/version"
)

// nameVersion names the version of a program that was built without make, as go
// install does: that of the module. make build sets it by the linker.
func nameVersion() {
	if version.Version != "" {
		return
	}
	version.Version = "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version.Version = info.Main.Version
	}
}
