// Package vendors lists the vendors that accounts may be of: the only list of them.
package vendors

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/livevox"
)

// All returns the vendors, in the order of the references.
func All() []collector.Vendor {
	return []collector.Vendor{
		liveperson.Vendor(),
		livevox.Vendor(),
	}
}
