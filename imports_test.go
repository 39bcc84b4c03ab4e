package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Data flows one way: which packages of the project each one may know.
func TestImportsGoOneWay(t *testing.T) {
	leaf := []string{}
	allowed := map[string][]string{
		"":                     {"collector/vendors", "internal/command", "internal/state"}, // state: only what a test build lets go wrong
		"internal/crash":       {"internal/state"},
		"config":               {"internal/ical"},
		"collector/metric":     leaf,
		"internal/clock":       leaf,
		"internal/api":         {"internal/clock"},
		"internal/state":       {"collector/metric", "internal/clock", "scrape/ledger"},
		"internal/replica":     {"collector/metric", "internal/state", "scrape/ledger"},
		"internal/proxy":       {"internal/api"},
		"internal/conntrack":   leaf,
		"internal/simulator":   leaf,
		"internal/liveperson":  {"internal/api", "internal/vendorhttp"},
		"internal/livevox":     {"internal/api", "internal/vendorhttp"},
		"collector":            {"config", "internal/api", "internal/proxy", "collector/metric"},
		"collector/liveperson": {"collector", "collector/metric", "collector/operations", "config", "internal/api", "internal/liveperson", "internal/translate"},
		"collector/vendors":    {"collector", "collector/liveperson", "collector/livevox"},
		"internal/erlang":      leaf,
		"internal/ical":        leaf,
		"collector/operations": {"collector", "collector/metric", "config", "internal/api", "internal/erlang", "internal/ical", "internal/translate"},
		"collector/livevox":    {"collector", "collector/metric", "collector/operations", "config", "internal/api", "internal/livevox", "internal/translate"},
		"internal/translate":   {"collector/metric", "internal/api"},
		"internal/golden":      {"collector/metric", "internal/test/lint"},
		"internal/vendortest":  {"collector", "collector/vendors", "config"},
		"internal/vendorhttp":  {"collector/metric", "internal/api", "internal/conntrack", "internal/proxy"},
		"internal/cumulative":  {"collector/metric", "internal/clock", "scrape/ledger"},
		"scrape/ledger":        {"collector/metric"},
		"internal/access":      {"collector", "config", "internal/cumulative", "internal/vendorhttp"},
		"scrape":               {"collector", "config", "internal/access", "internal/api", "collector/metric", "internal/cumulative", "internal/vendorhttp", "scrape/ledger"},
		"internal/page":        {"collector/metric"},
		"internal/otlp":        {"internal/api", "internal/conntrack", "internal/page", "internal/proxy", "collector/metric"},
		"internal/web":         {"scrape"},
		"internal/backfill":    {"collector", "collector/metric", "config", "internal/access", "internal/cumulative", "internal/state", "internal/vendorhttp", "scrape/ledger"},
		"internal/command": {
			"collector", "config", "internal/access", "internal/api", "internal/backfill", "internal/cumulative", "collector/metric", "internal/otlp", "internal/page", "internal/replica",
			"internal/simulator", "internal/state", "internal/web", "scrape", "scrape/ledger",
		},
	}
	const module = "github.com/contactcenter-exporter/contactcenter_exporter"
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(strings.TrimPrefix(fields[0], module), "/")
		if name != "bench" && !strings.HasPrefix(name, "internal/test/") && !strings.Contains(string(picture), "`"+name) {
			t.Errorf("docs/architecture.md lacks %s", name)
		}
		may, known := allowed[name]
		if known {
			met++
		}
		for _, imported := range fields[1:] {
			own, ok := strings.CutPrefix(imported, module+"/")
			if ok && !slices.Contains(may, own) && known {
				t.Errorf("%s must not import %s", name, own)
			}
			if ok && !known && name != "" {
				t.Errorf("%s imports %s: say in this test what it may import", name, own)
			}
		}
	}
	if met != len(allowed) {
		t.Errorf("%d of %d packages were met", met, len(allowed))
	}
}
