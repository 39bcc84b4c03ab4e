package operations

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestTheFirstHoursThatFitDecide(t *testing.T) {
	always := []config.OpenTimes{"mon-sun 00:00-24:00"}
	hours := []config.Hours{
		{Groups: []config.Pattern{"7", "night *"}, Timezone: "UTC", Open: []config.OpenTimes{"mon-sun 22:00-06:00"}},
		{Groups: []config.Pattern{"*orders*"}, Timezone: "UTC", Open: always},
	}
	own := Measured{Hours: map[string]Hours{
		"7":  {Open: true},                                   // the file comes first
		"10": {Open: true, Change: begin.Add(time.Hour)},     // until 10:00
		"11": {Open: false, Change: begin.Add(-time.Minute)}, // since 8:59
		"12": {Open: true, Change: begin},                    // until now
		"13": {Open: true},
	}}.open(begin)
	names := map[string]string{"7": "Orders", "8": "Night Orders", "9": "orders 1", "10": "A", "11": "B", "12": "C", "13": "", "14": "unknown"}
	got := map[string]float64{}
	for _, s := range appendOpen(nil, hours, own, names, begin) {
		got[s.Labels[0]] = s.Value
	}
	if want := "map[10:1 11:1 12:0 13:1 7:0 8:0 9:1]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
