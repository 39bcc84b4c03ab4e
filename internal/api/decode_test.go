package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// record has a field of every form.
type record struct {
	Text    Text          `json:"text"`
	ID      ID            `json:"id"`
	Number  Number        `json:"number"`
	Bool    Bool          `json:"bool"`
	Time    Time          `json:"time"`
	Nested  inner         `json:"nested"`
	Maybe   Object[inner] `json:"_maybe"`
	Records List[inner]   `json:"records"`
}

type inner struct {
	ID   Text   `json:"id"`
	Load Number `json:"load"`
}

// decode reads s, at once.
func decode(s string, v any) (malformed []string, err error) {
	var d Decoder
	err = d.Decode(strings.NewReader(s), v)
	return d.Malformed(), err
}

// FuzzDecoder expects the same of the same bytes however they arrive, an error of
// a class for what is no JSON, and none but of the form for what is.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{
		`{}`, ` { "text" : "a" } `, `{"text":"é\u00e9\n\ud83d\ude00\ud800"}`, "{\"text\":\"\xff\xfe\"}", `{"text":12345678901234567890,"number":"7"}`,
		`{"number":-0.5e+3,"bool":"TRUE","time":1900000000123}`, `{"number":01}`, `{"number":1.}`, `{"number":.5}`, `{"number":1e}`, `{"number":--1}`, `{"number":1e400}`,
		`{"time":"2030-01-02T03:04:05.678+02:00"}`, `{"time":"2030-01-02 03:04:05.678+0000"}`, `{"time":"2030-02-30T03:04:05Z"}`, `{"time":"20300102t030405"}`, `{"time":"2030-01-02T03:04:05.1234567891Z"}`,
		`{"records":[{"id":1},{"id":[]},null,7,{"load":{}},{"id":"x","load":"80"}],"nested":{"id":null}}`, `{"records":{}}`, `{"records":null}`, `{"records":7}`, `{"records":[[[]]]}`,
		`{"text":[{"a":"]"}]}`, `{"text":"a","text":"b"}`, `{"TEXT":"a","Te\u0078t":"b"}`, `{"text":nul}`, `{"text":"a"`, `{"text":"a"}x`, `{"text":"a",}`, `{,}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a" 1}`,
		"{\"text\":\"a\nb\"}", `{"text":"\x"}`, `{"text":"\u12g4"}`, "{\"a\":1\x00}", `{"nested":[]}`, `{"nested":null}`, `{"a":-}`, `[]`, `7`, `"x"`, ``, ` `, `{"id":3.8E4}`, `{"id":"1e-5"}`, `{"maybe":[1],"_maybe":{"id":"7"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d, slowly Decoder
		var got, slow record
		err := d.Decode(bytes.NewReader(b), &got)
		slowErr := slowly.Decode(iotest.OneByteReader(bytes.NewReader(b)), &slow)
		if ClassOf(err) != ClassOf(slowErr) || !reflect.DeepEqual(got, slow) || !slices.Equal(d.Malformed(), slowly.Malformed()) {
			t.Fatalf("%q: %+v, %v at once, %+v, %v byte by byte", b, got, err, slow, slowErr)
		}
		if json.Valid(bytes.TrimPrefix(b, []byte(byteOrderMark))) {
			if errors.Is(err, ErrNotJSON) || ClassOf(err) == Truncated {
				t.Fatalf("%q: %v", b, err)
			}
		} else if err == nil {
			t.Fatalf("%q is read as %+v", b, got)
		}
	})
}

func TestDecoderTellsErrorsApart(t *testing.T) {
	gone := errors.New("connection reset")
	for name, test := range map[string]struct {
		r    io.Reader
		want Class
		err  error
	}{
		"empty":             {strings.NewReader(""), Schema, nil},
		"white":             {strings.NewReader(" \n"), Schema, nil},
		"a mark alone":      {strings.NewReader(byteOrderMark), Schema, nil},
		"null":              {strings.NewReader("null"), Schema, nil},
		"HTML":              {strings.NewReader("<html>"), Schema, nil},
		"cut":               {strings.NewReader(`{"text":"a`), Truncated, nil},
		"cut by net/http":   {io.MultiReader(strings.NewReader(`{"text":`), iotest.ErrReader(io.ErrUnexpectedEOF)), Truncated, nil},
		"broken":            {strings.NewReader(`{"text":}`), Schema, ErrNotJSON},
		"two values":        {strings.NewReader(`{}{}`), Schema, nil},
		"another form":      {strings.NewReader(`{"nested":7}`), Schema, nil},
		"text for a list":   {strings.NewReader(`{"records":"none"}`), Schema, nil},
		"too deep":          {strings.NewReader(`{"a":` + strings.Repeat("[", 100_000)), Schema, nil},
		"an endless text":   {strings.NewReader(`{"text":"` + strings.Repeat("x", 8*maxText) + `"}`), TooLarge, nil},
		"another form, cut": {io.MultiReader(strings.NewReader(`[{"id":1},`), iotest.ErrReader(io.ErrUnexpectedEOF)), Truncated, nil},
		"the reader's own":  {io.MultiReader(strings.NewReader(`{"text":"a`), iotest.ErrReader(gone)), Connect, gone},
		"no progress":       {stuck{}, Connect, io.ErrNoProgress},
	} {
		err := new(Decoder).Decode(test.r, new(record))
		if ClassOf(err) != test.want || test.err != nil && !errors.Is(err, test.err) {
			t.Errorf("%s: %v of class %s, want %s", name, err, ClassOf(err), test.want)
		}
		if err != nil && strings.Contains(err.Error(), "json") {
			t.Errorf("%s: %v is the library's text", name, err)
		}
	}
}

