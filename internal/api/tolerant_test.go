package api

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestTextReadsEveryScalar(t *testing.T) {
	for in, want := range map[string]Text{
		`"38000"`: "38000", `38000`: "38000", `1229726123859`: "1229726123859", `-1`: "-1",
		`9007199254740993`: "9007199254740993", // more digits than a float64 holds
		`9.0`:              "9", `12.00`: "12", `-1.0`: "-1", `1.5`: "1.5", `10`: "10", `"9.0"`: "9.0", `0.0`: "0",
		`true`: "true", `null`: "", `"null"`: "", `"NULL"`: "", `""`: "", `"é\n"`: "é\n",
	} {
		var got Text
		var streamed oneText
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", in, got, err, want)
		}
		if err := new(Decoders).Bytes([]byte(`{"text":`+in+`}`), &streamed); err != nil || streamed.Text != want {
			t.Errorf("%s: %q in a stream, %v; want %q", in, streamed, err, want)
		}
	}
	for _, in := range []string{`{}`, `[1]`} {
		if err := json.Unmarshal([]byte(in), new(Text)); err == nil {
			t.Errorf("%s is a text", in)
		}
	}
}

// oneText is an object with one text.
type oneText struct{ Text }

// ReadField implements FieldReader.
func (o *oneText) ReadField(_ []byte, d *Decoder) error { return o.Read(d) }

func TestNumberKeepsNoneApartFromZero(t *testing.T) {
	for in, want := range map[string]Number{
		`0`: {0, true}, `"0"`: {0, true}, `" 12 "`: {12, true}, `12.5`: {12.5, true}, `"2.5"`: {2.5, true}, `-1`: {-1, true},
		`1e3`: {1000, true}, `null`: {}, `"null"`: {}, `""`: {}, `"n/a"`: {}, `1e400`: {}, `"NaN"`: {}, `"Infinity"`: {}, `true`: {},
	} {
		var got Number
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", in, got, err, want)
		}
	}
}

func TestBoolReadsWords(t *testing.T) {
	for in, want := range map[string]Bool{
		`true`: {true, true}, `"true"`: {true, true}, `"TRUE"`: {true, true}, `1`: {true, true},
		`false`: {false, true}, `"false"`: {false, true}, `0`: {false, true}, `null`: {}, `"null"`: {}, `"maybe"`: {},
	} {
		var got Bool
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", in, got, err, want)
		}
	}
}

func TestTimeReadsEveryFormTheVendorsWrite(t *testing.T) {
	want := time.Date(2030, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for _, in := range []string{
		`1893553445678`, `"1893553445678"`, `"2030-01-02T03:04:05.678Z"`, `"2030-01-02T06:04:05.678+03:00"`,
		`"2030-01-02 03:04:05.678+0000"`, `"2030-01-01 23:04:05.678-0400"`, `"2030-01-02T03:04:05.678"`,
	} {
		var got Time
		if err := json.Unmarshal([]byte(in), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	for in, want := range map[string]time.Time{
		`1417066734`:                 time.Unix(1417066734, 0),
		`"1417066734"`:               time.Unix(1417066734, 0),
		`"2030-01-01T05:00"`:         time.Date(2030, 1, 1, 5, 0, 0, 0, time.UTC),
		`"2030-01-01T05:00Z"`:        time.Date(2030, 1, 1, 5, 0, 0, 0, time.UTC),
		`"2021-03-30 01:21:51-0400"`: time.Date(2021, 3, 30, 5, 21, 51, 0, time.UTC),
		`null`:                       {}, `"null"`: {}, `""`: {}, `0`: {}, `-1`: {}, `"yesterday"`: {}, `1e300`: {},
	} {
		var got Time
		if err := json.Unmarshal([]byte(in), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestListSkipsAndCountsWhatCannotBeRead(t *testing.T) {
	type record struct {
		N Number `json:"n"`
		S string `json:"s"`
	}
	for in, want := range map[string]struct{ items, skipped int }{
		`[{"n":1},{"n":"2"}]`:                    {2, 0},
		`[{"n":1},7,"x",null,[1],{"s":5},{}]`:    {2, 5},
		`[{"n":{"deep":1}},{"n":3,"more":true}]`: {1, 1},
		`[]`:                                     {0, 0}, `null`: {0, 0}, `{}`: {0, 0}, `{"a":1}`: {0, 0},
	} {
		var got List[record]
		if err := json.Unmarshal([]byte(in), &got); err != nil || len(got.Items) != want.items || got.Skipped != want.skipped {
			t.Errorf("%s: %d items, %d skipped, %v; want %+v", in, len(got.Items), got.Skipped, err, want)
		}
	}
	if err := json.Unmarshal([]byte(`"text"`), new(List[record])); err == nil {
		t.Error("a text is a list")
	}
}

func FuzzTolerant(f *testing.F) {
	for _, s := range []string{`"1"`, `null`, `[{}]`, `{"a":[1]}`, `1e999`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v struct {
			A Text
			B Number
			C Bool
			D Time
			E List[struct{ X Number }]
		}
		for _, key := range []string{"A", "B", "C", "D", "E"} {
			_ = json.Unmarshal(slices.Concat([]byte(`{"`+key+`":`), b, []byte(`}`)), &v)
		}
	})
}
