package livevox

import (
	"encoding/json"
	"errors"
	"reflect"
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
	type agent AgentEvent
	type interaction InteractionEvent
	for _, c := range []struct {
		want any
		into api.FieldReader
	}{
		{new(agent), new(AgentEvent)},
		{new(interaction), new(InteractionEvent)},
	} {
		object := map[string]any{}
		for f := range reflect.TypeOf(c.want).Elem().Fields() {
			object[f.Tag.Get("json")] = "1"
		}
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(json.Unmarshal(b, c.want), api.ReadRecord(b, c.into)); err != nil {
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
	if !json.Valid(b) {
		return
	}
	wantErr, err := json.Unmarshal(b, want), api.ReadRecord(b, into)
	if (wantErr == nil) != (err == nil) {
		t.Fatalf("%q: %v, want %v", b, err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: %+v, want %+v", b, got, want)
	}
}
