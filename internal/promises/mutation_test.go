package promises

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// mutations are what may become of one record of a list, as JSON; the record's
// own text is in it where it says %s.
func mutations() []string {
	return []string{
		`null`, `true`, `false`, `0`, `-1`, `1e400`, `"text"`, `""`, `[]`, `[1,2]`, `[[[]]]`, `{}`, `[%s]`, `{"record":%s}`,
		`{"agentId":null}`, `{"agentId":""}`, `{"agentId":" "}`, `{"agentId":"null"}`, `{"agentId":{}}`, `{"agentId":[]}`, `{"agentId":true}`,
		`{"agentId":1.5}`, `{"agentId":-3}`, `{"agentId":1e30}`, `{"agentId":"\u0000"}`, `{"agentId":"\ud800"}`, `{"agentId":"a\nb"}`,
		`{"agentId":"x","currentStatus":7}`, `{"agentId":"x","currentStatus":{}}`, `{"agentId":"x","currentStatus":null}`, `{"agentId":"x","currentStatus":"NEW"}`,
		`{"agentId":"x","load":"many"}`, `{"agentId":"x","load":[1]}`, `{"agentId":"x","load":1e999}`, `{"agentId":"x","agentSkills":"none"}`,
		`{"agentId":"x","agentSkills":[null,1,{"skillId":{}}]}`, `{"agentId":"x","agentGroupId":{"a":1}}`, `{"agentId":"x","lastUpdatedTimeL":"yesterday"}`,
		`{"AGENTID":"x"}`, `{"agentId":"x","agentId":"y"}`, `{"unknown":{"deep":[{"deeper":[1,2,{"deepest":null}]}]}}`, `"{\"agentId\":\"x\"}"`,
	}
}

// One record of many is changed in every way: the others are shown, and it is
// shown or counted as skipped.
func TestARecordThatIsMutatedCostsOnlyItself(t *testing.T) {
	t.Parallel()
	if n := len(mutations()); n < 40 {
		t.Fatalf("only %d mutations", n)
	}
	synctest.Test(t, func(t *testing.T) {
		all := sized(1000, 200)
		hit := all / 2
		s := simulator.New(simulator.Options{Seed: 44, Agents: 4})
		c := &crowd{agents: all}
		var mutation atomic.Pointer[string]
		wire := roundTrip(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/agent-view/status") {
				return s.RoundTrip(r)
			}
			resp, err := c.page(r)
			if err != nil || mutation.Load() == nil {
				return resp, err
			}
			body, err := io.ReadAll(resp.Body)
			record := &bytes.Buffer{}
			c.record(record, hit)
			changed := strings.ReplaceAll(*mutation.Load(), "%s", record.String())
			resp.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, record.Bytes(), []byte(changed), 1)))
			resp.ContentLength = -1
			return resp, err
		})
		x := run(t, hosts{shopHost: wire}, "", accounts(shop("shop", shopHost, s, generous, "sources: {status_changes: {enabled: false}, agent_status: {interval: 1h}}")))
		time.Sleep(time.Minute)
		for _, m := range mutations() {
			mutation.Store(&m)
			before := x.shown("shop")
			time.Sleep(time.Hour)
			after := x.shown("shop")
			after.healthy(t)
			k := id("contactcenter_source_records_skipped_total", "source", "agent_status")
			shown, skipped := len(after.of("liveperson_agent_info")), int(after[k]-before[k])
			if shown+skipped != all || shown < all-1 {
				t.Errorf("%s: %d shown and %d skipped, want %d together", m, shown, skipped, all)
			}
			x.scrape(acceptText)
		}
		if n := fmt.Sprint(x.shown("shop").value(t, "contactcenter_source_records_skipped_total", "source", "agent_status")); n == "0" {
			t.Error("nothing was skipped")
		}
	})
}
