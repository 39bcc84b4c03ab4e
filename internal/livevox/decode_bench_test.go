package livevox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// benchRecords is how many records an answer of the benchmark has.
const benchRecords = 10_000

// Plain records are what encoding/json is at its best with: the same fields of
// Go's own types.
type (
	plainStatus struct {
		ServiceID                                            int64
		ServiceName, CallCenterName, AgentLoginID, AgentName string
		CallCenterID                                         int64
		StateID, State, ReasonCode, SessionID                string
		StateChangedAfter, StateChangedTime, TransactionID   int64
		IsAgentMonitored                                     bool
	}
	plainTotals struct {
		ID                                                                         string
		InboundCalls, OutboundCalls, ReadyDuration, TotalNotReadyDuration          float64
		NotReadyLunchDuration, NotReadyTrainingDuration, NotReadyBreakDuration     float64
		NotReadyMeetingDuration, NotReadyTechDiffDuration, NotReadyOtherDuration   float64
		WrapupDuration, TalkDuration, RPCComplete, RPCIncomplete, WPC, NonContacts float64
	}
	plainStat struct {
		AgentName, AgentLoginID string
		Services                []plainTotals
	}
)

// BenchmarkDecode reads answers of ten thousand records, against encoding/json
// into plain structs.
func BenchmarkDecode(b *testing.B) {
	status := body("agentDetails", func(i int) string {
		return fmt.Sprintf(`{"serviceId":%d,"serviceName":"Service %[1]d","callCenterId":1601,"callCenterName":"Center","agentLoginId":"AGENT%d","agentName":"Agent %[2]d",`+
			`"stateId":"4","state":"READY","reasonCode":null,"stateChangedAfter":1893456000123,"stateChangedTime":1893456000123,"isAgentMonitored":false,"transactionId":null,"sessionId":null}`, 9001+i%40, i)
	})
	stats := body("agentStatistics", func(i int) string {
		return fmt.Sprintf(`{"agentName":"Agent %d","agentLoginId":"AGENT%[1]d","services":[{"id":"%d","inboundCalls":%[1]d,"outboundCalls":7,"readyDuration":3600,"totalNotReadyDuration":1200,`+
			`"notReadyLunchDuration":600,"notReadyTrainingDuration":0,"notReadyBreakDuration":300,"notReadyMeetingDuration":0,"notReadyTechDiffDuration":0,"notReadyOtherDuration":300,`+
			`"wrapupDuration":410,"talkDuration":%[1]d,"rpcComplete":3,"rpcIncomplete":1,"wpc":0,"nonContacts":2}]}`, i, 9001+i%40)
	})
	decoding(b, "agents_status", status, &struct {
		AgentDetails api.List[AgentStatus]
	}{}, &struct{ AgentDetails []plainStatus }{})
	decoding(b, "agent_stats", stats, &struct {
		AgentStatistics api.List[agentStat]
	}{}, &struct{ AgentStatistics []plainStat }{})
}

func body(name string, record func(i int) string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `{%q:[`, name)
	for i := range benchRecords {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(record(i))
	}
	out.WriteString(`],"timeStamp":1893456000123}`)
	return out.Bytes()
}

// decoding reads the same bytes both ways; plain is emptied before each time.
func decoding[T, P any](b *testing.B, name string, body []byte, into *T, plain *P) {
	b.Run(name+"/tolerant", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if malformed, err := decode(bytes.NewReader(body), into); err != nil || len(malformed) > 0 {
				b.Fatal(malformed, err)
			}
		}
	})
	b.Run(name+"/encoding_json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			var none P
			*plain = none
			if err := json.NewDecoder(bytes.NewReader(body)).Decode(plain); err != nil {
				b.Fatal(err)
			}
		}
	})
}
