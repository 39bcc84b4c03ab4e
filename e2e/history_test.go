package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/teststorage"
)

// history is all that was scraped of a counter over the many lives of an exporter: a line of the file that the test with
// kill -9 writes to $CRASH_HISTORY.
type history struct {
	Exporter string            `json:"exporter"`
	Labels   map[string]string `json:"labels"`
	Samples  [][2]float64      `json:"samples"` // Unix seconds and value
	Truth    float64           `json:"truth"`   // what happened after the first sample
}

// judge has Prometheus' own engine evaluate the history of a counter.
func judge(t *testing.T, engine *promql.Engine, db *teststorage.TestStorage, h history) error {
	t.Helper()
	set := labels.FromMap(h.Labels)
	set = labels.NewBuilder(set).Set("exporter", h.Exporter).Labels()
	first, last, err := load(db, set, h.Samples)
	if err != nil {
		return err
	}
	if first == last {
		return nil // one sample, of which increase() says nothing
	}
	// increase() extrapolates from the first and the last sample to the edges of its range. This one ends at the last
	// sample, and begins a millisecond before the first, because a range doesn't contain its left edge. So the engine
	// adds the growth of a millisecond, unless the counter begins at 0, below which it doesn't extrapolate.
	factor := 1 + 1/float64(last-first)
	if h.Samples[0][1] == 0 {
		factor = 1
	}
	window := fmt.Sprintf("%s[%dms]", set, last-first+1)
	increase, err := evaluate(engine, db, "increase("+window+")", last)
	if err != nil {
		return err
	}
	resets, err := evaluate(engine, db, "resets("+window+")", last)
	if err != nil {
		return err
	}
	if grown := increase / factor; resets != 0 || math.Abs(grown-h.Truth) > 1e-6*max(1, h.Truth) {
		return fmt.Errorf("%s: increase() is %v with %v resets, and %v happened", set, grown, resets, h.Truth)
	}
	return nil
}

// load stores samples, and returns the times of the first and of the last one in milliseconds.
func load(db *teststorage.TestStorage, set labels.Labels, samples [][2]float64) (first, last int64, err error) {
	if len(samples) == 0 {
		return 0, 0, fmt.Errorf("%s has no sample", set)
	}
	add := db.Appender(context.Background())
	var ref storage.SeriesRef
	for i, s := range samples {
		at := int64(math.Round(s[0] * 1000))
		if i == 0 {
			first = at
		} else if at <= last {
			return 0, 0, errors.Join(fmt.Errorf("%s has two samples at %d", set, at), add.Rollback())
		}
		if ref, err = add.Append(ref, set, at, s[1]); err != nil {
			return 0, 0, errors.Join(fmt.Errorf("%s: %w", set, err), add.Rollback())
		}
		last = at
	}
	return first, last, add.Commit()
}

// evaluate returns the one value of an expression.
func evaluate(engine *promql.Engine, db *teststorage.TestStorage, expr string, at int64) (float64, error) {
	query, err := engine.NewInstantQuery(context.Background(), db, nil, expr, time.UnixMilli(at))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", expr, err)
	}
	defer query.Close()
	vector, err := query.Exec(context.Background()).Vector()
	if err != nil || len(vector) != 1 {
		return 0, fmt.Errorf("%s has %d values: %w", expr, len(vector), err)
	}
	return vector[0].F, nil
}

// judgeAll judges every line, and returns how many there were and what was wrong.
func judgeAll(t *testing.T, lines io.Reader) (series, samples int, wrong []error) {
	t.Helper()
	db := teststorage.New(t)
	engine := promqltest.NewTestEngine(t, false, 0, 50_000_000)
	for d := json.NewDecoder(bufio.NewReaderSize(lines, 1<<20)); ; series++ {
		var h history
		if err := d.Decode(&h); errors.Is(err, io.EOF) {
			return series, samples, wrong
		} else if err != nil {
			t.Fatalf("line %d: %v", series+1, err)
		}
		samples += len(h.Samples)
		if err := judge(t, engine, db, h); err != nil {
			wrong = append(wrong, err)
		}
	}
}

// An exporter that is killed again and again shows counters of which increase() makes exactly what happened.
func TestIncreaseOverManyKillsIsWhatHappened(t *testing.T) {
	path := os.Getenv("CRASH_HISTORY")
	if path == "" {
		path = "testdata/history.jsonl"
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	series, samples, wrong := judgeAll(t, f)
	t.Logf("%s: %d series, %d samples", path, series, samples)
	if series == 0 {
		t.Error("there is no series")
	}
	for _, err := range wrong[:min(10, len(wrong))] {
		t.Error(err)
	}
}

func TestAHistoryIsFoundWrong(t *testing.T) {
	const form = `{"exporter":"poll-0","labels":{"__name__":"a_total"},"samples":%s,"truth":%v}`
	for name, c := range map[string]struct {
		samples string
		truth   float64
		want    string
	}{
		"a counter fell by one":           {"[[1,0],[2,40],[3,39],[4,57]]", 57, "increase() is 97 with 1 resets, and 57 happened"},
		"an event was counted twice":      {"[[1,0],[2,40],[3,58]]", 57, "increase() is 58 with 0 resets"},
		"an event was lost":               {"[[1,7],[2,40],[3,63]]", 57, "increase() is 56 with 0 resets"},
		"the first event was not seen":    {"[[1,1],[2,40],[3,57]]", 57, "increase() is 56 with 0 resets"},
		"a counter restarted unnoticed":   {"[[1,3],[2,40],[3,40],[4,57]]", 57, "increase() is 54 with 0 resets"},
		"two samples have the same time":  {"[[1,0],[1,57]]", 57, "two samples at 1000"},
		"a counter was never on the page": {"[]", 0, "has no sample"},
	} {
		_, _, wrong := judgeAll(t, strings.NewReader(fmt.Sprintf(form, c.samples, c.truth)))
		if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, wrong, c.want)
		}
	}
}
