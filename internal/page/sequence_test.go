package page

import (
	"fmt"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"pgregory.net/rapid"
)

// Between two scrapes sources answer again or not, come and go, and name series
// that another source has too: the page is that of the batches of the moment.
func TestAnySequenceOfPollsIsServedAsItsLastOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var now []metric.Batch
		p := New(func() []metric.Batch { return now }, Options{})
		for generation := range rapid.IntRange(2, 6).Draw(t, "polls") {
			before := now
			now = nil
			for i, b := range anyBatches(t) {
				b.Source, b.Generation = fmt.Sprint("source", i), uint64(generation+1)
				if i < len(before) && rapid.Bool().Draw(t, "same") {
					b = before[i]
				}
				now = append(now, b)
			}
			fresh := New(fixed(now), Options{})
			for _, accept := range []string{acceptOpenMetrics, acceptProtobuf} {
				for _, encoding := range []string{"identity", "gzip", "zstd"} {
					got := plain(t, ask(p, "/metrics", "Accept", accept, "Accept-Encoding", encoding))
					if want := plain(t, ask(fresh, "/metrics", "Accept", accept)); got != want {
						t.Fatalf("poll %d, %s, %s: got:\n%s\nwant:\n%s", generation, accept, encoding, got, want)
					}
				}
			}
			if got, want := p.Dropped(), fresh.Dropped(); got != want {
				t.Fatalf("poll %d: %d series dropped, want %d", generation, got, want)
			}
		}
	})
}
