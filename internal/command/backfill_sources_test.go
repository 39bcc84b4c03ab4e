package command

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/vendors"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// pastCentre is a contact centre that has been at work for two days and whose exporter has
// counted nothing yet.
func pastCentre(t *testing.T, source string) (*simulator.Simulator, Options, time.Time) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	var clock atomic.Int64
	clock.Store(now.Add(-52 * time.Hour).UnixNano())
	sim := simulator.New(simulator.Options{Agents: 10, Now: func() time.Time { return time.Unix(0, clock.Load()) }})
	sim.Requests() // begins at the time of the first use
	clock.Store(now.UnixNano())
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	config, dialer, _ := strings.Cut(demoConfig(sim, strings.TrimPrefix(server.URL, "http://")), "  - name: dialer")
	config = strings.Replace(config, "requests_per_second: 20, burst: 20", "requests_per_second: 400, burst: 400", 1)
	config = config[:strings.Index(config, "    sources:\n")] + "    sources:\n      agent_status: {enabled: false}\n      " + source + "\n  - name: dialer" + dialer
	o := Options{ConfigFile: filepath.Join(dir, "contactcenter.yml"), StateDir: filepath.Join(dir, "data"), Vendors: vendors.All(), Out: new(bytes.Buffer)}
	if err := os.WriteFile(o.ConfigFile, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := openState(t, o.StateDir).Close(); err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(source, ":")
	o.Backfill = BackfillOptions{
		Account: "shop", Source: name, From: now.Add(-50 * time.Hour).Truncate(time.Hour).Format(time.RFC3339),
		To: now.Add(-28 * time.Hour).Truncate(time.Hour).Format(time.RFC3339), Step: 15 * time.Minute, By: "agent",
		Output: "openmetrics:" + filepath.Join(dir, "out"), Labels: []string{"job=cc"},
	}
	return sim, o, now
}

// intervalTruth is what the counters of interval_metrics come to.
func intervalTruth(t simulator.LivePersonTruth, sum map[string]float64) {
	for skill, numbers := range t.Intervals {
		for metric, label := range map[string]string{
			"arrivals": "arrivals", "handleTime": `handle_seconds model="ift"`, "workTime": "work_seconds", "handledConversations": "handled_conversations",
			"repliedConversations": "replied_conversations", "closedConversations": "closed_conversations",
			"consumerMessages": `messages sender="consumer"`, "agentMessages": `messages sender="agent"`,
		} {
			name, more, _ := strings.Cut(label, " ")
			sum[fmt.Sprintf(`liveperson_interval_%s_total skill_id=%q %s`, name, skill, more)] = float64(numbers[metric])
		}
	}
}

// queueTruth is what the counters of queues come to.
func queueTruth(t simulator.LivePersonTruth, sum map[string]float64) {
	for skill, o := range t.Skills {
		of := fmt.Sprintf("skill_id=%q ", skill)
		for by, n := range o.Closed {
			sum[fmt.Sprintf("liveperson_skill_conversations_closed_total %sclosed_by=%q", of, by)] = float64(n)
		}
		for by, n := range o.Responses {
			sum[fmt.Sprintf("liveperson_skill_agent_responses_total %sservice_level=%q", of, by)] = float64(n)
		}
		sum["liveperson_skill_conversations_concluded_total "+of] = float64(o.Concluded)
		sum["liveperson_skill_first_response_wait_seconds_total "+of] = o.FirstWaitSeconds
	}
}

// viewTruth is what the counters of agent_view come to.
func viewTruth(t simulator.LivePersonTruth, sum map[string]float64) {
	for agent, a := range t.Agents {
		of := fmt.Sprintf("agent_id=%q ", agent)
		for by, n := range a.Outcomes.Closed {
			sum[fmt.Sprintf("liveperson_agent_conversations_closed_total %sclosed_by=%q", of, by)] = float64(n)
		}
		sum["liveperson_agent_transfers_total "+of] = float64(a.Outcomes.Transfers)
		sum["liveperson_agent_back_to_queue_total "+of] = float64(a.Outcomes.BackToQueue)
		for status, reasons := range a.MessagingSeconds {
			for reason, v := range reasons {
				sum[fmt.Sprintf("liveperson_agent_messaging_status_seconds_total %sstatus=%q reason_id=%q", of, status, reason)] = v
			}
		}
	}
}

