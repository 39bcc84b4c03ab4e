package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// TestCheckAdvisesOnWhatIsWrong runs the command against the simulator, over
// the network.
func TestCheckAdvisesOnWhatIsWrong(t *testing.T) {
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	for name, test := range map[string]struct {
		fault         *simulator.Fault
		change        [2]string // of the configuration
		account, step string
		class, advice string
	}{
		"wrong password":   {change: [2]string{"PASSWORD", "not it"}, account: "dialer", step: "login", class: "auth", advice: "Check client_name"},
		"wrong secret":     {change: [2]string{"CLIENT_SECRET", "not it"}, account: "shop", step: "login", class: "auth", advice: "Check client_id and client_secret"},
		"no listener":      {change: [2]string{"base_url: http://ADDRESS", "base_url: http://127.0.0.1:1"}, account: "dialer", step: "login", class: "connect", advice: "The host isn't there"},
		"no such host":     {change: [2]string{"base_url: http://ADDRESS", "base_url: https://nowhere.invalid"}, account: "dialer", step: "login", class: "dns", advice: "NA4 https://api.na4.livevox.com"},
		"not trusted":      {change: [2]string{"base_url: http://ADDRESS", "base_url: " + secure.URL}, account: "dialer", step: "login", class: "tls", advice: "base_url must be"},
		"no permission":    {fault: &simulator.Fault{Vendor: "livevox", Endpoint: "campaign_stats", Kind: "status", Status: 403}, account: "dialer", step: "source campaign_stats", class: "forbidden", advice: "IT user"},
		"missing scope":    {fault: &simulator.Fault{Vendor: "liveperson", Endpoint: "status_changes", Kind: "status", Status: 403}, account: "shop", step: "source status_changes", class: "forbidden", advice: "wfm.agent.activity.read.external"},
		"feed not enabled": {fault: &simulator.Fault{Vendor: "livevox", Endpoint: "interaction_events", Kind: "status", Status: 403}, account: "dialer", step: "source interaction_events", class: "forbidden", advice: "Customer Care must have enabled"},
		"clock":            {fault: &simulator.Fault{Vendor: "livevox", Kind: "clock_skew", Skew: simulator.Duration(time.Hour)}, account: "dialer", step: "clock", advice: "NTP"},
		"a redirect":       {fault: &simulator.Fault{Vendor: "livevox", Endpoint: "login", Kind: "redirect", URL: "https://example.invalid"}, account: "dialer", step: "login", advice: "redirect, which is never followed"},
		"maintenance page": {fault: &simulator.Fault{Vendor: "livevox", Endpoint: "agent_stats", Kind: "html"}, account: "dialer", step: "source agent_stats", class: "schema", advice: "any proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a check waits for its limits
			s := simulator.New(simulator.Options{Seed: 6, Agents: 5, Services: 1})
			vendors := httptest.NewServer(s)
			defer vendors.Close()
			if test.fault != nil {
				if err := s.AddFault(*test.fault); err != nil {
					t.Fatal(err)
				}
			}
			file := demoFile(t, s, vendors.Listener.Addr().String(), test.change)
			results, text := check(t, file)
			failed := map[string]checked{}
			for _, r := range results {
				if !r.OK {
					failed[r.Account+" "+r.Step] = r
				}
				if r.OK != (r.Error == "") || r.OK && (r.Class != "" || r.Advice != "") || !r.OK && r.Advice == "" {
					t.Errorf("%+v", r)
				}
			}
			got, found := failed[test.account+" "+test.step]
			if !found || test.class != "" && got.Class != test.class || !strings.Contains(got.Advice, test.advice) {
				t.Errorf("%s of %s: class %q, advice %q, want %q and %q; failed: %+v", test.step, test.account, got.Class, got.Advice, test.class, test.advice, failed)
			}
			if !strings.Contains(text, "FAILED: ") || !strings.Contains(text, "\n    "+got.Advice) {
				t.Errorf("the text doesn't advise:\n%s", text)
			}
			if r := `: source service_stats: ok: .*\b1 service`; test.step != "login" && !regexp.MustCompile(r).MatchString(text) {
				t.Errorf("the text doesn't say what was found:\n%s", text)
			}
			lp, lv := s.LivePerson(), s.LiveVox()
			encoded, _ := json.Marshal(results)
			mustHide(t, text+string(encoded), lp.ClientSecret, lv.Password, lv.AccessToken)
		})
	}
}

