package livevox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// checkEnv is an account with every source, at a vendor that handler plays.
func checkEnv(handler http.HandlerFunc) collector.Env {
	env := collector.Env{
		Account: config.Account{
			Name: "dialer", Vendor: "livevox",
			Keys: &Keys{
				BaseURL: "https://api.example.com",
				Auth:    Auth{ClientName: "ACME", Username: "metrics", Password: config.NewSecret("secret"), AccessToken: config.NewSecret("token")},
				Filter:  Filter{ServiceIDs: []string{"9001"}},
			},
			Sources: map[string]config.Source{},
		},
		HTTP:     &http.Client{Transport: inMemory{handler}},
		Identity: byID,
	}
	for _, s := range sources() {
		c := config.Source{}
		if s.Options != nil {
			c.Options = s.Options()
		}
		env.Account.Sources[s.Name] = c
	}
	return env
}

func TestCheckAllIsWell(t *testing.T) {
	env := checkEnv(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"sessionId":"6f0c1d52","daysUntilPasswordExpires":41,"token":"fresh"}`)
	})
	findings := collector.Check(t.Context(), Vendor(), env)
	if len(findings) != 3+len(sources())-1 {
		t.Errorf("%d findings, want login, clock, password and one of each source but operations: %d sources", len(findings), len(sources())-1)
	}
	for _, f := range findings {
		if f.Err != nil || f.Advice != "" {
			t.Errorf("%s: %v, %s", f.Step, f.Err, f.Advice)
		}
	}
}

func TestCheckSaysWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		login, other int // status
		days         int
		ahead        time.Duration
		want         map[string]string // part of the advice by step
		steps        int               // 0 means all
	}{
		"wrong password or host": {login: 401, steps: 1, want: map[string]string{"login": "NA6 https://api.na6.livevox.com"}},
		"no such path":           {login: 404, steps: 1, want: map[string]string{"login": "client_name"}},
		"clock":                  {ahead: time.Hour, want: map[string]string{"clock": "NTP"}},
		"password":               {days: 3, want: map[string]string{"password": "Change it"}},
		"role": {other: 403, want: map[string]string{
			"source service_stats":      "Sysadmin, Superuser or Manager;",
			"source campaign_stats":     "IT user, Auditor",
			"source call_data":          "the role Sysadmin or Superuser:",
			"source agent_events":       "enabled the feed",
			"source interaction_events": "Sysadmin or Manager,",
		}},
		"feeds that are off": {other: 400, want: map[string]string{"source agent_events": "Customer Care must enable", "source service_stats": "150 services", "source call_data": "the methods of callData"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := checkEnv(func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set("Date", time.Now().Add(test.ahead).UTC().Format(http.TimeFormat))
				status := test.other
				if strings.HasSuffix(req.URL.Path, "/login") {
					status = test.login
				}
				if status != 0 {
					w.WriteHeader(status)
				}
				fmt.Fprintf(w, `{"sessionId":"6f0c1d52","daysUntilPasswordExpires":%d,"token":"fresh"}`, max(test.days, 8*(1-min(test.days, 1))))
			})
			findings := collector.Check(t.Context(), Vendor(), env)
			if test.steps > 0 && len(findings) != test.steps {
				t.Errorf("%d steps, want %d", len(findings), test.steps)
			}
			for _, f := range findings {
				want, bad := test.want[f.Step]
				delete(test.want, f.Step)
				if bad && (f.Err == nil || !strings.Contains(f.Advice, want)) {
					t.Errorf("%s: %v, advice %q; want %q in it", f.Step, f.Err, f.Advice, want)
				}
				if test.other == 0 && !bad && f.Err != nil {
					t.Errorf("%s: %v", f.Step, f.Err)
				}
				if strings.Contains(fmt.Sprint(f), "secret") {
					t.Errorf("%s shows a secret: %v", f.Step, f)
				}
			}
			if len(test.want) > 0 {
				t.Errorf("not tried: %v", test.want)
			}
		})
	}
}
