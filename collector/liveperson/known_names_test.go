package liveperson

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Names that other answers lack, or write as NA, are those that names has read.
func TestNamesFillInWhatOtherAnswersLack(t *testing.T) {
	vendor := testVendor{
		"status-reasons": `[]`, "workinghours": `[]`, "specialoccasion": `[]`,
		"skills": `[{"id":501,"name":"Billing"},{"id":502,"name":"NA"}]`, "agentGroups": `[{"id":7,"name":"Team"}]`,
		"metrics":          `{"metadata":{"count":3},"groupBy":{"groups":[{"key":"501","keyDescription":"NA","metrics":{"unassignedConversations":1,"closedByAgent":1}},{"key":"502","metrics":{"unassignedConversations":1}},{"key":"503","keyDescription":"Other","metrics":{"unassignedConversations":1}}]}}`,
		"status":           `{"agentStatusRecords":[{"agentId":"1","agentGroupId":7,"agentGroupName":"NA","agentSkills":[{"skillId":"501","skillName":null}]}]}`,
		"interval-metrics": `{"metadata":{},"intervals":[{"timeframe":{"fromL":1893583800000},"skillId":501,"skillName":"NA","metrics":{"arrivals":1}}]}`,
		"":                 `{"skillsMetrics":{"501":{"time":1893585600000,"unassignedConversations":2}}}`,
	}
	for source, want := range map[string]string{
		"queues":           "501=Billing 502= 503=Other",
		"agent_status":     "501=Billing 7=Team",
		"interval_metrics": "501=Billing",
		"queue_health":     "501=Billing",
	} {
		account := fullAccount()
		maps.DeleteFunc(account.Sources, func(name string, _ config.Source) bool { return name != "names" && name != source })
		opened, err := open(testEnv(account, vendor))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(opened.Collectors, func(a, _ collector.Collector) int { // names first
			return map[bool]int{true: -1, false: 1}[a.Name == "names"]
		})
		got := map[string]bool{}
		for _, c := range opened.Collectors {
			r, err := c.Collect(t.Context(), collector.Position{Now: testNow, Cursor: "2030-01-02T11:00:00Z"})
			if err != nil {
				t.Fatal(source, err)
			}
			samples := slices.Concat(r.Gauges.Samples, r.Intervals.Zero)
			for _, i := range r.Intervals.List {
				samples = append(samples, i.Add...)
			}
			if c.Name == source {
				namesIn(samples, got)
			}
		}
		if all := strings.Join(slices.Sorted(maps.Keys(got)), " "); all != want {
			t.Errorf("%s: %s, want %s", source, all, want)
		}
	}
}

// namesIn collects the names of samples with their ids.
func namesIn(samples []metric.Sample, into map[string]bool) {
	for _, s := range samples {
		for i, label := range s.Desc.Labels {
			if label == "skill_name" || label == "queue_name" || label == "group_name" {
				into[s.Labels[i-1]+"="+s.Labels[i]] = true
			}
		}
	}
}
