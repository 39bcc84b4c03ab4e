package api

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRecordsOneByOne(t *testing.T) {
	type row struct {
		ID Text `json:"id"`
		In List[struct{}]
	}
	stop := errors.New("enough")
	for name, test := range map[string]struct {
		text    string
		ids     string
		skipped int
		class   Class
	}{
		"an array":                {`[{"id":1},{"id":"2"}]`, "1 2", 0, ""},
		"an object on each line":  {"{\"id\":1}\n{\"ID\":2}\n", "1 2", 0, ""},
		"nothing between objects": {`{"id":1}{"id":2}`, "1 2", 0, ""},
		"nothing":                 {"", "", 0, ""},
		"an empty array":          {" [] ", "", 0, ""},
		"no records":              {`[null,{"id":1},7,"x",[{}]]`, "1", 4, ""},
		"lines that are none":     {"null\n{\"id\":1}\n7\n", "1", 2, ""},
		"another form":            {`[{"id":1},{"in":7,"id":2},{"id":3}]`, "1 3", 1, ""},
		"cut":                     {`[{"id":1},{"id":2`, "1", 0, Truncated},
		"cut between records":     {`[{"id":1},`, "1", 0, Truncated},
		"cut in a line":           {"{\"id\":1}\n{\"id\"", "1", 0, Truncated},
		"text behind the array":   {`[{"id":1}]{"id":2}`, "1", 0, Schema},
		"no JSON":                 {"<html>", "", 0, Schema},
		"no JSON in a line":       {"{\"id\":1}\nnonsense", "1", 0, Schema},
		"an array that closes":    {`{"id":1}]`, "1", 0, Schema},
		"the caller ends it":      {`{"id":1}{"id":9}{"id":2}`, "1", 0, Connect},
	} {
		t.Run(name, func(t *testing.T) {
			var d Decoder
			var ids []string
			skipped, err := Records(&d, strings.NewReader(test.text), func(r *row) error {
				if r.ID == "9" {
					return stop
				}
				ids = append(ids, string(r.ID))
				return nil
			})
			if got := strings.Join(ids, " "); got != test.ids || skipped != test.skipped || ClassOf(err) != test.class {
				t.Errorf("%q, %d skipped, %v; want %q, %d, class %q", got, skipped, err, test.ids, test.skipped, test.class)
			}
		})
	}
}

func TestRecordsNameMalformedFields(t *testing.T) {
	var d Decoder
	_, err := Records(&d, strings.NewReader(`[{"n":{}},{"n":"x"},{"n":1}]`), func(*struct{ N Number }) error { return nil })
	if got := fmt.Sprint(d.Malformed()); err != nil || got != "[n n]" {
		t.Errorf("malformed %s, %v", got, err)
	}
}
