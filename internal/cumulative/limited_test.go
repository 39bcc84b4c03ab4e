package cumulative

import (
	"strconv"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

func TestSeriesOfSingleAgentsAreWithheldFirst(t *testing.T) {
	agent, sum := &metric.Desc{Name: "liveperson_test", Labels: []string{"agent_id"}}, &metric.Desc{Name: "liveperson_sum"}
	samples := []metric.Sample{agent.Of(1, "a"), agent.Of(1, "b"), sum.Of(2), agent.Of(1, "c")}
	kept, dropped := Limited(samples, 2)
	if len(kept) != 2 || kept[0].Desc != sum || dropped != 2 {
		t.Errorf("kept %v, dropped %d", kept, dropped)
	}
	if kept, dropped := Limited(samples, 4); len(kept) != 4 || dropped != 0 {
		t.Errorf("kept %d, dropped %d", len(kept), dropped)
	}
}

// Many services with twenty gauges each don't push out their counters, nor those the
// gauges altogether.
func TestGaugesOfServicesLeaveRoomForCounters(t *testing.T) {
	gauge := &metric.Desc{Name: "livevox_calls", Labels: []string{"service_id"}}
	total := &metric.Desc{Name: "livevox_calls_total", Kind: metric.Counter, Labels: []string{"service_id"}}
	var samples []metric.Sample
	for i := range 6000 {
		samples = append(samples, gauge.Of(1, strconv.Itoa(i)))
	}
	for i := range 1500 {
		samples = append(samples, total.Of(1, strconv.Itoa(i)))
	}
	kept, dropped := Limited(samples, 2000)
	shown := map[*metric.Desc]int{}
	for _, s := range kept {
		shown[s.Desc]++
	}
	if shown[total] != 1500 || shown[gauge] != 500 || dropped != 5500 {
		t.Errorf("%d counters and %d gauges are shown, %d series dropped", shown[total], shown[gauge], dropped)
	}
}

func TestAStateSetIsShownWholeOrNotAtAll(t *testing.T) {
	set := &metric.Desc{Name: "liveperson_agent_status", Kind: metric.StateSet, Labels: []string{"agent_id", "status"}}
	sum := &metric.Desc{Name: "liveperson_sum"}
	samples := []metric.Sample{sum.Of(2)}
	for _, agent := range []string{"a", "b", "c"} {
		for _, status := range []string{"online", "away", "offline"} {
			samples = append(samples, set.Of(0, agent, status))
		}
	}
	for most, want := range map[int]int{1: 1, 3: 1, 4: 4, 6: 4, 7: 7, 9: 7, 10: 10, 11: 10} {
		if kept, dropped := Limited(samples, most); len(kept) != want || dropped != len(samples)-want {
			t.Errorf("of %d series %d are shown and %d dropped, want %d", most, len(kept), dropped, want)
		}
	}
}
