package liveperson

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// vendorAnswer answers a request of a check: true if it did.
type vendorAnswer func(w *httptest.ResponseRecorder, path string) bool

// goodVendor answers all sources well.
var goodVendor = testVendor{
	"status":           `{"_metadata":{"count":0},"agentStatusRecords":[]}`,
	"agentactivity":    `{"metricsByIntervals":[],"agentsMetrics":{"metricsPerAgent":{}}}`,
	"status-changes":   `{"stateChanges":[]}`,
	"":                 `{"skillsMetrics":{},"metricsTotal":{}}`, // of a path that ends with /
	"agent_view":       `{"metadata":{"count":0},"agentViewRecords":[]}`,
	"metrics":          `{"metadata":{"count":0},"groupBy":{"groups":[]}}`,
	"status-reasons":   `[{"id":1,"text":"Break"}]`,
	"agent-segments":   `{"segments":[]}`,
	"breakdown":        `{"timeframe":{},"files":[]}`,
	"interval-metrics": `{"metadata":{},"intervals":[]}`,
	anyPath:            `{}`,
}

func (f vendorAnswer) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	if f(w, req.URL.Path) {
		return w.Result(), nil
	}
	return goodVendor.RoundTrip(req)
}

// refuse answers paths that end so with a status and a body.
func refuse(suffix string, code int, body string) vendorAnswer {
	return func(w *httptest.ResponseRecorder, path string) bool {
		if !strings.HasSuffix(path, suffix) {
			return false
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
		return true
	}
}

// asking are the sources that ask the vendor.
func asking() []collector.Source {
	return slices.DeleteFunc(sources(), func(s collector.Source) bool { return s.Derived })
}

// fullAccount is an account with all sources on.
func fullAccount() config.Account {
	a := testAccount("", nil)
	a.Sources = map[string]config.Source{}
	for _, s := range asking() {
		c := config.Source{Interval: time.Minute}
		if s.Options != nil {
			c.Options = s.Options()
		}
		a.Sources[s.Name] = c
	}
	return a
}

func oauth1Account() config.Account {
	a := fullAccount()
	secret := config.NewSecret("x")
	keysOf(a).Auth = Auth{OAuth1: &OAuth1{ConsumerKey: "k", ConsumerSecret: secret, AccessToken: secret, AccessTokenSecret: secret}}
	return a
}

func TestCheckOfAGoodAccount(t *testing.T) {
	want := "discovery, login, clock, windows of queues"
	for _, s := range asking() {
		want += ", source " + s.Name
	}
	for name, a := range map[string]config.Account{"oauth2": fullAccount(), "oauth1": oauth1Account()} {
		var steps []string
		for _, f := range collector.Check(context.Background(), Vendor(), testEnv(a, goodVendor)) {
			steps = append(steps, f.Step)
			if f.Err != nil || f.Advice != "" {
				t.Errorf("%s: %s: %v (%s)", name, f.Step, f.Err, f.Advice)
			}
		}
		if got := strings.Join(steps, ", "); got != want {
			t.Errorf("%s: steps %s, want %s", name, got, want)
		}
	}
}

func TestCheckAdvises(t *testing.T) {
	for name, test := range map[string]struct {
		account config.Account
		vendor  http.RoundTripper
		step    string
		class   api.Class
		advice  string
		last    bool
	}{
		"unknown account":       {fullAccount(), refuse("baseURI.json", 401, ""), "discovery", api.Auth, "account 12345678", false},
		"host of somebody else": {fullAccount(), refuse("baseURI.json", 200, `{"baseURI":"evil.example.org"}`), "discovery", api.ClientError, "allowed_hosts", false},
		"HTML from a proxy":     {fullAccount(), refuse("baseURI.json", 200, `<html>`), "discovery", api.Schema, "proxy", false},
		"wrong secret":          {fullAccount(), refuse("app/token", 401, `{"error":"invalid_client"}`), "login", api.Auth, "client_secret", true},
		"wrong grant type":      {fullAccount(), refuse("app/token", 400, `{"error":"unauthorized_client"}`), "login", api.Auth, "client_credentials", true},
		"another region":        {fullAccount(), refuse("app/token", 404, ``), "login", api.Auth, "region", true},
		"blocked":               {fullAccount(), refuse("app/token", 451, ``), "login", api.Auth, "open a case", true},
		"missing scope":         {fullAccount(), refuse("status-changes", 403, ``), "source status_changes", api.Forbidden, "wfm.agent.activity.read.external", false},
		"missing scope as 401":  {fullAccount(), refuse("status-changes", 401, ``), "source status_changes", api.Auth, "wfm.agent.activity.read.external", false},
		"missing permission":    {oauth1Account(), refuse("status-changes", 403, ``), "source status_changes", api.Forbidden, "Data > Workforce Management > Agent Status Changes", false},
		"status, OAuth 2":       {fullAccount(), refuse("agent-view/status", 403, ``), "source agent_status", api.Forbidden, "Messaging Interactions", false},
		"status, OAuth 1":       {oauth1Account(), refuse("agent-view/status", 401, ``), "source agent_status", api.Auth, "Messaging Interactions", false},
		"queue health":          {fullAccount(), refuse("/msgqueuehealth/current/", 403, ``), "source queue_health", api.Forbidden, "Messaging Operations", false},
		"queues, OAuth 2":       {fullAccount(), refuse("/metrics", 403, ``), "source queues", api.Forbidden, "Key Messaging Metrics", false},
		"queues, OAuth 1":       {oauth1Account(), refuse("/metrics", 401, ``), "source queues", api.Auth, "Data → Key Messaging Metrics", false},
		"intervals, OAuth 2":    {fullAccount(), refuse("interval-metrics", 403, ``), "source interval_metrics", api.Forbidden, "enable interval metrics", false},
		"segments, OAuth 2":     {fullAccount(), refuse("agent-segments", 403, ``), "source agent_segments", api.Forbidden, "enable agent segments", false},
		"breakdown, OAuth 2":    {fullAccount(), refuse("breakdown", 403, ``), "source segment_breakdown", api.Forbidden, "wfm.actual.handle.time.export.external", false},
		"wrong key, OAuth 1":    {oauth1Account(), refuse("/metrics", 401, ``), "source queues", api.Auth, "wrong, revoked or expired", false},
		"names, OAuth 2":        {fullAccount(), refuse("status-reasons", 401, ``), "source names", api.Forbidden, "Everything else works without it", false},
		"activity, OAuth 2":     {fullAccount(), refuse("agentactivity", 401, ``), "source agent_activity", api.Auth, "interval_metrics", false},
		"activity, OAuth 1":     {oauth1Account(), refuse("agentactivity", 403, ``), "source agent_activity", api.Forbidden, "Operational Realtime", false},
		"revoked key":           {oauth1Account(), refuse("status-changes", 401, `{"reason":"oauth_problem=token_revoked"}`), "source status_changes", api.Auth, "make a new key", false},
		"unknown key":           {oauth1Account(), refuse("status-changes", 401, `{"reason":"oauth_problem=consumer_key_unknown"}`), "source status_changes", api.Auth, "consumer_key", false},
		"wrong signature":       {oauth1Account(), refuse("status-changes", 401, `{"reason":"oauth_problem=signature_invalid"}`), "source status_changes", api.Auth, "access_token_secret", false},
		"refused time":          {oauth1Account(), refuse("status-changes", 401, `{"reason":"oauth_problem=timestamp_refused"}`), "source status_changes", api.Auth, "NTP", false},
		"token of OAuth 2":      {fullAccount(), refuse("status-changes", 401, `{"reason":"oauth_problem=token_rejected"}`), "source status_changes", api.Auth, "wfm.agent.activity.read.external", false},
		"bad option":            {fullAccount(), refuse("agentactivity", 400, ``), "source agent_activity", api.ClientError, "options", false},
		"unknown method":        {fullAccount(), refuse("agentactivity", 404, ``), "source agent_activity", api.ClientError, "domains", false},
		"throttled":             {fullAccount(), refuse("agentactivity", 429, ``), "source agent_activity", api.RateLimited, "requests_per_second", false},
		"down":                  {fullAccount(), refuse("agentactivity", 503, ``), "source agent_activity", api.VendorError, "try again later", false},
		"clock":                 {fullAccount(), dated{goodVendor, 61 * time.Minute}, "clock", api.Connect, "NTP", false},
	} {
		t.Run(name, func(t *testing.T) {
			var findings []collector.Finding
			synctest.Test(t, func(t *testing.T) { // two logins are seconds apart
				findings = collector.Check(t.Context(), Vendor(), testEnv(test.account, test.vendor))
			})
			for _, f := range findings {
				if test.step == "discovery" && strings.Contains(f.Advice, "client_secret") {
					t.Errorf("%s advises %q, although the vendor was not asked", f.Step, f.Advice)
				}
			}
			for i, f := range findings {
				if f.Step != test.step {
					continue
				}
				if f.Err == nil || api.ClassOf(f.Err) != test.class || !strings.Contains(f.Advice, test.advice) {
					t.Errorf("%v (class %s)\nadvice %q, want %q in it", f.Err, api.ClassOf(f.Err), f.Advice, test.advice)
				}
				isSource := strings.HasPrefix(f.Step, "source ") // one of them is the last step in any case
				if ended := i == len(findings)-1 && !isSource; ended != test.last {
					t.Errorf("the check ended: %t, want %t", ended, test.last)
				}
				return
			}
			t.Errorf("no step %s", test.step)
		})
	}
}

// A check says whether what happens between two windows is counted once.
func TestCheckComparesAnHourWithItsQuarters(t *testing.T) {
	for name, test := range map[string]struct {
		hour, quarter int // closings
		want          string
	}{
		"equal":         {8, 2, "an hour is the sum of its quarters in all of 2 figures"},
		"counted twice": {8, 3, "an hour is not the sum of its quarters in 1 of 2 figures"},
	} {
		vendor := bodies(func(path, _, body string) (int, string) {
			var ask struct {
				Filters struct{ Time struct{ From, To int64 } }
			}
			json.Unmarshal([]byte(body), &ask)
			n := test.quarter
			if ask.Filters.Time.To-ask.Filters.Time.From > 30*60_000 {
				n = test.hour
			}
			return http.StatusOK, fmt.Sprintf(`{"metadata":{"count":1},"groupBy":{"groups":[{"key":"1","metrics":{"closedByAgent":%d,"autoClosed":0}}]},"agentViewRecords":[]}`, n)
		})
		found := ""
		for _, f := range collector.Check(t.Context(), Vendor(), testEnv(testAccount("queues", defaultQueues()), vendor)) {
			if f.Step == "windows of queues" && f.Err == nil {
				found = f.Found
			}
		}
		if !strings.HasPrefix(found, test.want) {
			t.Errorf("%s: %q, want %q", name, found, test.want)
		}
	}
}

func TestCheckMeasuresTheClock(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		61 * time.Minute:  "this machine's clock is 1h1m",
		-61 * time.Minute: "behind LivePerson's",
		30 * time.Second:  "",
	} {
		for _, f := range collector.Check(context.Background(), Vendor(), testEnv(fullAccount(), dated{goodVendor, ahead})) {
			if f.Step != "clock" {
				continue
			}
			if (f.Err == nil) != (want == "") || f.Err != nil && !strings.Contains(f.Err.Error(), want) {
				t.Errorf("%s ahead: %v, want %q", ahead, f.Err, want)
			}
		}
	}
}

