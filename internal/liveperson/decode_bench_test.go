package liveperson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// plainAgent is what encoding/json is at its best with: the same fields of Go's
// own types.
type plainAgent struct {
	AgentID, AgentName, AgentNickname, AgentLoginName, AgentGroupID, AgentGroupName string
	AgentSkills                                                                     []struct{ SkillID, SkillName string }
	CurrentStatus, CurrentStatusReason, CurrentConnectionState                      string
	Load, RingingSlots, ConfiguredMaxSlots, BusySlots                               float64
	OpenAssignedConversations, IntenseConversations                                 float64
	AgentPresence                                                                   bool
	LastUpdatedTimeL, CurrentStatusStartTimeL, CurrentStatusReasonStartTimeL        int64
	LastUpdatedTime, CurrentStatusStartTime, CurrentStatusReasonStartTime           string
}

// BenchmarkDecode reads a page of ten thousand agents, against encoding/json into
// plain structs.
func BenchmarkDecode(b *testing.B) {
	const agents = 10_000
	var page bytes.Buffer
	page.WriteString(`{"_metadata":{"count":10000},"agentStatusRecords":[`)
	for i := range agents {
		if i > 0 {
			page.WriteByte(',')
		}
		fmt.Fprintf(&page, `{"agentId":"%d","agentName":"Agent %[1]d","agentNickname":"Nick %[1]d","agentLoginName":"a%[1]d@example.com",`+
			`"agentGroupId":"%[2]d","agentGroupName":"Group %[2]d","agentSkills":[{"skillId":"%[3]d","skillName":"Skill %[3]d"},{"skillId":"77","skillName":"Sales"}],`+
			`"currentStatus":"ONLINE","currentStatusReason":"","load":%[4]d,"ringingSlots":0,"configuredMaxSlots":4,"busySlots":2,"openAssignedConversations":3,`+
			`"intenseConversations":1,"agentPresence":true,"currentConnectionState":"CONNECTED","lastUpdatedTimeL":1893456000123,`+
			`"lastUpdatedTime":"2030-01-01 00:00:00.123+0000","currentStatusStartTimeL":1893456000123,"currentStatusStartTime":"2030-01-01 00:00:00.123+0000"}`,
			4_000_000_000+i, i%20, i%7, i%100)
	}
	page.WriteString(`]}`)
	b.Run("agent_status/tolerant", func(b *testing.B) {
		b.SetBytes(int64(page.Len()))
		b.ReportAllocs()
		for b.Loop() {
			var p agentStatusPage
			if err := new(api.Decoder).Decode(bytes.NewReader(page.Bytes()), &p); err != nil || len(p.Records.Items) != agents {
				b.Fatal(len(p.Records.Items), err)
			}
		}
	})
	b.Run("agent_status/encoding_json", func(b *testing.B) {
		b.SetBytes(int64(page.Len()))
		b.ReportAllocs()
		for b.Loop() {
			var p struct{ AgentStatusRecords []plainAgent }
			if err := json.NewDecoder(bytes.NewReader(page.Bytes())).Decode(&p); err != nil || len(p.AgentStatusRecords) != agents {
				b.Fatal(len(p.AgentStatusRecords), err)
			}
		}
	})
}
