package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// keysOf lists an object's keys with the JSON types of their values, sorted.
func keysOf(o map[string]any) string {
	var all []string
	for k, v := range o {
		all = append(all, k+":"+typeOf(v))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// firstRow is the first row under a key of an answer.
func (s *stand) firstRow(key, method, path, body string) map[string]any {
	s.t.Helper()
	var top map[string]any
	s.get(&top, method, path, body)
	rows, _ := top[key].([]any)
	if len(rows) == 0 {
		s.t.Fatalf("%s: no rows under %s", path, key)
	}
	return rows[0].(map[string]any)
}

func TestRowsHaveTheVendorsKeysAndTypes(t *testing.T) {
	s := newStand(t, Options{})
	const work = "inboundCalls:number notReadyBreakDuration:number notReadyLunchDuration:number " +
		"notReadyMeetingDuration:number notReadyOtherDuration:number notReadyTechDiffDuration:number " +
		"notReadyTrainingDuration:number outboundCalls:number readyDuration:number rpcComplete:number " +
		"rpcIncomplete:number talkDuration:number totalNotReadyDuration:number wpc:number wrapupDuration:number"
	for _, c := range []struct{ key, path, want string }{
		{"stats", "/realtime/service/stats", "abandonRate:number averageDurationToAbandon:number " +
			"averageHandleDuration:number averageSpeedOfAnswer:number averageTalkDuration:number " +
			"averageWrapupDuration:number callCenterId:string callCenterName:string calls:array " +
			"callsWithAgent:number cip:number loaded:number longestCallInQueue:number maxHoldTime:number " +
			"pacingMethod:string percentComplete:number playingDialable:number remaining:number serviceId:string " +
			"serviceLevel:number serviceName:string throttle:string totalAbandoned:number totalAgents:number " +
			"totalCallsAbandonedWithinSLA:number totalCallsAnsweredWithinSLA:number totalCallsInQueue:number " +
			"totalHandled:number totalOffered:number units:string"},
		{"stats", "/realtime/campaign/stats", "campaignId:number completed:number loaded:number remaining:number " +
			"serviceId:number timezoneBreakdown:array uploaded:number"},
		{"agentAverages", "/realtime/service/agents/averages", "averageDialingTime:string averageHoldTime:string " +
			"averageManualDialTime:string averageNotReadyTime:string averagePreviewDialTime:string " +
			"averageReadyTime:string averageRegisteringTime:string averageReservedTime:string " +
			"averageTalkTime:string averageTransferringTime:string averageWrapupTime:string timeStamp:string"},
		{"callsDetails", "/realtime/service/calls/status", "account:string agentSkill:string name:string " +
			"phone:string priority:string serviceId:string serviceName:string timeStamp:string"},
		{"liveConnects", "/realtime/service/liveConnects", "timeStamp:string total:string"},
		{"agentStatistics", "/realtime/service/agent/stats/ex", "agentLoginId:string agentName:string services:array"},
		{"agentStatistics", "/realtime/service/agent/stats", "agentName:string agentStatus:string " +
			strings.Replace(work, "notReadyBreak", "nonContacts:number notReadyBreak", 1)},
	} {
		got := keysOf(s.firstRow(c.key, "POST", c.path, "{}"))
		got = strings.Replace(got, " stateChangedTime:number", "", 1)
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.path, got, c.want)
		}
	}
	ex := s.firstRow("agentStatistics", "POST", "/realtime/service/agent/stats/ex", "{}")
	first := ex["services"].([]any)[0].(map[string]any)
	want := "callCenterId:string id:number " + strings.Replace(work, "notReadyBreak", "nonContacts:number notReadyBreak", 1)
	if got := keysOf(first); got != want {
		t.Errorf("services:\n got %s\nwant %s", got, want)
	}
}

func TestAgentsStatusRows(t *testing.T) {
	s := newStand(t, Options{})
	var out struct {
		AgentDetails []map[string]any
		TimeStamp    int64
	}
	s.get(&out, "POST", "/realtime/service/agents/status", "{}")
	if out.TimeStamp != s.clock.at.UnixMilli() {
		t.Errorf("timeStamp %d", out.TimeStamp)
	}
	for _, row := range out.AgentDetails {
		if len(row) != 19 || typeOf(row["serviceId"]) != "number" || typeOf(row["callCenterId"]) != "string" {
			t.Fatalf("row %v", row)
		}
		talks := row["stateId"] == 4.0 || row["stateId"] == 11.0
		if talks != (row["transactionId"] != nil) && row["stateId"] != 9.0 && row["stateId"] != 6.0 {
			t.Errorf("state %v with transaction %v", row["state"], row["transactionId"])
		}
		if (row["inboundCalls"] == nil) != (row["outboundCalls"] == nil) {
			t.Errorf("counts %v %v", row["inboundCalls"], row["outboundCalls"])
		}
	}
	id := out.AgentDetails[0]["serviceId"].(float64)
	all := len(out.AgentDetails)
	s.get(&out, "POST", "/realtime/service/agents/status", fmt.Sprintf(`{"filter":{"service":[{"id":"%.0f"}]}}`, id))
	if n := len(out.AgentDetails); n == 0 || n == all {
		t.Errorf("filtered: %d of %d", n, all)
	}
	s.get(&out, "POST", "/realtime/service/agents/status",
		fmt.Sprintf(`{"stateChangedAfter":"%d"}`, s.clock.at.Add(-time.Minute).UnixMilli()))
	for _, row := range out.AgentDetails {
		if row["stateChangedAfter"].(float64) <= float64(s.clock.at.Add(-time.Minute).UnixMilli()) {
			t.Errorf("too old: %v", row)
		}
	}
}

