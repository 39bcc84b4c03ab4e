package livevox

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

type (
	taggedStatus AgentStatus // without ReadField of its own

	taggedStat struct {
		Name     api.Text                `json:"agentName"`
		LoginID  api.Text                `json:"agentLoginId"`
		Services api.List[taggedService] `json:"services"`
	}
	taggedService struct {
		ID ID `json:"id"`
		taggedTotals
	}
	taggedTotals AgentTotals
)

// FuzzAnswersAsJSON expects of the large answers what encoding/json would have
// made of them.
func FuzzAnswersAsJSON(f *testing.F) {
	f.Add([]byte(`{"agentDetails":[{"serviceId":1,"agentLoginId":"A","stateChangedAfter":1893456000123,"isAgentMonitored":"true"},7,{"stateId":{}}]}`))
	f.Add([]byte(`{"agentStatistics":[{"agentLoginId":"A","services":[{"id":1,"talkDuration":"5"},null]},{"services":{}},{"services":7}]}`))
	f.Add([]byte(`{"agentDetails":null,"agentStatistics":{},"code":202,"message":"no"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !json.Valid(b) || strings.TrimSpace(string(b)) == "null" || strings.ContainsAny(string(b), "ſK\\") {
			return // names that only encoding/json takes for these
		}
		var want struct {
			Details    api.List[taggedStatus] `json:"agentDetails"`
			Statistics api.List[taggedStat]   `json:"agentStatistics"`
		}
		details, statistics := listOf[AgentStatus]("agentdetails"), listOf[agentStat]("agentstatistics")
		var answers api.Decoders
		if err, other := answers.Bytes(b, details), answers.Bytes(b, statistics); err != nil || other != nil || json.Unmarshal(b, &want) != nil {
			return
		}
		if got := details.list; got != nil {
			same(t, b, got.Skipped, want.Details.Skipped, len(got.Items), len(want.Details.Items))
			for i, row := range got.Items {
				if w := AgentStatus(want.Details.Items[i]); !reflect.DeepEqual(row, w) {
					t.Fatalf("%q: %+v, want %+v", b, row, w)
				}
			}
		}
		if got := statistics.list; got != nil {
			same(t, b, got.Skipped, want.Statistics.Skipped, len(got.Items), len(want.Statistics.Items))
			for i, row := range got.Items {
				w := want.Statistics.Items[i]
				same(t, b, row.Services.Skipped, w.Services.Skipped, len(row.Services.Items), len(w.Services.Items))
				for k, s := range row.Services.Items {
					if ws := w.Services.Items[k]; s.ID != ws.ID || s.AgentTotals != AgentTotals(ws.taggedTotals) || row.LoginID != w.LoginID || row.Name != w.Name {
						t.Fatalf("%q: %+v, want %+v", b, s, ws)
					}
				}
			}
		}
	})
}

func same(t *testing.T, b []byte, skipped, wantSkipped, records, want int) {
	t.Helper()
	if skipped != wantSkipped || records != want {
		t.Fatalf("%q: %d records, %d skipped, want %d, %d", b, records, skipped, want, wantSkipped)
	}
}
