package e2e

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// TestFillAPrometheus writes six hours of a contact centre into the data of a Prometheus, so that the time of the dashboards' queries can be
// measured on a real one: FILL=/tmp/tsdb FILL_AGENTS=5000 go test -run Fill. Single agents, but one, have only the newest quarter of an hour.
func TestFillAPrometheus(t *testing.T) {
	dir := os.Getenv("FILL")
	if dir == "" {
		t.Skip("FILL says where")
	}
	agents, err := strconv.Atoi(os.Getenv("FILL_AGENTS"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := readDeclared(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	metrics := map[string]declared{}
	for _, m := range all {
		metrics[m.Name] = m
	}
	recorded(metrics, recordsOf(rules(t)))
	w, err := tsdb.NewBlockWriter(promslog.NewNopLogger(), dir, (24 * time.Hour).Milliseconds())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p, end := population{agents, metrics}, time.Now().Truncate(time.Minute)
	series := 0
	for name := range namesRead(t) {
		names, ok := p.labelsOf(name)
		if !ok {
			continue
		}
		app := w.Appender(context.Background())
		for _, set := range p.sets(name, names) {
			series++
			begin := end.Add(-7 * time.Hour)
			if agent := set.Get("agent_id"); agent != "" && agent != "one" {
				begin = end.Add(-15 * time.Minute)
			}
			fill(t, app, set, metrics[name].Type, begin, end, series)
		}
		if err := app.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d series", series)
	if _, err := w.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// fill appends a sample a minute: a counter grows, of a StateSet the first state holds.
func fill(t *testing.T, app storage.Appender, set labels.Labels, kind string, begin, end time.Time, seed int) {
	name, value := set.Get("__name__"), float64(seed%7+1)
	if kind == "stateset" {
		value = 0
		if s := set.Get("state") + set.Get("status"); s == "ready" || s == "online" {
			value = 1
		}
	}
	for at := begin; !at.After(end); at = at.Add(time.Minute) {
		if strings.Contains(name, "_total") || strings.HasSuffix(name, "_bucket") {
			value += float64(seed % 5)
		}
		v := value
		if strings.Contains(name, "timestamp_seconds") {
			v = float64(begin.Unix())
		}
		if _, err := app.Append(0, set, at.UnixMilli(), v); err != nil {
			t.Fatal(err)
		}
	}
}

// namesRead are the names that the dashboards read.
func namesRead(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, page := range pages(t) {
		for _, panel := range page.Panels {
			for _, target := range panel.Targets {
				names, err := selectorsOf(filled(target.Expr, "one"))
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range names {
					out[n] = true
				}
			}
		}
	}
	return out
}

// sets are the labels of all series of a name. Of the states of an agent, the first holds.
func (p population) sets(name string, names []string) []labels.Labels {
	out := []map[string]string{{"__name__": name}}
	for _, l := range names {
		list := p.values(name, l, names)
		for i, v := range known(l) {
			if i < len(list) {
				list[i] = v
			}
		}
		if l == "agent_id" {
			list[0] = "one"
		}
		if l == "le" {
			for i := range list {
				list[i] = strconv.Itoa(i * i * 5)
			}
			list[len(list)-1] = "+Inf"
		}
		var more []map[string]string
		for _, set := range out {
			for _, v := range list {
				next := map[string]string{l: v}
				for k, old := range set {
					next[k] = old
				}
				more = append(more, next)
			}
		}
		out = more
	}
	sets := make([]labels.Labels, len(out))
	for i, set := range out {
		sets[i] = labels.FromMap(set)
	}
	return sets
}
