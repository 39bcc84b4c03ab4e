package liveperson

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestAgentStatusReadsEveryField(t *testing.T) {
	type plain AgentStatus // without ReadField, so that encoding/json reads it
	object := map[string]any{}
	for f := range reflect.TypeFor[plain]().Fields() {
		object[f.Tag.Get("json")] = "1"
	}
	object["agentSkills"] = []map[string]any{{"skillId": 7, "skillName": "Sales"}, {"skillId": []int{}}}
	b, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	var want plain
	var got AgentStatus
	if err := errors.Join(json.Unmarshal(b, &want), new(api.Decoders).Bytes(b, &got)); err != nil {
		t.Fatal(err)
	}
	for i, f := 0, reflect.ValueOf(want); i < f.NumField(); i++ {
		if f.Field(i).IsZero() {
			t.Errorf("%s is not set", f.Type().Field(i).Name)
		}
	}
	if !reflect.DeepEqual(got, AgentStatus(want)) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
