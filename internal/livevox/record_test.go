package livevox

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// Every field that has a tag is read by it.
func TestRecordsReadEveryField(t *testing.T) {
	for _, into := range []any{new(AgentEvent), new(InteractionEvent), new(AgentStatus), new(AgentTotals), new(AgentServiceStat), new(ServiceStat), new(CampaignStat), new(ServiceAverages), new(Connects), new(CallOnHold), new(InCall), new(PostCall), new(fault)} {
		object := map[string]any{}
		fields := reflect.VisibleFields(reflect.TypeOf(into).Elem())
		for _, f := range fields {
			if name := f.Tag.Get("json"); name != "" && name != "-" {
				object[name] = "1"
			}
		}
		if _, ok := into.(*CampaignStat); ok {
			object["timezoneBreakdown"] = []any{map[string]string{"timezone": "ET"}}
		}
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if malformed, err := decode(bytes.NewReader(b), into); err != nil || len(malformed) > 0 {
			t.Fatalf("%T: %v, %v", into, malformed, err)
		}
		for _, f := range fields {
			if name := f.Tag.Get("json"); name != "" && name != "-" && reflect.ValueOf(into).Elem().FieldByIndex(f.Index).IsZero() {
				t.Errorf("%T: %s is not read", into, name)
			}
		}
	}
}
