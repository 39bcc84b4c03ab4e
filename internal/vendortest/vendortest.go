// Package vendortest has the vendors of the program for tests.
package vendortest

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/vendors"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Vendors returns the vendors of the program.
func Vendors() []collector.Vendor { return vendors.All() }

// Configs returns what can be configured of them.
func Configs() []config.Vendor { return collector.Configs(vendors.All()) }