// stuck is a reader that neither reads nor fails.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestDecoderReadsWhatIsJSONAllTheSame(t *testing.T) {
	for name, s := range map[string]string{
		"plain":                `{"text":"a","number":7}`,
		"a byte order mark":    byteOrderMark + `{"text":"a","number":7}`,
		"names in other cases": `{"TEXT":"a","Number":7}`,
		"names twice":          `{"text":"b","number":8,"text":"a","number":7}`,
		"an escaped name":      `{"\u0074ext":"a","number":7}`,
		"unknown fields":       `{"more":{"text":[1,{}]},"text":"a","number":7,"x":"]"}`,
	} {
		var got record
		if _, err := decode(s, &got); err != nil || got.Text != "a" || got.Number.Value != 7 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	var got record
	if _, err := decode("{\"text\":\"a\xff\\ud800b\"}", &got); err != nil || got.Text != "a\ufffd\ufffdb" {
		t.Errorf("invalid UTF-8: %q, %v", got.Text, err)
	}
}

func TestMetadataIsFoundUnderBothNames(t *testing.T) {
	for in, want := range map[string]Text{
		`{"_maybe":{"id":"1"}}`: "1", `{"maybe":{"id":"1"}}`: "1", `{"Maybe":{"id":"1"}}`: "1",
		`{"_maybe":{"id":"1"},"maybe":null}`: "1", `{"_maybe":[],"maybe":{"id":"1"}}`: "1", `{"maybe":{"id":"1"},"_maybe":{}}`: "1",
		`{"_maybe":null}`: "", `{"maybe":[]}`: "", `{}`: "",
	} {
		var got record
		if _, err := decode(in, &got); err != nil || got.Maybe.Value.ID != want {
			t.Errorf("%s: %q, %v; want %q", in, got.Maybe.Value.ID, err, want)
		}
	}
}

