package command

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

// writeConfig writes a configuration of LiveVox with some keys of its own.
func writeConfig(t *testing.T, keys string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "contactcenter.yml")
	file := `accounts:
  - name: dialer
    vendor: livevox
    base_url: https://api.livevox.com
    auth: {client_name: ACME, username: metrics, password: p, access_token: t}
` + keys
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPlanCountsRequestsInChunksAndPerService(t *testing.T) {
	path := writeConfig(t, "    sources: {agent_averages: {interval: 5m}}\n    limits: {requests_per_second: 10}\n")
	var out bytes.Buffer
	if err := Plan(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: path, PlanAgents: 5000, PlanServices: 400}); err != nil {
		t.Fatal(err, out.String())
	}
	for source, requests := range map[string]string{
		"service_stats":  "360",  // 120 fetches of 3 chunks
		"agents_status":  "720",  // 240 fetches of 3 chunks
		"agent_averages": "4800", // 12 fetches of 400 services
		"all":            "6600",
	} {
		if !lineWith(out.String(), source, requests) {
			t.Errorf("%s should take %s requests an hour:\n%s", source, requests, out.String())
		}
	}
}

// lineWith reports whether a line begins with two words.
func lineWith(text, first, second string) bool {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == first && f[1] == second {
			return true
		}
	}
	return false
}

func TestPlanFailsIfTheLimitIsExceeded(t *testing.T) {
	path := writeConfig(t, "    sources: {live_connects: {interval: 1m}}\n    limits: {requests_per_second: 1}\n")
	var out bytes.Buffer
	err := Plan(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: path, PlanAgents: 10, PlanServices: 100})
	if !errors.Is(err, ErrReported) || !strings.Contains(out.String(), "MORE THAN THE LIMIT") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestCheckOffline(t *testing.T) {
	var out bytes.Buffer
	if err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: writeConfig(t, ""), Offline: true}); err != nil || !strings.HasSuffix(out.String(), "ok (1 accounts)\n") {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	for file, want := range map[string]string{
		"good.csv":    "dialer: roster: ok: 1 duty of 1 agent in 1 group, the last until 2026-03-02T12:00:00Z, 1 row skipped (line 3 ends before it begins) (",
		"bad.csv":     "dialer: roster: FAILED: the first row must name the columns agent_id, group_id, activity, start and end\n    roster.file must be",
		"missing.csv": "no such file",
	} {
		out.Reset()
		config := writeConfig(t, "    roster: {file: "+file+"}\n    hours: [{timezone: UTC, open: [mon 08:00-09:00]}]\n")
		const head = "agent_id,group_id,activity,start,end\n"
		keep(t, filepath.Join(filepath.Dir(config), "good.csv"), head+"a1,9,calls,2026-03-02T09:00:00Z,2026-03-02T12:00:00Z\na1,9,calls,2026-03-02T09:00:00Z,2026-03-02T08:00:00Z\n")
		keep(t, filepath.Join(filepath.Dir(config), "bad.csv"), "agent,group\n")
		err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: config, Offline: true})
		if (err == nil) != (file == "good.csv") || !strings.Contains(out.String(), want) || strings.Contains(out.String(), "shown now") || strings.Contains(out.String(), "dialer: hours") {
			t.Errorf("%s: %v: %s", file, err, out.String())
		}
	}
	out.Reset()
	err := Check(t.Context(), Options{Vendors: vendortest.Vendors(), Out: &out, ConfigFile: writeConfig(t, "    identitty: id\n"), Offline: true})
	if !errors.Is(err, ErrReported) || !strings.Contains(out.String(), "did you mean identity?") {
		t.Errorf("%v: %s", err, out.String())
	}
}