// segmentTruth is what the counters and histograms of agent_segments come to.
func segmentTruth(t simulator.LivePersonTruth, sum map[string]float64) {
	names := map[string]string{"closedByAgent": "closed_by_agent", "closedByConsumer": "closed_by_consumer", "closedBySystem": "closed_by_system", "backToQueue": "back_to_queue"}
	for reason, n := range t.Segments {
		of := fmt.Sprintf("end_reason=%q", names[reason])
		sum["liveperson_segments_total "+of] = float64(n)
		sum["liveperson_segment_handle_seconds_count "+of] = float64(n)
		sum[`liveperson_segment_duration_seconds_bucket le="+Inf" `+of] = float64(n)
	}
}

// matching adds up how the series grew that have a name and labels.
func matching(samples map[string]map[int64]float64, want string, from, to time.Time) (sum float64, n int) {
	name, labels, _ := strings.Cut(want, " ")
series:
	for series, values := range samples {
		if !strings.HasPrefix(series, name+"{") {
			continue
		}
		for _, label := range strings.Fields(labels) {
			if !strings.Contains(series, label) {
				continue series
			}
		}
		sum += values[to.Unix()] - values[from.Unix()]
		n++
	}
	return sum, n
}

// What is filled in of each source is what happened.
func TestBackfillOfOtherSourcesIsWhatHappened(t *testing.T) {
	t.Parallel()
	for source, test := range map[string]struct {
		truth func(simulator.LivePersonTruth, map[string]float64)
		ago   int // hours, of the beginning
	}{
		"interval_metrics: {}": {intervalTruth, 50},
		"queues: {}":           {queueTruth, 50},
		"agent_view: {}":       {viewTruth, 25}, // of earlier times the simulator no longer knows who was logged in
		"agent_segments: {}":   {segmentTruth, 50},
	} {
		t.Run(strings.Trim(source, ": {}"), func(t *testing.T) {
			sim, o, now := pastCentre(t, source)
			hour := func(after int) time.Time {
				return now.Add(-time.Duration(test.ago-after) * time.Hour).Truncate(time.Hour)
			}
			o.Backfill.From, o.Backfill.To = hour(0).Format(time.RFC3339), hour(21).Format(time.RFC3339)
			var out bytes.Buffer
			o.Out = &out
			if err := Backfill(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			samples, grown := samplesOf(t, o), 0
			for _, hours := range [][2]int{{0, 21}, {1, 17}, {3, 4}} {
				from, to := hour(hours[0]), hour(hours[1])
				want := map[string]float64{}
				test.truth(sim.TruthBetween(from, to).LivePerson, want)
				for series, v := range want {
					got, n := matching(samples, series, from, to)
					if math.Abs(got-v) > 1e-6*max(1, v) || n == 0 && v > 0 {
						t.Errorf("hours %d to %d: %s grew by %v in %d series, want %v", hours[0], hours[1], series, got, n, v)
					}
					if v > 0 {
						grown++
					}
				}
			}
			if grown < 10 || !strings.Contains(out.String(), "0 rows skipped, 0 unknown values, gaps of 0s") {
				t.Errorf("%d sums grew\n%s", grown, &out)
			}
			if strings.Contains(fmt.Sprint(samples), "contactcenter:") {
				t.Error("a source without agents makes series of rules")
			}
		})
	}
}

// What the vendor may still change is not filled in.
func TestNoBackfillOfWhatIsNotSettled(t *testing.T) {
	t.Parallel()
	_, o, now := pastCentre(t, "interval_metrics: {settle: 4h}")
	o.Backfill.To = now.Add(-3*time.Hour - time.Minute).Format(time.RFC3339)
	if err := Backfill(context.Background(), o); err == nil || !strings.Contains(err.Error(), "may still change") {
		t.Error(err)
	}
}
