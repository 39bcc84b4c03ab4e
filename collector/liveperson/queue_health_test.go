package liveperson

import (
	"net/http"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// The length of a queue is shown by one source only.
func TestQueueHealthLeavesTheLengthToQueues(t *testing.T) {
	vendor := testVendor{anyPath: `{"skillsMetrics":{"501":{"unassignedConversations":7}}}`}
	for _, other := range []string{"", "queues"} {
		a := testAccount("queue_health", nil)
		if other != "" {
			a.Sources[other] = config.Source{Options: defaultQueues()}
		}
		account, err := open(testEnv(a, vendor))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range account.Collectors {
			if c.Name != "queue_health" {
				continue
			}
			r, err := c.Collect(t.Context(), collector.Position{Now: testNow})
			if err != nil || len(r.Gauges.Samples) != map[string]int{"": 1, "queues": 0}[other] {
				t.Errorf("with %q: %v, %v", other, r.Gauges.Samples, err)
			}
		}
	}
}

func TestQueueHealthAsksForTheCurrentVersion(t *testing.T) {
	var asked string
	vendor := heardPath(func(path, query string) { asked = path + "?" + query })
	collected(t, "queue_health", nil, vendor, "")
	want := "/operations/api/account/12345678/msgqueuehealth/current/?fromMillis=1893499200000&metrics=all&overdueConversations=true&skillIds=all&toMillis=1893585600000&v=2"
	if asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
}

// heardPath tells what is asked with a query, and answers that there are no skills.
type heardPath func(path, query string)

func (h heardPath) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet && req.URL.Query().Get("skillIds") != "" {
		h(req.URL.Path, req.URL.RawQuery)
	}
	return testVendor{anyPath: `{"skillsMetrics":{},"metricsTotal":{}}`}.RoundTrip(req)
}
