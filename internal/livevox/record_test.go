package livevox

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// FuzzRecord expects of events that read themselves what encoding/json would have
// made of them.
func FuzzRecord(f *testing.F) {
	for _, s := range []string{
		`{"eventId":"cid=1:aid=2:time=1900000000123:seq=3","timestamp":1900000000123,"seqNum":3,"agentId":17,"agentServiceId":"9001","lineNumber":"ACD","eventType":"READY"}`,
		`{"eventId":"x","callEventType":"CALL_TERMINATION","transactionId":1229726123859,"duration":"12","operatorTransfer":1,"nested":{"eventId":[1,{"a":"}"}]}}`,
		` { "EVENTID" : "a\\\"b" , "lvResult":null, "event\u0049d":"escaped"}`, `{}`, `7`, `null`, `[{}]`, `{"agentId":{}}`, `{"":1}`, `{"timestamp":[]}`,
		"{\"eventId\":\"\xff\"}", `{"eventId":"a","eventId":"b"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		type agent AgentEvent
		type interaction InteractionEvent
		var wantAgent, viaAgent agent
		var want, via interaction
		compare(t, b, &wantAgent, (*AgentEvent)(&viaAgent), &viaAgent)
		compare(t, b, &want, (*InteractionEvent)(&via), &via)
	})
}

func TestRecordsReadEveryField(t *testing.T) {
	type agentEvent AgentEvent
	type interaction InteractionEvent
	type status AgentStatus
	type totals AgentTotals
	for _, c := range []struct {
		want any // without ReadField of its own, so that encoding/json reads it
		into api.FieldReader
	}{
		{new(agentEvent), new(AgentEvent)},
		{new(interaction), new(InteractionEvent)},
		{new(status), new(AgentStatus)},
		{new(totals), new(AgentTotals)},
	} {
		object := map[string]any{}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(c.want).Elem()) {
			if name := f.Tag.Get("json"); name != "" {
				object[name] = "1"
			}
		}
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(json.Unmarshal(b, c.want), new(api.Decoders).Bytes(b, c.into)); err != nil {
			t.Fatal(err)
		}
		got, want := reflect.ValueOf(c.into).Elem(), reflect.ValueOf(c.want).Elem()
		for i := range want.NumField() {
			if want.Field(i).IsZero() || !reflect.DeepEqual(got.Field(i).Interface(), want.Field(i).Interface()) {
				t.Errorf("%s is %v, want %v", want.Type().Field(i).Name, got.Field(i), want.Field(i))
			}
		}
	}
}

// compare reads b both ways, if it is JSON at all.
func compare(t *testing.T, b []byte, want any, into api.FieldReader, got any) {
	t.Helper()
	if !json.Valid(b) || strings.EqualFold(strings.TrimSpace(string(b)), "null") {
		return
	}
	wantErr, err := json.Unmarshal(b, want), new(api.Decoders).Bytes(b, into)
	if (wantErr == nil) != (err == nil) {
		t.Fatalf("%q: %v, want %v", b, err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: %+v, want %+v", b, got, want)
	}
}
