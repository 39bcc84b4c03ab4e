// Package vendortest lists the vendors for tests: those of main.go, which a test
// of main compares.
package vendortest

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Vendors returns the vendors of the program.
func Vendors() []collector.Vendor {
	return []collector.Vendor{liveperson.Vendor(), livevox.Vendor()}
}

// Configs returns what can be configured of them.
func Configs() []config.Vendor { return collector.Configs(Vendors()) }