// demoFile writes a configuration for a simulator, in which something is changed
// before it is filled in.
func demoFile(t *testing.T, s *simulator.Simulator, address string, change [2]string) string {
	t.Helper()
	file := demoTemplate
	if change[0] != "" {
		before := file
		if change[0] == strings.ToUpper(change[0]) {
			change = [2]string{`"` + change[0] + `"`, `"` + change[1] + `"`}
		}
		if file = strings.Replace(file, change[0], change[1], 1); file == before {
			t.Fatalf("%q isn't there to be changed", change[0])
		}
	}
	lp, lv := s.LivePerson(), s.LiveVox()
	file = strings.NewReplacer(
		"ADDRESS", address, "ACCOUNT_ID", lp.AccountID, "CLIENT_ID", lp.ClientID, "CLIENT_SECRET", lp.ClientSecret,
		"CLIENT_NAME", lv.ClientName, "USERNAME", lv.Username, "PASSWORD", lv.Password, "ACCESS_TOKEN", lv.AccessToken,
	).Replace(file)
	path := filepath.Join(t.TempDir(), "contactcenter.yml")
	keep(t, path, file)
	return path
}

// check runs the command in both forms; it must report a failure in both.
func check(t *testing.T, file string) (results []checked, text string) {
	t.Helper()
	var out bytes.Buffer
	if err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: file, Output: "json"}); !errors.Is(err, ErrReported) {
		t.Errorf("the command ends with %v", err)
	}
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	if err := d.Decode(&results); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: file, Output: "text"}); !errors.Is(err, ErrReported) {
		t.Errorf("the command ends with %v", err)
	}
	return results, out.String()
}

func TestCheckOfAFileThatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "contactcenter.yml")
	keep(t, file, `
accounts:
  - {name: a, vendor: livevox, base_url: "https://api.livevox.com", auth: {client_name: a, username: b, password_file: gone, access_token: hushhush}}
`)
	results, text := check(t, file)
	if len(results) != 1 || results[0].Step != "configuration" || !strings.Contains(results[0].Error, "gone: no such file") || results[0].Advice == "" {
		t.Errorf("%+v", results)
	}
	if !strings.Contains(text, "contactcenter.yml:3:") || strings.Contains(text, "hushhush") {
		t.Errorf("the text is %q", text)
	}
	keep(t, filepath.Join(dir, "gone"), "secret\n")
	for output, want := range map[string]string{"text": "ok (1 accounts)", "json": `"step": "configuration"`} {
		var out bytes.Buffer
		if err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: file, Offline: true, Output: output}); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v, %q", output, err, out.String())
		}
	}
}

// A source that is off has a line of its own, and never fails the check.
func TestCheckOfSourcesThatAreOff(t *testing.T) {
	var out bytes.Buffer
	err := writeChecks(&out, []checked{
		{Account: "shop", Step: "source names", OK: true, Off: "names"},
		{Account: "shop", Step: "source queues", Off: "queues", Error: "HTTP 403 Forbidden", Advice: "The application needs a scope."},
		{Account: "shop", Step: "source call_data", Off: "call_data", Error: "there was nothing to ask for", untried: true},
	})
	want := "shop: source names: off; your credentials can read it: add `names: {}`\n" +
		"shop: source queues: off; not readable: HTTP 403 Forbidden\n    The application needs a scope.\n" +
		"shop: source call_data: off; not tried: there was nothing to ask for\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}
