package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// record has a field of every form; the tags are for encoding/json alone.
type record struct {
	Text    Text        `json:"text"`
	Number  Number      `json:"number"`
	Bool    Bool        `json:"bool"`
	Time    Time        `json:"time"`
	Nested  inner       `json:"nested"`
	Records List[inner] `json:"records"`
}

func (r *record) ReadField(name []byte, d *Decoder) error {
	switch string(name) {
	case "text":
		return r.Text.Read(d)
	case "number":
		return r.Number.Read(d)
	case "bool":
		return r.Bool.Read(d)
	case "time":
		return r.Time.Read(d)
	case "nested":
		return d.Object(&r.Nested)
	case "records":
		return ReadList(d, &r.Records)
	}
	return d.Skip()
}

type inner struct {
	ID   Text   `json:"id"`
	Load Number `json:"load"`
}

func (r *inner) ReadField(name []byte, d *Decoder) error {
	switch string(name) {
	case "id":
		return r.ID.Read(d)
	case "load":
		return r.Load.Read(d)
	}
	return d.Skip()
}

// FuzzDecoder expects what encoding/json makes of the same bytes, however they
// arrive, and an error for whatever isn't JSON.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{
		`{}`, ` { "text" : "a" } `, `{"text":"é\u00e9\n\ud83d\ude00\ud800"}`, "{\"text\":\"\xff\xfe\"}", `{"text":12345678901234567890,"number":"7"}`,
		`{"number":-0.5e+3,"bool":"TRUE","time":1900000000123}`, `{"number":01}`, `{"number":1.}`, `{"number":.5}`, `{"number":1e}`, `{"number":--1}`, `{"number":1e400}`,
		`{"time":"2030-01-02T03:04:05.678+02:00"}`, `{"time":"2030-01-02 03:04:05.678+0000"}`, `{"time":"2030-02-30T03:04:05Z"}`, `{"time":"2030-01-02T03:04:05"}`, `{"time":"2030-01-02T03:04:05.1234567891Z"}`,
		`{"records":[{"id":1},{"id":[]},null,7,{"load":{}},{"id":"x","load":"80"}],"nested":{"id":null}}`, `{"records":{}}`, `{"records":null}`, `{"records":7}`, `{"records":[[[]]]}`,
		`{"text":[{"a":"]"}]}`, `{"text":"a","text":"b"}`, `{"TEXT":"a","Te\u0078t":"b"}`, `{"text":nul}`, `{"text":"a"`, `{"text":"a"}x`, `{"text":"a",}`, `{,}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a" 1}`,
		"{\"text\":\"a\nb\"}", `{"text":"\x"}`, `{"text":"\u12g4"}`, "{\"a\":1\x00}", `{"nested":[]}`, `{"nested":null}`, `{"a":-}`, `[]`, `7`, `"x"`, ``, ` `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		valid := json.Valid(b) && bytes.HasPrefix(bytes.TrimSpace(b), []byte("{"))
		var want, got, slow record
		var d Decoder
		err := d.Decode(bytes.NewReader(b), &got)
		if slowErr := d.Decode(iotest.OneByteReader(bytes.NewReader(b)), &slow); (err == nil) != (slowErr == nil) || !reflect.DeepEqual(got, slow) {
			t.Fatalf("%q: %+v, %v at once, %+v, %v byte by byte", b, got, err, slow, slowErr)
		}
		if !valid {
			if err == nil {
				t.Fatalf("%q is read as %+v", b, got)
			}
			return
		}
		wantErr := json.Unmarshal(b, &want)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: error %v, want %v", b, err, wantErr)
		}
		if err == nil && !equal(got, want) {
			t.Fatalf("%q: %+v, want %+v", b, got, want)
		}
	})
}

// equal compares two records; an empty list is as good as none.
func equal(a, b record) bool {
	if len(a.Records.Items) == 0 && len(b.Records.Items) == 0 {
		a.Records.Items, b.Records.Items = nil, nil
	}
	return a.Time.Equal(b.Time.Time) && func() bool { a.Time = b.Time; return reflect.DeepEqual(a, b) }()
}

