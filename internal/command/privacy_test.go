package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// notes are written by several goroutines.
type notes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

// String returns what has been written.
func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}

// eavesdropper keeps what the vendors answer about people.
type eavesdropper struct {
	next http.RoundTripper
	said *notes
}

func (e eavesdropper) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := e.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	b, _ := io.ReadAll(resp.Body)
	if !namesGroups(r) {
		_, _ = e.said.Write(append(b, '\n'))
	}
	resp.Body = io.NopCloser(bytes.NewReader(b))
	return resp, nil
}

// personal are the fields in which the vendors name people.
var personal = []string{
	"agentName", "agentNickname", "agentLoginName", "agentUserName", "agentLoginId", "employeeId", "agentPictureURL",
	"phone", "phoneNumber", "phoneDialed", "account", "accountNumber", "name", "firstName", "lastName", "fromEmail", "toEmail", "sessionId",
}

// collectPersonal adds the texts of personal fields in v to found.
func collectPersonal(v any, found map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			collectPersonal(item, found)
		}
	case map[string]any:
		for k, item := range v {
			collectPersonal(item, found)
			if s, ok := item.(string); ok && len(s) > 5 {
				for _, p := range personal {
					if p == k {
						found[s] = true
					}
				}
			}
		}
	}
}

// With the defaults, nothing that the vendors say of a person and no secret
// shows on any page, in the log or in the state file.
func TestNobodyIsNamedAndNoSecretShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		store, err := state.Open(dir, state.Options{BackupEvery: -1})
		if err != nil {
			t.Fatal(err)
		}
		s := simulator.New(simulator.Options{Seed: 3, Agents: 20, Services: 2})
		file := strings.ReplaceAll(demoConfig(s, "127.0.0.1:1"), "_events: {}", "_events: {enabled: false}")
		c, err := config.Parse("demo", []byte(file), vendortest.Configs())
		if err != nil {
			t.Fatal(err)
		}
		var said, shown notes
		m := scrape.New(scrape.Options{
			Vendors: vendortest.Vendors(),
			Store:   store, Log: log.NewLogfmtLogger(&shown), Transport: eavesdropper{taint{inMemory{s}}, &said}, TraceFetch: traced(&shown),
		})
		if err := m.Apply(c); err != nil {
			t.Fatal(err)
		}
		for _, fault := range []string{"", "bad_record", "html", "status", "unknown_state", "garbage", "redirect", "cut", "null"} {
			if fault != "" {
				if err := s.AddFault(simulator.Fault{Kind: fault, Probability: 0.5, URL: "https://example.com/?who=" + in("redirect", "x")}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			showAll(t, &shown, m, c)
			fmt.Fprintf(&shown, "%+v %#v\n", m.Gather(), c) // what OTLP is made of
			s.ClearFaults()
		}
		addProfiles(t, &shown)
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
		if err := store.Backup(); err != nil {
			t.Error(err)
		}
		store.Close()
		addFiles(t, &shown, dir)
		mustNotShow(t, shown.b.String(), said.b.Bytes(), s)
	})
}

// showAll adds every page in every form to shown.
func showAll(t *testing.T, shown *notes, m *scrape.Manager, c *config.Config) {
	t.Helper()
	h := web.Handler(web.Options{
		MetricsPath: "/metrics", Metrics: page.New(m.Gather, page.Options{}), Status: m.Status, Tried: m.Tried, Wait: m.Wait, Config: c.Redacted,
	})
	for _, path := range []string{"/", "/config", "/sd", "/metrics", "/metrics?account=shop", "/metrics?name[]=livevox_agents"} {
		for _, accept := range []string{"text/plain", "application/openmetrics-text", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			_, _ = shown.Write(w.Body.Bytes())
		}
	}
}

func mustNotShow(t *testing.T, shown string, said []byte, s *simulator.Simulator) {
	t.Helper()
	people := map[string]bool{}
	for line := range bytes.Lines(said) {
		var v any
		if json.Unmarshal(line, &v) == nil {
			collectPersonal(v, people)
		}
	}
	if len(people) < 60 {
		t.Fatalf("the vendors named only %d people", len(people))
	}
	delete(people, s.LivePerson().AccountID) // which is an "account" as well
	for p := range people {
		if strings.Contains(shown, p) {
			t.Errorf("%q shows", p)
		}
	}
	if !bytes.Contains(said, []byte(canary)) {
		t.Error("nothing was planted")
	}
	lp, lv := s.LivePerson(), s.LiveVox()
	mustHide(t, shown, append(issued(said), canary, lp.ClientSecret, lv.Password, lv.AccessToken)...)
}

// issued are the tokens and sessions that the vendors gave out.
func issued(said []byte) (secrets []string) {
	for _, m := range regexp.MustCompile(`"(?:access_token|sessionId)":\s*"([^"]{12,})"`).FindAllSubmatch(said, -1) {
		if s := string(m[1]); !slices.Contains(secrets, s) {
			secrets = append(secrets, s)
		}
	}
	return secrets
}

// traced writes down what a trace would tell.
func traced(shown io.Writer) scrape.TraceFetch {
	return func(ctx context.Context, vendor, account, source string) (context.Context, func(error, int)) {
		return ctx, func(err error, records int) { fmt.Fprintln(shown, vendor, account, source, err, records) }
	}
}

// addFiles adds the content of the state directory to shown.
func addFiles(t *testing.T, shown *notes, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal("no state files", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = shown.Write(b)
	}
}
