package api

import (
	"testing"
	"time"
)

// read decodes one value into a T.
func read[T any](t *testing.T, in string) (v T, malformed bool) {
	t.Helper()
	var one struct {
		V T `json:"v"`
	}
	names, err := decode(`{"v":`+in+`}`, &one)
	if err != nil {
		t.Errorf("%s: %v", in, err)
	}
	return one.V, len(names) > 0
}

func TestTextReadsEveryScalar(t *testing.T) {
	for in, want := range map[string]Text{
		`"38000"`: "38000", `38000`: "38000", `1229726123859`: "1229726123859", `-1`: "-1",
		`9007199254740993`: "9007199254740993", // more digits than a float64 holds
		`9.0`:              "9", `12.00`: "12", `-1.0`: "-1", `1.5`: "1.5", `10`: "10", `"9.0"`: "9.0", `0.0`: "0",
		`3.8E4`: "38000", `3.8e+04`: "38000", `1E3`: "1000", `-3.80e1`: "-38", `9.007199254740993e15`: "9007199254740993", `0e5`: "0", `1.5e0`: "1.5e0", `38e-1`: "38e-1", `1e999`: "1e999", `"1E3"`: "1E3",
		`true`: "true", `null`: "", `"null"`: "", `"NULL"`: "", `""`: "", `"é\n"`: "é\n", `{}`: "", `[1]`: "",
	} {
		if got, _ := read[Text](t, in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestIDsAreTheSameHoweverWritten(t *testing.T) {
	for in, want := range map[string]ID{
		`38049`: "38049", `"38049"`: "38049", `" 38049 "`: "38049", `"0038049"`: "38049", `38049.0`: "38049", `"38049.0"`: "38049", `3.8049E4`: "38049", `"3.8049e4"`: "38049", `0.38049e5`: "38049",
		`1229726123859`: "1229726123859", `1.229726123859E12`: "1229726123859", `9007199254740993`: "9007199254740993", `"null"`: "", `null`: "", `"0"`: "0", `"00"`: "0", `""`: "",
		`"A-17"`: "A-17", `"1.5"`: "1.5", `"E4"`: "E4", `{}`: "",
	} {
		if id, _ := read[ID](t, in); id != want {
			t.Errorf("%s is %q, want %q", in, id, want)
		}
	}
}

func TestNumberKeepsNoneApartFromZero(t *testing.T) {
	for in, want := range map[string]Number{
		`0`: {0, true}, `"0"`: {0, true}, `" 12 "`: {12, true}, `12.5`: {12.5, true}, `"2.5"`: {2.5, true}, `-1`: {-1, true},
		`1e3`: {1000, true}, `"+5"`: {5, true}, `".5"`: {0.5, true}, `"007"`: {7, true}, `null`: {}, `"null"`: {}, `""`: {},
	} {
		if got, malformed := read[Number](t, in); got != want || malformed {
			t.Errorf("%s: %+v, malformed %v; want %+v", in, got, malformed, want)
		}
	}
	for _, in := range []string{`"1,004"`, `"12%"`, `"NaN"`, `"Infinity"`, `"-Inf"`, `"n/a"`, `"-"`, `"e"`, `"1e"`, `"1_000"`, `"0x1p-2"`, `"0x10"`, `"1 000"`, `"1.0.0"`, `1e400`, `"1h"`, `true`, `{}`, `[5]`} {
		if got, malformed := read[Number](t, in); got.Valid || !malformed {
			t.Errorf("%s: %+v, malformed %v", in, got, malformed)
		}
	}
}

func TestBoolReadsWords(t *testing.T) {
	for in, want := range map[string]Bool{
		`true`: {true, true}, `"true"`: {true, true}, `"TRUE"`: {true, true}, `1`: {true, true},
		`false`: {false, true}, `"false"`: {false, true}, `0`: {false, true}, `null`: {}, `"null"`: {}, `"maybe"`: {},
	} {
		if got, _ := read[Bool](t, in); got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func TestTimeReadsEveryFormTheVendorsWrite(t *testing.T) {
	want := time.Date(2030, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for _, in := range []string{
		`1893553445678`, `"1893553445678"`, `1.893553445678E12`, `1893553445678000`, `"2030-01-02T03:04:05.678Z"`, `"2030-01-02T06:04:05.678+03:00"`,
		`"2030-01-02 03:04:05.678+0000"`, `"2030-01-01 23:04:05.678-0400"`, `"2030-01-02T03:04:05.678"`,
		`"20300102T03:04:05.678+0000"`, `"20300102T06:04:05.678+03:00"`, `"20300102t03:04:05.678z"`, `"2030-01-02t03:04:05.678z"`,
		`"2030-01-02T03:04:05.678+00"`, `"2030-01-02T05:04:05.678+02"`, `"2030-01-02T03:04:05.678000Z"`, `"2030-01-02T03:04:05,678Z"`, `" 2030-01-02 03:04:05.678 +0000 "`,
	} {
		if got, malformed := read[Time](t, in); !got.Equal(want) || malformed {
			t.Errorf("%s: %s", in, got)
		}
	}
	for in, want := range map[string]time.Time{
		`1417066734`:                 time.Unix(1417066734, 0),
		`"1417066734"`:               time.Unix(1417066734, 0),
		`"2030-01-01T05:00"`:         time.Date(2030, 1, 1, 5, 0, 0, 0, time.UTC),
		`"2030-01-01T05:00Z"`:        time.Date(2030, 1, 1, 5, 0, 0, 0, time.UTC),
		`"2021-03-30 01:21:51-0400"`: time.Date(2021, 3, 30, 5, 21, 51, 0, time.UTC),
		`1893553445678901`:           time.UnixMicro(1893553445678901),
		`null`:                       {}, `"null"`: {}, `""`: {}, `0`: {}, `-1`: {}, `"yesterday"`: {}, `1e300`: {},
		`"2030-02-30T03:04:05Z"`: {}, `"2030-01-02T24:00:00Z"`: {}, `"2030-01-02T03:04:61Z"`: {}, `"2030-01-02T03:04:05+2"`: {}, `"2030-01-02T03:04:05Zulu"`: {}, `"0x1p40"`: {}, `"1_417_066_734"`: {},
	} {
		if got, _ := read[Time](t, in); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestListSkipsAndCountsWhatCannotBeRead(t *testing.T) {
	type record struct {
		N Number `json:"n"`
		O inner  `json:"o"`
	}
	for in, want := range map[string]struct{ items, skipped int }{
		`[{"n":1},{"n":"2"}]`:                         {2, 0},
		`[{"n":1},7,"x",null,[1],{"o":5},{}]`:         {2, 5},
		`[{"o":[{"n":1}],"n":2},{"n":3,"more":true}]`: {1, 1},
		`[{"n":{"deep":1}},{"n":3}]`:                  {2, 0},
		`[]`:                                          {0, 0}, `null`: {0, 0}, `{}`: {0, 0}, `{"a":1}`: {0, 0},
	} {
		if got, _ := read[List[record]](t, in); len(got.Items) != want.items || got.Skipped != want.skipped {
			t.Errorf("%s: %d items, %d skipped; want %+v", in, len(got.Items), got.Skipped, want)
		}
	}
}
