//go:build !failpoints

package main

import "github.com/contactcenter-exporter/contactcenter_exporter/internal/state"

// stateOptions returns those of the program as it is used: the defaults.
func stateOptions() (state.Options, error) { return state.Options{}, nil }
