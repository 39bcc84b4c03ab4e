package api

import (
	"fmt"
	"strings"
	"testing"
)

// Texts that were there before are used again: never for another one.
func TestTextsAreTheirOwn(t *testing.T) {
	var answer struct{ Rows List[struct{ Name Text }] }
	var body strings.Builder
	body.WriteString(`{"rows":[{}`)
	for i := range 2000 {
		fmt.Fprintf(&body, `,{"name":"n%d"},{"name":"n%d"}`, i, i/2)
	}
	var d Decoder
	if err := d.Decode(strings.NewReader(body.String()+"]}"), &answer); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		got := [...]Text{answer.Rows.Items[1+2*i].Name, answer.Rows.Items[2+2*i].Name}
		if want := [...]Text{Text(fmt.Sprint("n", i)), Text(fmt.Sprint("n", i/2))}; got != want {
			t.Fatalf("%d is %v", i, got)
		}
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	var answer struct{ Name Text }
	if err := new(Decoder).Decode(strings.NewReader("{\"name\":\"a\xffb\"}"), &answer); err != nil || answer.Name != "a\ufffdb" {
		t.Errorf("%q, %v", answer.Name, err)
	}
}

// A list is read into the memory of the one before, and shows nothing of it.
func TestAListIsReadIntoTheMemoryOfAnother(t *testing.T) {
	for body, want := range map[string]struct {
		present bool
		names   string
	}{
		`{"rows":[{"name":"c"}]}`: {true, "[{c}]"}, `{"rows":[{}]}`: {true, "[{}]"}, `{"rows":[]}`: {true, "[]"},
		`{"rows":null}`: {false, "[]"}, `{"rows":{}}`: {true, "[]"}, `{}`: {false, "[{a} {b}]"},
	} {
		var answer struct{ Rows List[struct{ Name Text }] }
		answer.Rows.Items = []struct{ Name Text }{{"a"}, {"b"}}
		before := &answer.Rows.Items[0]
		if err := new(Decoder).Decode(strings.NewReader(body), &answer); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(answer.Rows.Items); got != want.names || answer.Rows.Present != want.present {
			t.Errorf("%s: %s, present %v", body, got, answer.Rows.Present)
		}
		if len(answer.Rows.Items) > 0 && &answer.Rows.Items[0] != before {
			t.Errorf("%s: other memory", body)
		}
	}
}
