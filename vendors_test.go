package main

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// The tests of other packages look at the vendors of the program.
func TestTestsLookAtEveryVendor(t *testing.T) {
	for _, v := range vendors() {
		if _, listed := collector.Find(vendortest.Vendors(), v.Name); !listed {
			t.Errorf("internal/vendortest lacks the vendor %s of main.go", v.Name)
		}
	}
	if len(vendortest.Vendors()) != len(vendors()) {
		t.Error("internal/vendortest lists other vendors than main.go")
	}
}
