package e2e

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Both routes lead to one Prometheus, which scrapes the exporter and is pushed to by it: what it received by either is
// compared by PromQL. It puts types and units into labels, so that series that differ in these are not the same either; it
// scrapes protobuf, since its parser of OpenMetrics gives a metric without unit the unit of the one before.
const routesConfig = `global: {scrape_interval: 1s, scrape_timeout: 1s, scrape_protocols: [PrometheusProto]}
scrape_configs:
  - job_name: scraped
    scrape_native_histograms: %[2]v
    static_configs: [{targets: ["%[1]s"]}]
otlp:
  translation_strategy: %[3]s
`

// The job of what is pushed is the service's name.
const (
	scraped = `{job="scraped", __name__=~"(contactcenter|liveperson|livevox)_.+"}`
	pushed  = `{job="contactcenter_exporter", __name__=~"(contactcenter|liveperson|livevox)_.+"}`
)

// Every push counts itself only when it has ended, so these are never the same on both routes.
func ofThePush(series string) bool { return strings.Contains(series, "contactcenter_exporter_otlp_") }

// routes is an exporter that is scraped by a Prometheus and pushes to it.
type routes struct {
	*centre
	prometheus
}

func startRoutes(t *testing.T) *routes {
	t.Helper()
	address := freePort(t)
	r := &routes{}
	r.centre = startCentre(t, func(config string) string {
		return config + fmt.Sprintf("otlp: {endpoint: \"http://%s/api/v1/otlp/v1/metrics\", interval: 1s}\n", address)
	})
	r.prometheus = startPrometheus(t, r.dir, address, fmt.Sprintf(routesConfig, r.address, false, defaultNames),
		"--web.enable-otlp-receiver", "--query.lookback-delta=10s",
		"--enable-feature=type-and-unit-labels,promql-extended-range-selectors")
	eventually(t, "every source has data", func() error {
		rows, err := r.query(`contactcenter_source_up{job="scraped"} != 1`, 0)
		if err == nil && len(rows) > 0 {
			err = fmt.Errorf("%v", rows)
		}
		return err
	})
	return r
}

// The ways in which Prometheus makes names of what is pushed.
const (
	defaultNames = "UnderscoreEscapingWithSuffixes"
	wholeNames   = "NoUTF8EscapingWithSuffixes"
)

// read returns the values of an expression at a time by their series, without the labels that tell the routes apart, and in
// one spelling of what the routes spell differently: the unit of a ratio, which OpenMetrics calls that and which for OTLP
// is 1 and so no unit, the bounds of buckets, and that of the zero bucket of native histograms, for which Prometheus
// doesn't read what is pushed.
func (r *routes) read(expr string, at float64) (map[string]string, error) {
	rows, err := r.query(expr, at)
	out := map[string]string{}
	for _, row := range rows {
		delete(row.Metric, "job")
		delete(row.Metric, "instance")
		if row.Metric["__unit__"] == "ratio" {
			delete(row.Metric, "__unit__")
		}
		if le := row.Metric["le"]; wholeNumber.MatchString(le) {
			row.Metric["le"] = le + ".0"
		}
		out[seriesOf(row.Metric)] = fmt.Sprint(row.Value[1])
		if row.Histogram[1] != nil {
			out[seriesOf(row.Metric)] = strings.ReplaceAll(fmt.Sprint(row.Histogram[1]), "1e-128", "2.938735877055719e-39")
		}
	}
	return out, err
}

// wholeNumber matches a bound as it is pushed; scraped it ends in .0.
var wholeNumber = regexp.MustCompile(`^\d+$`)

// seriesOf writes labels in one order, the name first.
func seriesOf(set map[string]string) string {
	var b strings.Builder
	b.WriteString(set["__name__"])
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if name != "__name__" {
			fmt.Fprintf(&b, " %s=%q", name, set[name])
		}
	}
	return b.String()
}

// settled is for how many seconds the routes agree before it counts, so that each has some samples of that.
const settled = 3

// agree waits until both routes have had the same series with the same values for a while, and returns when that was and
// what they have. Meanwhile nothing happens in the centre, and the vendors answer no request.
func (r *routes) agree(t *testing.T, when string, names func(pushed string) string) (at float64, series map[string]string) {
	t.Helper()
	r.play(t, "frozen")
	r.simulator.signal(syscall.SIGSTOP)
	defer r.simulator.signal(syscall.SIGCONT)
	calm := 0
	eventually(t, when, func() error {
		at = float64(time.Now().UnixMilli()) / 1000
		got := map[string]string{}
		found, err := r.read(pushed, at)
		for s, v := range found {
			got[names(s)] = v
		}
		if err == nil {
			series, err = r.read(scraped, at)
		}
		if err == nil {
			err = differ(series, got)
		}
		if calm++; err != nil {
			calm = 0
		} else if calm <= settled {
			err = errors.New("not settled yet")
		}
		return err
	})
	t.Logf("%s: %d series of %d families", when, len(series), len(familiesOf(series)))
	return at, series
}

