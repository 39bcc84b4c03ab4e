package promises

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/lint"
)

const (
	acceptText        = "text/plain;version=0.0.4"
	acceptOpenMetrics = "application/openmetrics-text;version=1.0.0"
	acceptProtobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// nasty is a name as no vendor should give one: it must not break the page.
const nasty = "a\\\"\n{}# EOF\t\u2028é"

func TestTheWholePageIsValidInEveryFormat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 2, Agents: 40})
		wire := hosts{shopHost: s, dialerHost: renamed(s, "serviceName", nasty)}
		x := run(t, wire, "", accounts(
			shop("shop", shopHost, s, generous, allOfShop, "personal_data: true"),
			dialer("dialer", dialerHost, s, generous, allOfDialer),
			dialer("down", "nowhere.example.com", s, generous),
		))
		time.Sleep(time.Duration(sized(60, 12)) * time.Minute)

		text := x.scrape(acceptText).Body.String()
		lint.Page(t, text)
		want := textSeries(t, text)
		if len(want) < 100 {
			t.Errorf("only %d families", len(want))
		}
		sameSeries(t, "OpenMetrics", openMetricsSeries(t, x.scrape(acceptOpenMetrics).Body.String()), want)
		sameSeries(t, "protobuf", protobufSeries(t, x.scrape(acceptProtobuf).Body), want)
		if n := x.page.Dropped(); n != 0 {
			t.Errorf("%d series are on no page, because another one of their name and labels stands before them", n)
		}
		if !strings.Contains(text, `a\\\"\n{}# EOF`) {
			t.Error("the name with every special character is not on the page")
		}
	})
}

// sameSeries compares what two formats show: how many series of each family.
func sameSeries(t *testing.T, format string, got, want map[string]int) {
	t.Helper()
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: %d series of %s, want %d as in the text format", format, got[name], name, n)
		}
	}
	for name, n := range got {
		if want[name] == 0 {
			t.Errorf("%s: %d series of %s, which the text format doesn't have", format, n, name)
		}
	}
}

// textSeries parses a page and counts the series of each family.
func textSeries(t *testing.T, text string) map[string]int {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for name, f := range families {
		counts[name] = distinct(t, f)
	}
	return counts
}

func protobufSeries(t *testing.T, body io.Reader) map[string]int {
	t.Helper()
	counts := map[string]int{}
	d := expfmt.NewDecoder(body, expfmt.Format(acceptProtobuf))
	for {
		f := &dto.MetricFamily{}
		if err := d.Decode(f); errors.Is(err, io.EOF) {
			return counts
		} else if err != nil {
			t.Fatal(err)
		}
		if counts[f.GetName()] > 0 {
			t.Errorf("family %s comes twice", f.GetName())
		}
		counts[f.GetName()] = distinct(t, f)
	}
}

// distinct counts the series of a family, which must all be different.
func distinct(t *testing.T, f *dto.MetricFamily) int {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range f.Metric {
		var labels []string
		for _, l := range m.Label {
			labels = append(labels, l.GetName(), l.GetValue())
		}
		k := id(f.GetName(), labels...)
		if seen[k] {
			t.Errorf("%s comes twice", k)
		}
		seen[k] = true
	}
	return len(seen)
}

var (
	omComment = regexp.MustCompile(`^# (TYPE|HELP|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$`)
	omSample  = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$`)
)

// openMetricsSeries reads the part of the grammar of OpenMetrics 1.0 that the page uses
// it: every sample stands below the TYPE of its family, families are not mixed,
// counters end in _total or _created, and the page in # EOF.
func openMetricsSeries(t *testing.T, body string) map[string]int {
	t.Helper()
	counts, seen, done := map[string]int{}, map[string]bool{}, map[string]bool{}
	family, kind, end := "", "", false
	lines := bufio.NewScanner(strings.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if end {
			t.Fatalf("after # EOF: %s", line)
		}
		if end = line == "# EOF"; end {
			continue
		}
		if m := omComment.FindStringSubmatch(line); m != nil {
			if m[2] != family {
				done[family] = true
				if done[m[2]] {
					t.Fatalf("family %s is in two places", m[2])
				}
				family, kind = m[2], ""
			}
			if m[1] == "TYPE" {
				kind = m[3]
			}
			continue
		}
		m := omSample.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not a line of OpenMetrics: %s", line)
		}
		suffix, ok := strings.CutPrefix(m[1], family)
		if !ok || !strings.Contains(" "+omSuffixes(kind)+" ", " "+suffix+" ") {
			t.Fatalf("%s stands below %s of type %s", m[1], family, kind)
		}
		if seen[m[1]+m[2]] {
			t.Errorf("%s%s comes twice", m[1], m[2])
		}
		seen[m[1]+m[2]] = true
		switch suffix {
		case "", "_count":
			counts[family]++
		case "_total":
			counts[family+"_total"]++
		}
	}
	if !end {
		t.Error("the page doesn't end in # EOF")
	}
	return counts
}

// omSuffixes lists what the samples of a type may add to the family's name.
func omSuffixes(kind string) string {
	switch kind {
	case "counter":
		return "_total _created"
	case "histogram":
		return "_bucket _sum _count _created"
	}
	return ""
}
