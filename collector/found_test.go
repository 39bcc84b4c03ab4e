package collector

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// A check says with counts what it found; an answer without records, one that
// is not complete and one that was not asked for have words of their own.
func TestCheckTellsWhatItFound(t *testing.T) {
	waiting := &metric.Desc{Name: "waiting", Labels: []string{"service_id", "skill_group_id"}}
	calls := &metric.Desc{Name: "calls", Kind: metric.Counter, Labels: []string{"agent_id"}}
	logged := &metric.Desc{Name: "logged", Labels: []string{"state"}}
	services := metric.Gauges{Samples: []metric.Sample{waiting.Of(1, "1", "8"), waiting.Of(1, "2", "8"), waiting.Of(1, "2", "")}}
	agents := []metric.Row{{Totals: []metric.Sample{calls.Of(1, "a"), calls.Of(2, "a")}}}
	for name, test := range map[string]struct {
		reading metric.Reading
		silent  bool // nothing is sent
		want    string
	}{
		"ids":           {metric.Reading{Gauges: services, Totals: agents}, false, "1 agent, 2 services, 1 skill group"},
		"unusable":      {metric.Reading{Totals: agents, Skipped: 1}, false, "1 agent, 1 unusable record"},
		"all unusable":  {metric.Reading{Skipped: 2}, false, "2 unusable records"},
		"unknown":       {metric.Reading{Totals: agents, Unknown: []string{"state", "state"}}, false, "1 agent, 2 unknown values"},
		"no records":    {metric.Reading{}, false, "no records: there are none now, or filter leaves none"},
		"partial":       {metric.Reading{Gauges: services, Partial: true}, false, "2 services, 1 skill group, partial: the answer lacks its list, or the vendor says that it is not complete"},
		"partial only":  {metric.Reading{Partial: true}, false, "no records: there are none now, or filter leaves none, partial: the answer lacks its list, or the vendor says that it is not complete"},
		"without ids":   {metric.Reading{Gauges: metric.Gauges{Samples: []metric.Sample{logged.Of(1, "x"), logged.Of(1, "y")}}}, false, "2 series"},
		"events":        {metric.Reading{Events: metric.Events{List: []metric.Event{{}, {}}}}, false, "2 events"},
		"intervals":     {metric.Reading{Intervals: metric.Intervals{List: []metric.Interval{{Add: agents[0].Totals}}}}, false, "1 agent, 1 interval"},
		"nothing asked": {metric.Reading{}, true, "nothing could be tried: there was nothing to ask for"},
		"remembered":    {metric.Reading{Gauges: services}, true, "nothing could be tried: there was nothing to ask for"},
	} {
		t.Run(name, func(t *testing.T) {
			vendor := httptest.NewServer(http.NotFoundHandler())
			defer vendor.Close()
			findings := Check(t.Context(), openedAs(func(client *http.Client) Collect {
				return func(ctx context.Context, _ Position) (metric.Reading, error) {
					if test.silent {
						return test.reading, nil
					}
					req, err := http.NewRequestWithContext(ctx, http.MethodGet, vendor.URL, nil)
					if err != nil {
						return metric.Reading{}, err
					}
					resp, err := client.Do(req)
					if err != nil {
						return metric.Reading{}, err
					}
					return test.reading, resp.Body.Close()
				}
			}), Env{HTTP: &http.Client{}, Account: config.Account{Sources: map[string]config.Source{"s": {}}}})
			if len(findings) != 1 || findings[0].Err != nil || findings[0].Found != test.want {
				t.Errorf("%+v, want %q", findings, test.want)
			}
		})
	}
}

// openedAs returns a vendor with one source.
func openedAs(collect func(*http.Client) Collect) Vendor {
	s := Source{Spec: config.Spec{Name: "s"}}
	return Vendor{Sources: []Source{s}, Open: func(e Env) (*Account, error) {
		return &Account{Collectors: []Collector{{Source: s, Collect: collect(e.HTTP)}}}, nil
	}}
}

// A redirect has its own advice, whatever its class and whatever a step or a source
// knows of that class.
func TestRedirectsHaveTheirOwnAdvice(t *testing.T) {
	other := func(error) string { return "check the password" }
	s := Source{Advice: func(_ config.Account, err error) string { return other(err) }}
	for code := 200; code < 600; code++ {
		status := &api.StatusError{Code: code}
		for _, err := range []error{status, &api.Error{Class: api.Auth, Err: errors.Join(status)}} {
			want := code >= 300 && code < 400
			found := try(t.Context(), []Step{{Try: func(context.Context) error { return err }, Advice: other}})
			for _, advice := range []string{found[0].Advice, s.AdviceOn(config.Account{}, err)} {
				if got := strings.Contains(advice, "redirect, which is never followed"); got != want {
					t.Errorf("HTTP %d: %q", code, advice)
				}
			}
		}
	}
}