func TestCheckOfABadConfiguration(t *testing.T) {
	a := fullAccount()
	keysOf(a).DiscoveryURL = "ftp://x"
	if f := collector.Check(context.Background(), Vendor(), testEnv(a, goodVendor)); len(f) != 1 || f[0].Step != "configuration" {
		t.Errorf("%+v", f)
	}
}

// Sources that are off are asked once each, and the check says whether they could be on.
func TestCheckTriesWhatIsOff(t *testing.T) {
	asked := map[string]int{}
	vendor := vendorAnswer(func(w *httptest.ResponseRecorder, path string) bool {
		asked[path[strings.LastIndexByte(path, '/')+1:]]++
		switch {
		case strings.HasSuffix(path, "/interval-metrics"):
			w.WriteHeader(http.StatusForbidden)
		case strings.HasSuffix(path, "/agentactivity"):
			io.WriteString(w, "<html>")
		default:
			return false
		}
		return true
	})
	account := testAccount("agent_status", &agentStatusOptions{PageSize: 1000})
	off := map[string]error{}
	for _, f := range collector.Check(context.Background(), Vendor(), testEnv(account, vendor)) {
		if f.Source != "" {
			off[f.Source] = f.Err
		} else if f.Err != nil {
			t.Errorf("%s: %v", f.Step, f.Err)
		}
	}
	if len(off) != len(asking())-1 {
		t.Errorf("%d of %d sources that are off were tried", len(off), len(asking())-1)
	}
	for name, class := range map[string]api.Class{"names": "", "status_changes": "", "interval_metrics": api.Forbidden, "agent_activity": api.Schema} {
		if got := api.ClassOf(off[name]); got != class {
			t.Errorf("%s: class %q, want %q", name, got, class)
		}
	}
	if asked["status-reasons"] != 1 || asked["skills"] != 0 || len(account.Sources) != 1 {
		t.Errorf("asked %v; %d sources are on", asked, len(account.Sources))
	}
}