// differ says in what some series of the two routes differ.
func differ(scraped, pushed map[string]string) error {
	var out []string
	for s, v := range scraped {
		if pushed[s] != v && !ofThePush(s) {
			out = append(out, fmt.Sprintf("%s is scraped as %s and pushed as %q", s, v, pushed[s]))
		}
	}
	for s := range pushed {
		if _, ok := scraped[s]; !ok {
			out = append(out, s+" is pushed only")
		}
	}
	if len(scraped) == 0 {
		return errors.New("nothing is scraped")
	}
	if len(out) == 0 {
		return nil
	}
	slices.Sort(out)
	return fmt.Errorf("%d differ: %s", len(out), strings.Join(out[:min(len(out), 8)], "\n"))
}

// part matches what the series of a classic histogram have besides its name.
var part = regexp.MustCompile(`_(bucket|sum|count)$`)

// familiesOf returns the metrics of series.
func familiesOf(series map[string]string) map[string]bool {
	out := map[string]bool{}
	for s := range series {
		name, _, _ := strings.Cut(s, " ")
		if strings.Contains(s, `__type__="histogram"`) {
			name = part.ReplaceAllString(name, "")
		}
		out[name] = true
	}
	return out
}

// withTotal gives back the word that Prometheus takes out of the middle of a counter's name.
func withTotal(s string) string {
	return strings.Replace(s, "livevox_day_corrections_total", "livevox_day_total_corrections_total", 1)
}

func unchanged(s string) string { return s }

func TestPrometheusSaysTheSameOfWhatIsScrapedAndPushed(t *testing.T) {
	t.Parallel()
	r := startRoutes(t)
	r.busy(t, 500)
	_, series := r.agree(t, "both routes agree", withTotal)
	r.coverage(t, series)
	r.taken(t)

	r.reload(t, fmt.Sprintf(routesConfig, r.address, false, wholeNames))
	begin, before := r.agree(t, "both routes agree on every name", unchanged)
	r.play(t, "normal")
	r.busy(t, 1000)
	eventually(t, "there are samples enough for a rate", func() error {
		rows, err := r.query(fmt.Sprintf(`count_over_time({job="contactcenter_exporter", __name__="contactcenter_source_up"}[1m]) > 15 and timestamp({job="contactcenter_exporter", __name__="contactcenter_source_up"}) > %f`, begin+15), 0)
		if err == nil && len(rows) == 0 {
			err = errors.New("not yet")
		}
		return err
	})
	end, _ := r.agree(t, "both routes agree after more events", unchanged)
	r.growth(t, before, begin, end)

	r.exporter.kill()
	r.env = []string{"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram"}
	r.serve(t)
	r.reload(t, fmt.Sprintf(routesConfig, r.address, true, wholeNames))
	_, native := r.agree(t, "both routes agree on native histograms", unchanged)
	if slices.ContainsFunc(slices.Collect(maps.Keys(native)), func(s string) bool { return strings.Contains(s, "_bucket ") }) {
		t.Error("there are classic histograms")
	}
}

// busy lets 500 events of each feed happen, and waits until so many have been counted.
func (r *routes) busy(t *testing.T, counted int) {
	t.Helper()
	for _, feed := range []string{"agent_events", "interaction_events"} {
		r.post(t, "/sim/burst", fmt.Sprintf(`{"feed":%q,"events":500}`, feed))
	}
	eventually(t, "events are counted", func() error {
		rows, err := r.query(fmt.Sprintf(`contactcenter_feed_events_total{job="scraped", source=~".+_events"} >= %d`, counted), 0)
		if err == nil && len(rows) != 2 {
			err = fmt.Errorf("%v", rows)
		}
		return err
	})
}

// taken fails if the server has refused one of the requests of a push, and unless there have been several of them.
func (r *routes) taken(t *testing.T) {
	t.Helper()
	for expr, promise := range map[string]string{
		`contactcenter_exporter_otlp_exports_total{job="scraped", outcome="partial"} == 0`: "no push is taken in part",
		`count(` + pushed + `) > 4000`: "a push has three requests or more",
	} {
		if rows, err := r.query(expr, 0); err != nil || len(rows) == 0 {
			t.Errorf("%s: not so (%v)", promise, err)
		}
	}
}

// coverage says which of the declared metrics the demo doesn't show.
func (r *routes) coverage(t *testing.T, series map[string]string) {
	t.Helper()
	known, err := readCatalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	have := familiesOf(series)
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(name string) bool { return have[name] })
	t.Logf("of %d metrics the demo lacks %q", len(known), missing)
	// Five sources of LivePerson are not in the demo, or tell of it only after an hour.
	if 10*len(have) < 8*len(known) {
		t.Errorf("the demo shows only %d of %d metrics", len(have), len(known))
	}
}
