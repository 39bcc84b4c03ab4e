package cumulative

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What is stored of a row is read back as it was, and so is the JSON of earlier versions.
func TestMarksAreReadAsTheyWereStored(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom([]string{"", "-", "2026-03-02", "{", "livevox_agent_calls_total\x1f7", "ü"})
		totals := func(label string) map[string]float64 {
			return rapid.MapOf(text, rapid.Float64Min(0.5)).Draw(rt, label)
		}
		h := highWaterMark{
			Day: text.Draw(rt, "day"), Restarted: text.Draw(rt, "restarted"), Believed: rapid.Int64().Draw(rt, "believed"),
			Based: rapid.Bool().Draw(rt, "based"), Top: totals("top"), Last: map[string]float64{},
		}
		for name := range h.Top {
			if rapid.Bool().Draw(rt, "corrected") {
				h.Last[name] = 0
			}
		}
		if owed := totals("owed"); len(owed) > 0 {
			h.Owed = owed
		}
		old, err := json.Marshal(h)
		if err != nil {
			rt.Fatal(err)
		}
		for _, stored := range [][]byte{h.encode(), old} {
			if got, err := decodeHighWaterMark(stored); err != nil || !reflect.DeepEqual(got, h) {
				rt.Fatalf("got %+v, %v, want %+v", got, err, h)
			}
		}
		again := h
		again.Top = maps.Clone(h.Top)
		if string(again.encode()) != string(h.encode()) {
			rt.Fatal("equal marks are stored in two ways")
		}
	})
}

func TestStatesOfEarlierVersionsAreRead(t *testing.T) {
	h, err := decodeHighWaterMark([]byte(`{"d":"2026-03-02","r":"-","t":{"livevox_calls_total\u001f7":12.5},"o":{"x":1}}`))
	if err != nil || h.Day != "2026-03-02" || h.Restarted != unknownDay || h.Top["livevox_calls_total\x1f7"] != 12.5 || h.Owed["x"] != 1 {
		t.Errorf("%+v, %v", h, err)
	}
}

// A record that is damaged in a way that its checksum doesn't show is an error, and no
// panic.
func FuzzHighWaterMark(f *testing.F) {
	f.Add([]byte(`{"t":null}`))
	f.Add(highWaterMark{Day: "2026-03-02", Top: map[string]float64{"a": 1}, Owed: map[string]float64{"a": 1}}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := decodeHighWaterMark(b)
		if err != nil {
			return
		}
		again, err := decodeHighWaterMark(h.encode())
		if err != nil || string(again.encode()) != string(h.encode()) {
			t.Errorf("%+v is read as %+v, %v", h, again, err)
		}
	})
}
