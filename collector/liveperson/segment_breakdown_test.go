package liveperson

import (
	"fmt"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
)

// A poll reads max_files files, the next one the files that are left.
func TestFilesOfSegmentsBeyondMaxFilesAreReadLater(t *testing.T) {
	list := ""
	for hour := range 5 {
		list += fmt.Sprintf(`,"/year=2030/month=1/day=2/hour=%d/accountId=12345678/a.json.gz"`, hour)
	}
	vendor := testVendor{"breakdown": `{"files":[` + list[1:] + `]}`, "files": `[]`}
	collect := opened(t, "segment_breakdown", &segmentBreakdownOptions{MaxFiles: 2}, vendor)
	at := collector.Position{Now: testNow}
	for poll, want := range []int{2, 2, 1, 0} {
		r, err := collect(t.Context(), at)
		if err != nil || len(r.Events.List) != want {
			t.Errorf("poll %d reads %d files, want %d; %v", poll, len(r.Events.List), want, err)
		}
		at.Cursor = r.Events.Cursor
	}
}
