package cumulative

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

var testReasons = &metric.Desc{
	Name: "liveperson_test_reasons_total", Kind: metric.Counter,
	Labels: []string{"agent_id", "reason"}, Open: []string{"reason"},
}

const (
	mostSeries  = 2000
	mostReasons = 20
)

// limitedCounters are those of a source that shows at most a number of series.
func limitedCounters(t *testing.T, dir string, most int) (*Counters, *state.Store) {
	t.Helper()
	store, err := state.Open(dir, state.Options{BackupEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	n := openCounters(t, store, Options{
		Source: "source", MaxSeries: most, MaxLabelValues: mostReasons,
		Descs: []*metric.Desc{testReasons, testSeconds, testHandled},
	})
	n.TakeOver()
	return n, store
}

// manyValues is how many agents and reasons there are: LIMIT_VALUES, or fewer.
func manyValues(t *testing.T) int {
	t.Helper()
	text := os.Getenv("LIMIT_VALUES")
	if text == "" {
		return 50_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// countRandom adds events of agents and reasons that are hardly ever the same, and
// returns how many.
func (n *Counters) countRandom(t *testing.T, random *rand.Rand, values int) int {
	t.Helper()
	const page = 1000
	for first := 0; first < values; first += page {
		var r metric.Reading
		for range page {
			r.Events.List = append(r.Events.List, metric.Event{
				Key:  fmt.Sprint(random.Uint64()),
				Time: at("01 12:00:00"),
				Add:  []metric.Sample{testReasons.Of(1, fmt.Sprint("agent", random.IntN(values)), fmt.Sprint("reason", random.IntN(values)))},
			})
		}
		r.Events.Horizon = at("02 12:00:00") // nothing comes again
		n.mustAdd(t, r, at("01 12:00:00"))
	}
	return values
}

// sum adds up a metric and lists the values of one of its labels.
func sum(samples []metric.Sample, d *metric.Desc, label int) (total float64, values map[string]bool) {
	values = map[string]bool{}
	for _, s := range samples {
		if s.Desc == d {
			total += s.Value
			values[s.Labels[label]] = true
		}
	}
	return total, values
}

func TestSumsStayExactPastTheLimitsAndOverARestart(t *testing.T) {
	dir := t.TempDir()
	n, store := limitedCounters(t, dir, mostSeries)
	random := rand.New(rand.NewPCG(1, 2))
	counted := n.countRandom(t, random, manyValues(t))
	samples := n.Append(nil, n.View(), nil)
	total, agents := sum(samples, testReasons, 0)
	_, reasons := sum(samples, testReasons, 1)
	if total != float64(counted) {
		t.Errorf("the sum is %v, want %d", total, counted)
	}
	if len(samples) > mostSeries || len(samples) < mostSeries/2 {
		t.Errorf("%d series, want at most %d and not many fewer", len(samples), mostSeries)
	}
	if len(reasons) != mostReasons+1 || !reasons[Other] || !agents[Other] {
		t.Errorf("%d reasons, want %d and other", len(reasons), mostReasons)
	}
	store.Close()

	n, _ = limitedCounters(t, dir, mostSeries)
	counted += n.countRandom(t, random, 3000)
	samples = n.Append(nil, n.View(), nil)
	total, after := sum(samples, testReasons, 0)
	_, reasonsAfter := sum(samples, testReasons, 1)
	if total != float64(counted) {
		t.Errorf("after a restart the sum is %v, want %d", total, counted)
	}
	if fmt.Sprint(after) != fmt.Sprint(agents) || fmt.Sprint(reasonsAfter) != fmt.Sprint(reasons) {
		t.Errorf("after a restart others are shown: %d agents instead of %d, %d reasons instead of %d", len(after), len(agents), len(reasonsAfter), len(reasons))
	}
}

// The vendor's totals of the day stay exact too, whichever agents are distinguished.
func TestDayTotalsOfManyAgentsStayExact(t *testing.T) {
	dir := t.TempDir()
	n, store := limitedCounters(t, dir, mostSeries)
	const agents = 3 * mostSeries
	rows := func(seconds float64) (rows []metric.Row) {
		for i := range agents {
			id := fmt.Sprint(i)
			rows = append(rows, metric.Row{Key: id, Totals: []metric.Sample{testSeconds.Of(seconds, id, "ready")}})
		}
		return rows
	}
	for i, seconds := range []float64{10, 25, 25} {
		n.mustAdd(t, metric.Reading{Totals: rows(seconds)}, at("01 12:00:00").Add(time.Duration(i)*time.Minute))
		samples := n.Append(nil, n.View(), nil)
		if total, _ := sum(samples, testSeconds, 0); total != agents*(seconds-10) || len(samples) > mostSeries {
			t.Errorf("%d series and a sum of %v, want at most %d and %v", len(samples), total, mostSeries, agents*(seconds-10))
		}
	}
	store.Close()

	n, _ = limitedCounters(t, dir, 2*agents) // agents that were other are distinguished from now on
	n.mustAdd(t, metric.Reading{Totals: rows(30)}, at("01 12:10:00"))
	samples := n.Append(nil, n.View(), nil)
	if total, ids := sum(samples, testSeconds, 0); total != agents*20 || len(ids) != agents+1 {
		t.Errorf("%d agents and a sum of %v with a higher limit, want %d and %d", len(ids), total, agents+1, agents*20)
	}
}

// Where the sums of what is other are more than a tenth of all series, they have room too:
// all of them are within the limit, before and after a restart.
func TestSumsStayExactWithFewSeries(t *testing.T) {
	const agents, reasons = 10, 16
	for most := 2*reasons + 4; most < 10*reasons; most += 7 {
		dir := t.TempDir()
		n, store := limitedCounters(t, dir, most)
		poll := func(n *Counters, total float64, clock string) {
			var rows []metric.Row
			for i := range agents {
				row := metric.Row{Key: fmt.Sprint(i)}
				for reason := range reasons {
					row.Totals = append(row.Totals, testReasons.Of(total, fmt.Sprint(i), fmt.Sprint(reason)))
				}
				rows = append(rows, row)
			}
			n.mustAdd(t, metric.Reading{Totals: rows}, at(clock))
		}
		want := func(n *Counters, counted float64) {
			t.Helper()
			samples := n.Append(nil, n.View(), nil)
			if total, _ := sum(samples, testReasons, 0); total != counted || len(samples) > most {
				t.Errorf("%d series with a sum of %v, want %d at most and %v", len(samples), total, most, counted)
			}
		}
		poll(n, 5, "01 12:00:00")
		poll(n, 8, "01 12:01:00")
		want(n, 3*agents*reasons)
		store.Close()
		n, _ = limitedCounters(t, dir, most)
		poll(n, 9, "01 12:02:00")
		want(n, 4*agents*reasons)
	}
}
