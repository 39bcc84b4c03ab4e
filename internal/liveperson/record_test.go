package liveperson

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// read decodes an answer as the client does.
func read(body string, v any) error { return new(api.Decoder).Decode(strings.NewReader(body), v) }

// Every field that has a tag is read by it.
func TestRecordsReadEveryField(t *testing.T) {
	for _, into := range []any{new(AgentStatus), new(Skill), new(StatusChange), new(StateTime), new(QueueNumbers), new(SkillHealth), new(SkillAvailability), new(StatusDuration), new(reference), new(tokenAnswer), new(baseURI)} {
		object := map[string]any{}
		fields := reflect.VisibleFields(reflect.TypeOf(into).Elem())
		for _, f := range fields {
			if name := f.Tag.Get("json"); name != "" {
				object[name] = "1"
			}
		}
		if _, ok := into.(*AgentStatus); ok {
			object["agentSkills"] = []any{map[string]any{"skillId": 7, "skillName": "Sales"}, 7}
		}
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if err := read(string(b), into); err != nil {
			t.Fatalf("%T: %v", into, err)
		}
		for _, f := range fields {
			if name := f.Tag.Get("json"); name != "" && reflect.ValueOf(into).Elem().FieldByIndex(f.Index).IsZero() {
				t.Errorf("%T: %s is not read", into, name)
			}
		}
	}
}