func TestDecoderReadsWhatTheVendorWritesInsteadOfJSON(t *testing.T) {
	want := record{Text: "a", Records: List[inner]{Items: []inner{{ID: "1"}, {ID: "2"}}}}
	for _, s := range []string{
		`{"text":"a","records":[{"id":1},{"id":2}]}`,
		`{"text":"a","records":[{"id":1},{"id":2},],}`,
		`{"records":[{"id":1}{"id":2}]"text":"a"}`,
		`{"text":"a","records":[{"id":1},...,{"id":2}, ... ]}`,
		`{"text":"a",,"records":[{"id":1} ... {"id":2}]}`,
		`"text":"a","records":[{"id":1},{"id":2}]}`,
	} {
		var got record
		if err := (&Decoder{Loose: true}).Decode(strings.NewReader(s), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{`{"text":"a" "number":1}`, `{"records":[{"id":1 "load":2}]}`, `{"text":"a"}}`, `{"text":..}`, `{"text":"a"`, `{"records":[1 2]}`} {
		if err := (&Decoder{Loose: true}).Decode(strings.NewReader(s), new(record)); err == nil {
			t.Errorf("%s is read", s)
		}
	}
}

func TestDecoderTellsErrorsApart(t *testing.T) {
	gone := errors.New("connection reset")
	for name, test := range map[string]struct {
		r    io.Reader
		want Class
		err  error
	}{
		"empty":            {strings.NewReader(""), Schema, nil},
		"white":            {strings.NewReader(" \n"), Schema, nil},
		"null":             {strings.NewReader("null"), Schema, nil},
		"cut":              {strings.NewReader(`{"text":"a`), Truncated, nil},
		"cut by net/http":  {io.MultiReader(strings.NewReader(`{"text":`), iotest.ErrReader(io.ErrUnexpectedEOF)), Truncated, nil},
		"broken":           {strings.NewReader(`{"text":}`), Schema, nil},
		"two values":       {strings.NewReader(`{}{}`), Schema, nil},
		"another form":     {strings.NewReader(`{"text":{}}`), Schema, nil},
		"the reader's own": {io.MultiReader(strings.NewReader(`{"text":"a`), iotest.ErrReader(gone)), Connect, gone},
		"no progress":      {stuck{}, Connect, io.ErrNoProgress},
	} {
		err := new(Decoder).Decode(test.r, new(record))
		if ClassOf(err) != test.want || test.err != nil && !errors.Is(err, test.err) {
			t.Errorf("%s: %v of class %s, want %s", name, err, ClassOf(err), test.want)
		}
	}
}

// stuck is a reader that neither reads nor fails.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestDecoderIsBounded(t *testing.T) {
	long := strings.Repeat("x", 2*maxText)
	for name, test := range map[string]struct {
		head, body, tail string
		times            int
		items, skipped   int
		broken           bool
	}{
		"depth":              {`{"a":`, `[`, ``, 100_000, 0, 0, true},
		"records":            {`{"records":[{"id":1}`, `,{"id":1}` + strings.Repeat(" ", leastRecord), `]}`, mostRecords + 9, mostRecords, 10, false},
		"tiny records":       {`{"records":[{"id":1}`, `,{"id":1}` + strings.Repeat(" ", leastRecord/2-9), `]}`, 9999, 5000, 5000, false},
		"an endless text":    {`{"records":[{"id":1},{"id":"`, long, `"},{"id":2}]}`, 20, 2, 1, false},
		"an unread text":     {`{"a":"`, long, `","records":[{"id":1}]}`, 20, 1, 0, false},
		"an endless name":    {`{"`, long, `":1,"records":[{"id":1}]}`, 20, 1, 0, false},
		"an endless number":  {`{"number":1`, strings.Repeat("1", maxText), `}`, 20, 0, 0, true},
		"an endless unicode": {`{"records":[{"id":"`, strings.Repeat(`\u00e9`, maxText/6), `"}]}`, 20, 0, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			var d Decoder
			var got record
			body := make([]io.Reader, test.times)
			for i := range body {
				body[i] = strings.NewReader(test.body)
			}
			err := d.Decode(io.MultiReader(strings.NewReader(test.head), io.MultiReader(body...), strings.NewReader(test.tail)), &got)
			if (err != nil) != test.broken || len(got.Records.Items) != test.items || got.Records.Skipped != test.skipped {
				t.Errorf("%d records, %d skipped, %v", len(got.Records.Items), got.Records.Skipped, err)
			}
			if cap(d.buf) > 4*maxText {
				t.Errorf("room for %d bytes is kept", cap(d.buf))
			}
		})
	}
}

func TestDecoderGivesKnownStringsAgain(t *testing.T) {
	var d Decoder
	var got record
	in := strings.NewReader(`{"text":"Sales and service","number":12,"time":"2030-01-02 03:04:05.678+0000"}`)
	if n := testing.AllocsPerRun(100, func() {
		in.Seek(0, io.SeekStart)
		if err := d.Decode(in, &got); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