func TestWhatIsMalformedIsAbsentAndListed(t *testing.T) {
	for in, want := range map[string][]string{
		`{"text":"a","number":1,"bool":true,"time":1,"id":1}`:           nil,
		`{"text":null,"number":null,"bool":null,"time":null,"id":null}`: nil,
		`{"number":"null","bool":"NULL","time":"null"}`:                 nil,
		`{"text":"","number":" ","bool":"","time":"","id":""}`:          nil,
		`{"time":0}`:    nil,
		`{"time":"-1"}`: nil,
		`{"text":{},"number":[],"bool":{"a":1},"time":[1],"id":{}}`:          {"text", "number", "bool", "time", "id"},
		`{"number":"1,004","bool":"maybe","time":"yesterday"}`:               {"number", "bool", "time"},
		`{"records":[{"id":1,"load":"NaN"},{"id":2,"load":"12%"},{"id":3}]}`: {"load", "load"},
	} {
		var got record
		malformed, err := decode(in, &got)
		if err != nil || !slices.Equal(malformed, want) {
			t.Errorf("%s: %q, %v; want %q", in, malformed, err, want)
		}
		if len(want) > 0 && (got.Number.Valid || got.Bool.Valid || !got.Time.IsZero() || got.Text != "" || got.ID != "") {
			t.Errorf("%s: %+v", in, got)
		}
	}
	var d Decoder
	for range 2 {
		if err := d.Decode(strings.NewReader(`{"number":"x"}`), new(record)); err != nil || len(d.Malformed()) != 1 {
			t.Errorf("%q, %v", d.Malformed(), err)
		}
	}
}

func TestDecoderIsBounded(t *testing.T) {
	const limit = 128 << 20
	const budget = limit / decodedShare
	before := debug.SetMemoryLimit(limit)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for name, test := range map[string]struct {
		head, body, tail string
		times            int
	}{
		"records":          {`{"records":[{"id":1}`, `,{"id":1}`, `]}`, 1 << 20},
		"empty records":    {`{"records":[{}`, `,{}`, `]}`, 1 << 20},
		"records of lists": {`{"nested":[{}`, `,{"records":[` + strings.Repeat("{},", 99) + `{}]}`, `]}`, 10_000},
		"texts":            {`{"records":[{}`, `,{"id":"` + strings.Repeat("x", maxText/2) + `"}`, `]}`, 20},
	} {
		t.Run(name, func(t *testing.T) {
			var d Decoder
			var got nested
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := d.Decode(io.MultiReader(strings.NewReader(test.head), &repeated{text: test.body, times: test.times}, strings.NewReader(test.tail)), &got)
			runtime.ReadMemStats(&after)
			if ClassOf(err) != TooLarge || !strings.Contains(err.Error(), "4 MiB") {
				t.Errorf("fails with %v", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 10*budget {
				t.Errorf("%d bytes were allocated for a budget of %d", used, budget)
			}
			if err := d.Decode(strings.NewReader(`{"records":[{"id":1}]}`), &got); err != nil || len(got.Records.Items) != 1 {
				t.Errorf("the next answer: %d records, %v", len(got.Records.Items), err)
			}
		})
	}
	t.Run("malformed values", func(t *testing.T) {
		var d Decoder
		var got record
		err := d.Decode(io.MultiReader(strings.NewReader(`{"records":[{}`), &repeated{text: `,{"id":{}}`, times: 2 * maxMalformed}, strings.NewReader(`]}`)), &got)
		if err != nil || len(got.Records.Items) != 2*maxMalformed+1 || len(d.Malformed()) != maxMalformed {
			t.Errorf("%d records, %d malformed, %v", len(got.Records.Items), len(d.Malformed()), err)
		}
	})
	t.Run("an endless text", func(t *testing.T) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = new(Decoder).Decode(io.MultiReader(strings.NewReader(`{"text":"`), &repeated{text: strings.Repeat("x", 1<<20), times: 100}), new(record))
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 16*maxText {
			t.Errorf("%d bytes for a text of 100 MiB", after.TotalAlloc-before.TotalAlloc)
		}
	})
}

// nested has a list of records with lists.
type nested struct {
	Records List[struct{ ID ID }]
	Nested  List[struct{ Records List[struct{ ID ID }] }]
}

// repeated is a reader of one text several times.
type repeated struct {
	text  string
	times int
	rest  string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.times == 0 {
			return 0, io.EOF
		}
		r.rest, r.times = r.text, r.times-1
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
