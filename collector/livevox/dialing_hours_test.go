package livevox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestNumbersAreDialableByTheClocksOfTheirZone(t *testing.T) {
	weekend := []config.OpenTimes{"mon-fri 08:00-21:00", "sat 09:00-17:00"}
	for name, c := range map[string]struct {
		at    string // UTC
		hours []config.OpenTimes
		want  string // codes of the zones in which numbers may be dialled
	}{
		"New York at 8":         {"2026-01-15T13:00:00Z", nil, "AT ET UK UTC"},
		"a second earlier":      {"2026-01-15T12:59:59Z", nil, "AT UK UTC"}, // Halifax and Puerto Rico at 8:59
		"New York at 21":        {"2026-01-16T02:00:00Z", nil, "AL CHT CT GU HI MT PT"},
		"everywhere":            {"2026-01-15T18:00:00Z", nil, "AL AT CT ET HI MT PT SAFE UK UTC"},
		"summer in New York":    {"2026-07-15T12:00:00Z", nil, "AT ET UK UTC"},
		"summer without Regina": {"2026-07-15T13:30:00Z", nil, "AT ET UK UTC"},
		"summer with Phoenix":   {"2026-07-15T15:00:00Z", nil, "AT CT ET MT PT UK UTC"},
		"after clocks changed":  {"2026-03-08T12:00:00Z", nil, "AT ET UK UTC"},
		"a day before":          {"2026-03-07T12:00:00Z", nil, "AT UK UTC"},
		"Saturday at 9":         {"2026-01-17T14:00:00Z", weekend, "AT ET UK UTC"},
		"Sunday":                {"2026-01-18T18:00:00Z", weekend, ""},
	} {
		if c.hours == nil {
			c.hours = defaultDialingHours()
		}
		now, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		var samples []metric.Sample
		for _, code := range append(slices.Sorted(maps.Keys(timezones())), "other") {
			samples = append(samples, campaignTimezone.Of(1, "1", "9008", code))
		}
		var dialable []string
		for _, s := range appendDialable(samples, c.hours, now)[len(samples):] {
			if s.Labels[0] == "other" {
				t.Error("other is judged")
			}
			if s.Value == 1 {
				dialable = append(dialable, s.Labels[0])
			}
		}
		if got := strings.Join(dialable, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := appendDialable(samples, nil, now); len(got) != len(samples) {
			t.Errorf("without hours: %v", got[len(samples):])
		}
	}
}

// Every zone that a code can mean exists: an hour of all day is open in it.
func TestTheZonesOfCodesExist(t *testing.T) {
	for code, zones := range timezones() {
		for _, z := range zones {
			if z.Location() == nil {
				t.Error(fmt.Sprint(code, " means ", z))
			}
		}
	}
}
