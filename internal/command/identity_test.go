package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// pageOf returns the metrics of the demonstration's accounts after some minutes,
// with keys added to each, from vendors who tell everything of everybody.
func pageOf(t *testing.T, keys string) string {
	t.Helper()
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := simulator.New(simulator.Options{Seed: 4, Agents: 8, Services: 2})
	file := strings.ReplaceAll(demoConfig(s, "127.0.0.1:1"), "_events: {}", "_events: {enabled: false}")
	file = strings.ReplaceAll(file, "    limits:", "    "+keys+"\n    limits:")
	c, err := config.Parse("demo", []byte(file), vendortest.Configs())
	if err != nil {
		t.Fatal(err)
	}
	m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: taint{inMemory{s}}})
	if err := m.Apply(c); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Minute)
	synctest.Wait()
	w := httptest.NewRecorder()
	page.New(m.Gather, page.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if err := m.Stop(); err != nil {
		t.Error(err)
	}
	return w.Body.String()
}

// What is planted, by the label in which it shows and the vendor's field.
var plantedLabel = regexp.MustCompile(`([a-z_]+)="` + canary + `\.([A-Za-z]+)\.`)

func TestAgentsAreShownAsIdentitySays(t *testing.T) {
	t.Parallel()
	agentLabel := regexp.MustCompile(`agent_id="([^"]*)"`)
	for name, test := range map[string]struct {
		keys    string
		agents  string          // what agent_id looks like; "" means that there is none
		planted map[string]bool // label and field of personal data
	}{
		"none":          {"identity: none", ``, nil},
		"hash":          {"identity: hash", `^[0-9a-f]{16}$`, nil},
		"id":            {"identity: id", `^(\d+|Quetzal\.agentLoginId\..+)$`, map[string]bool{"agent_id agentLoginId": true}},
		"name":          {"identity: name", `^(Quetzal\.(agentName|name|agentUserName|agentLoginId)\..+|\d+)$`, map[string]bool{"agent_id agentName": true, "agent_id name": true, "agent_id agentUserName": true, "agent_id agentLoginId": true}},
		"personal data": {"identity: hash\n    personal_data: true", `^[0-9a-f]{16}$`, map[string]bool{"agent_name agentName": true, "agent_nickname agentNickname": true, "login_name agentLoginName": true, "login_name agentUserName": true, "agent_name name": true, "employee_id employeeId": true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				shown := pageOf(t, test.keys)
				ids := agentLabel.FindAllStringSubmatch(shown, -1)
				if (len(ids) == 0) != (test.agents == "") {
					t.Errorf("%d series of single agents", len(ids))
				}
				for _, id := range ids {
					if !regexp.MustCompile(test.agents).MatchString(id[1]) {
						t.Fatalf("an agent shows as %q", id[1])
					}
				}
				found := map[string]bool{}
				for _, m := range plantedLabel.FindAllStringSubmatch(shown, -1) {
					found[m[1]+" "+m[2]] = true
				}
				for f := range found {
					if !test.planted[f] {
						t.Errorf("label and field %q show", f)
					}
				}
				if len(test.planted) > 0 && len(found) == 0 {
					t.Error("nothing is shown of what was asked for")
				}
				if n := strings.Count(shown, canary); n != len(plantedLabel.FindAllString(shown, -1)) {
					t.Errorf("personal data stands in %d places, some of them no labels", n)
				}
			})
		})
	}
}

// A warning says from whom personal data is shown.
func TestNamesAreWarnedOf(t *testing.T) {
	var logged notes
	store, err := state.Open("", state.Options{MemoryOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	identity := "hash"
	load := func() (*config.Config, error) {
		return config.Parse("x", []byte(`accounts: [{name: dialer, vendor: livevox, base_url: "http://127.0.0.1:1", identity: `+identity+`,
			auth: {client_name: a, username: b, password: c, access_token: d}, sources: {agents_status: {interval: 1h}}}]`), vendortest.Configs())
	}
	x := Options{Vendors: vendortest.Vendors(), Env: func(string) string { return "" }, Out: io.Discard}.newExporter(store, load, log.NewLogfmtLogger(&logged))
	for i, step := range []struct {
		identity string
		warnings int
	}{{"hash", 0}, {"name", 1}, {"name", 1}, {"none", 1}, {"name", 2}} {
		identity = step.identity
		if err := x.reload(); err != nil {
			t.Fatal(err)
		}
		logged.mu.Lock()
		if n := strings.Count(logged.b.String(), "by name"); n != step.warnings {
			t.Errorf("after step %d there are %d warnings, want %d:\n%s", i, n, step.warnings, logged.b.String())
		}
		logged.mu.Unlock()
	}
	if err := x.stop(); err != nil {
		t.Error(err)
	}
}