func TestTooManyServices(t *testing.T) {
	s := newStand(t, Options{Services: 160, Agents: 200})
	refused := func(path, body string) {
		t.Helper()
		var e struct{ Code int }
		if b := s.status(http.StatusBadRequest, "POST", path, body); json.Unmarshal(b, &e) != nil || e.Code != 202 {
			t.Errorf("%s: %s", path, b)
		}
	}
	list := func(n int) string {
		var ids []string
		for _, e := range s.voice.services[:n] {
			ids = append(ids, `{"id":`+e.label+`}`)
		}
		return `{"filter":{"service":[` + strings.Join(ids, ",") + `]}}`
	}
	for _, path := range []string{"/realtime/service/stats", "/realtime/campaign/stats"} {
		refused(path, "{}")
		refused(path, list(151))
		s.status(http.StatusOK, "POST", path, list(150))
	}
	refused("/realtime/campaign/stats", `{"filter":{"service":[{"id":1}],"campaign":[{"id":2}]}}`)
}

func TestCallLookUp(t *testing.T) {
	s := newStand(t, Options{})
	var c *call
	for _, a := range s.voice.agents {
		if a.call != nil && a.state == stateInCall {
			c = a.call
		}
	}
	q := fmt.Sprintf("?client=%d&session=%s&transaction=%d", clientID, c.session(), c.id)
	var in map[string]any
	s.get(&in, "GET", "/realtime/callData/inCall"+q, "")
	if typeOf(in["consumer"]) != "object" || typeOf(in["callDirectionOutbound"]) != "bool" || len(in) != 8 {
		t.Errorf("inCall %v", in)
	}
	s.status(http.StatusNotFound, "GET", "/realtime/callData/postCall"+q, "")
	s.clock.forward(time.Hour)
	s.status(http.StatusNotFound, "GET", "/realtime/callData/inCall"+q, "")
	var post map[string]any
	s.get(&post, "GET", "/realtime/callData/postCall"+q, "")
	if typeOf(post["phoneDialed"]) != "string" || typeOf(post["lvResult"]) != "string" || len(post) != 5 {
		t.Errorf("postCall %v", post)
	}
	s.status(http.StatusBadRequest, "GET", "/realtime/callData/postCall?session=x", "")
}

func TestRoles(t *testing.T) {
	for role, may := range map[string][4]bool{ // service, campaign, feed, call
		"Manager": {true, true, true, false}, "Superuser": {true, true, false, true},
		"Report Admin": {false, false, false, true}, "IT User": {false, true, false, false},
		"Auditor": {false, true, false, false}, "Sysadmin": {true, true, true, true}, "Agent": {},
	} {
		s := newStand(t, Options{Role: role, Agents: 8})
		want := func(i, otherwise int) int {
			if may[i] {
				return otherwise
			}
			return http.StatusForbidden
		}
		s.status(want(0, http.StatusOK), "POST", "/realtime/service/stats", "{}")
		s.status(want(1, http.StatusOK), "POST", "/realtime/campaign/stats", "{}")
		s.status(want(2, http.StatusOK), "POST", "/realtime/agentEvent/feed", "{}")
		s.status(want(3, http.StatusNotFound), "GET", "/realtime/callData/inCall?session=x&transaction=1", "")
	}
}

func TestAgentStatusPages(t *testing.T) {
	s := newStand(t, Options{Agents: 400})
	type page struct {
		Metadata struct {
			Count  int
			Self   struct{ Href string }
			Shards struct{ PartialResult bool } `json:"shardsStatusResult"`
		} `json:"_metadata"`
		Records []map[string]any `json:"agentStatusRecords"`
	}
	var first, second, whole page
	s.get(&whole, "POST", s.lp(statusPath)+"?limit=1000&sort=start:desc", "{}")
	s.get(&first, "POST", s.lp(statusPath)+"?sort=start:desc", "{}")
	s.get(&second, "POST", s.lp(statusPath)+"?sort=start:desc&offset=50", `{}`)
	if len(first.Records) != 50 || first.Metadata.Count != len(whole.Records) {
		t.Errorf("%d records, count %d", len(first.Records), first.Metadata.Count)
	}
	if second.Records[0]["agentId"] != whole.Records[50]["agentId"] {
		t.Error("the second page does not begin where the first ends")
	}
	for i := 1; i < len(whole.Records); i++ {
		if whole.Records[i-1]["currentStatusStartTimeL"].(float64) < whole.Records[i]["currentStatusStartTimeL"].(float64) {
			t.Fatal("not sorted")
		}
	}
	r := whole.Records[0]
	for key, want := range map[string]string{
		"agentId": "string", "agentGroupId": "number", "agentPresence": "string",
		"load": "number", "lastUpdatedTimeL": "number", "lastUpdatedTime": "string", "agentSkills": "array",
	} {
		if typeOf(r[key]) != want {
			t.Errorf("%s is a %s", key, typeOf(r[key]))
		}
	}
	var part page
	s.get(&part, "POST", s.lp(statusPath), `{"Status":["AWAY"],"agentGroupIds":["-1"]}`)
	for _, r := range part.Records {
		if r["currentStatus"] != "AWAY" || r["agentGroupId"] != -1.0 || typeOf(r["currentStatusReasonDuration"]) != "number" {
			t.Errorf("%v", r)
		}
	}
	s.get(&part, "POST", s.lp(statusPath), `{"agentPresence":false}`)
	for _, r := range part.Records {
		if r["agentPresence"] != "false" {
			t.Errorf("%v", r)
		}
	}
}
