package livevox

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// FuzzAnswers expects of a list that no record is lost without being counted, and that
// any event has a key and a time.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`[{"serviceId":1,"agentLoginId":"A","stateChangedAfter":1893456000123,"isAgentMonitored":"true"},7,{"stateId":{}}]`))
	f.Add([]byte(`[{"agentLoginId":"A","services":[{"id":1,"talkDuration":"5"},null]},{"services":{}},{"services":7}]`))
	f.Add([]byte(`[{"eventId":"cid=1:aid=2:time=1900000000123:seq=3","timestamp":1900000000123,"seqNum":3,"agentId":17,"lineNumber":"ACD"}]`))
	f.Add([]byte(`[{"eventId":"x","callEventType":"CALL_TERMINATION","transactionId":1229726123859,"duration":"12","operatorTransfer":1,"nested":{"eventId":[1,{"a":"}"}]}}]`))
	f.Add([]byte("[{\"eventId\":\"\xff\"},{\"event\\u0049d\":[]},null,[{}]]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var records []json.RawMessage
		if len(b) > 1<<16 || json.Unmarshal(b, &records) != nil || records == nil {
			return
		}
		var got struct {
			Status       api.List[AgentStatus]      `json:"a"`
			Stats        api.List[agentStat]        `json:"b"`
			Events       api.List[AgentEvent]       `json:"c"`
			Interactions api.List[InteractionEvent] `json:"d"`
			Held         api.List[CallOnHold]       `json:"e"`
		}
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			if _, err := decode(bytes.NewReader([]byte(`{"`+name+`":`+string(b)+`}`)), &got); err != nil {
				t.Fatalf("%q: %v", b, err)
			}
		}
		for _, e := range got.Events.Items {
			_, _ = e.Key(), e.Time()
		}
		for _, e := range got.Interactions.Items {
			_, _ = e.Key(), e.Time()
		}
		for name, n := range map[string]int{
			"status": len(got.Status.Items) + got.Status.Skipped, "stats": len(got.Stats.Items) + got.Stats.Skipped, "events": len(got.Events.Items) + got.Events.Skipped,
			"interactions": len(got.Interactions.Items) + got.Interactions.Skipped, "held": len(got.Held.Items) + got.Held.Skipped,
		} {
			if n != len(records) {
				t.Fatalf("%q: %d records of %s, want %d", b, n, name, len(records))
			}
		}
	})
}
