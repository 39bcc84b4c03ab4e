package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

func defaultQueues() *queuesOptions { return queuesSource().Options().(*queuesOptions) }

func TestQueuesWindows(t *testing.T) {
	env := testEnv(testAccount("queues", defaultQueues()), nil)
	golden.Check(t, "queues_windows", readFrom(t, env, anyPath, "2030-01-02T11:15:00Z"))
}

func TestQueuesWaitsInSeconds(t *testing.T) {
	o := defaultQueues()
	o.QueueWaitUnit = "s"
	r := collected(t, "queues", o, testVendor{anyPath: `{"groupBy":{"groups":[{"key":"1","metrics":{"unassignedConversations":1,"queueWaitTime50thPercentile":41}}]}}`}, "")
	for _, s := range r.Gauges.Samples {
		if s.Desc.Name == "liveperson_skill_queue_wait_median_seconds" && s.Value != 41 {
			t.Errorf("the median wait is %v", s.Value)
		}
	}
}

// bodies answers the Key Messaging Metrics with what a function makes of a body.
type bodies func(path, query, body string) (int, string)

func (b bodies) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.Contains(req.URL.Path, "/manager_workspace/") {
		return testVendor{}.RoundTrip(req)
	}
	body, _ := io.ReadAll(req.Body)
	w := httptest.NewRecorder()
	code, text := b(req.URL.Path, req.URL.RawQuery, string(body))
	w.WriteHeader(code)
	io.WriteString(w, text)
	return w.Result(), nil
}

// A skill that vanishes from the availabilities has no agents for a day.
func TestSkillsWithoutAgentsAreZeroForADay(t *testing.T) {
	o := defaultQueues()
	o.Agents = true
	available := `{"metadata":{"count":1},"skillAvailabilities":[{"skillId":501,"onlineAgents":1,"backSoonAgents":2}]}`
	collect := opened(t, "queues", o, bodies(func(path, _, _ string) (int, string) {
		if strings.HasSuffix(path, "/availability") {
			return http.StatusOK, available
		}
		return http.StatusOK, `{"groupBy":{"groups":[{"key":"501","keyDescription":"Billing","metrics":{}}]}}`
	}))
	now := testNow
	agents := func() string {
		r, err := collect(t.Context(), collector.Position{Now: now, Cursor: "2030-01-09T00:00:00Z"})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range r.Gauges.Samples {
			if s.Desc == skillAgents && s.Labels[2] != "away" {
				out = append(out, fmt.Sprint(s.Labels, s.Value))
			}
		}
		return strings.Join(out, " ")
	}
	if got := agents(); !strings.Contains(got, "[501 Billing online] 1") || !strings.Contains(got, "[501 Billing back_soon] 2") {
		t.Errorf("agents: %s", got)
	}
	available = `{"metadata":{"count":0},"skillAvailabilities":[]}`
	if now = testNow.Add(23 * time.Hour); !strings.Contains(agents(), "[501 Billing online] 0") {
		t.Errorf("agents after 23 hours: %s", agents())
	}
	if now = testNow.Add(25 * time.Hour); agents() != "" {
		t.Errorf("agents after 25 hours: %s", agents())
	}
}

func TestQueuesOptions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*queuesOptions)
		want   string
	}{
		"defaults":         {func(*queuesOptions) {}, ""},
		"seconds":          {func(o *queuesOptions) { o.Bucket = config.Duration(90 * time.Second) }, "bucket: must be whole minutes and divide a day"},
		"no part of a day": {func(o *queuesOptions) { o.Bucket = config.Duration(7 * time.Minute) }, "bucket: must be whole minutes and divide a day"},
		"out of reach": {func(o *queuesOptions) {
			o.Bucket, o.Settle = config.Duration(2*time.Hour), config.Duration(22*time.Hour)
		}, "settle: must be at most 23h"},
	} {
		t.Run(name, func(t *testing.T) {
			o := defaultQueues()
			test.change(o)
			err := o.Validate()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// Two sources must not fill the same metric.
func TestAgentsBySkillComeFromOneSource(t *testing.T) {
	for sources, want := range map[string]string{
		"queues: {}": "",
		"queues: {agents: true}, agent_status: {enabled: false}": "",
		"queues: {agents: true}":                                 "agents: must be false while agent_status is on",
	} {
		refused(t, sources, want)
	}
}

// refused reads a file with sources, of which the error must hold want; none if want
// is "".
func refused(t *testing.T, sources, want string) {
	t.Helper()
	text := "accounts:\n  - {name: a, vendor: liveperson, account_id: '1', auth: {oauth2: {client_id: a, client_secret: b}}, sources: {" + sources + "}}\n"
	_, err := config.Parse("test.yml", []byte(text), collector.Configs([]collector.Vendor{Vendor()}))
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", sources, err, want)
	}
}
