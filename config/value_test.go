package config

import (
	"math"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestDurationsAreThoseOfPrometheus(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"15s": 15 * time.Second, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "1d": 24 * time.Hour, "0": 0, "26w": 182 * 24 * time.Hour,
	} {
		var d Duration
		if err := yaml.Unmarshal([]byte(text), &d); err != nil || time.Duration(d) != want {
			t.Errorf("%s is %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"5", "5min", "-1s", "1.5h", `""`, "[]", "1h 5m", "99999999y"} {
		var d Duration
		if err := yaml.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s is %v", text, d)
		}
	}
	if got := Duration(90*time.Minute + 5*time.Microsecond).String(); got != "1h30m0.000005s" {
		t.Errorf("less than a millisecond is lost: %s", got)
	}
}

func TestSizesAreInBinaryUnits(t *testing.T) {
	for text, want := range map[string]Size{"64MiB": 64 << 20, "1KiB": 1024, "4GiB": 4 << 30, "0": 0, "65536": 65536, "7B": 7, "8589934591GiB": 8589934591 << 30} {
		var s Size
		if err := yaml.Unmarshal([]byte(text), &s); err != nil || s != want {
			t.Errorf("%s is %v, %v", text, s, err)
		}
		written, err := yaml.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(written, &s); err != nil || s != want {
			t.Errorf("%v is written as %s, %v", want, written, err)
		}
	}
	for _, text := range []string{"64MB", "64 MiB", "-1", "1.5GiB", "8589934592GiB", "9223372036854775808", "[]"} {
		var s Size
		if err := yaml.Unmarshal([]byte(text), &s); err == nil {
			t.Errorf("%s is %v", text, s)
		}
	}
	if got := Size(math.MaxInt64).String(); got != "9223372036854775807B" {
		t.Error(got)
	}
}

func TestIDsMayBeNumbersOrTexts(t *testing.T) {
	var ids IDs
	if err := yaml.Unmarshal([]byte(`[1, "2", -1, all, 007, 99999999999999999999, &a x, *a]`), &ids); err != nil {
		t.Fatal(err)
	}
	want := []string{"1", "2", "-1", "all", "007", "99999999999999999999", "x", "x"}
	for i := range want {
		if len(ids) != len(want) || ids[i] != want[i] {
			t.Fatalf("got %q, want %q", ids, want)
		}
	}
	for _, text := range []string{"1", "[[1]]", "[~]", "[true]", `[""]`, "[0x10]", "[1_000]", "[1e3]", "[1.5]"} {
		if err := yaml.Unmarshal([]byte(text), &ids); err == nil {
			t.Errorf("%s is %q", text, ids)
		}
	}
}
