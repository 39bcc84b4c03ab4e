//go:build failpoints

package main

import (
	"os"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/crash"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// stateOptions returns those of a program that is being tested: it fails where
// the environment says.
func stateOptions() (state.Options, error) {
	p, err := crash.Parse(os.Getenv(crash.Env))
	return p.Options(), err
}
