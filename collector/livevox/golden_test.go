package livevox

import (
	"net/http"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// Every source has a golden pair: testdata/SOURCE.json, an answer of the vendor,
// and SOURCE.prom, what the source makes of it with the default options.
func TestEverySourceHasAGoldenPair(t *testing.T) {
	for _, s := range sources() {
		if s.Derived {
			continue // it has no answer: see operations_test.go
		}
		switch s.Name {
		case "call_data", "live_connects", "calls_on_hold", "agent_events":
			continue // their answers depend on services or calls seen before: see call_data_test.go and vendor_test.go
		}
		t.Run(s.Name, func(t *testing.T) {
			golden.Check(t, s.Name, func(body []byte) (metric.Reading, error) {
				filter := map[string]livevox.Filter{"agent_averages": {ServiceIDs: []string{"9001"}}}[s.Name]
				c := testClient(t, filter, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
				setup := collector.Setup{Env: collector.Env{Account: config.Account{Keys: defaultKeys()}, Identity: byID}, Client: c}
				if s.Options != nil {
					setup.Config = config.Source{Options: s.Options()}
				}
				r, err := s.Open(setup)(t.Context(), collector.Position{Now: time.UnixMilli(1417076800000), Cursor: "opaque"})
				described(t, r)
				return r, err
			})
		})
	}
}
