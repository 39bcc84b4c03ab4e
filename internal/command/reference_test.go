package command

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

var update = flag.Bool("update", false, "write the files that are made from the code")

// Everything under docs/ that is made from the code is what the code makes.
func TestReferences(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"metrics.md":                func(w io.Writer) error { return writeMetricsMarkdown(w, metricGroups(vendortest.Vendors())) },
		"configuration.md":          func(w io.Writer) error { return config.WriteReference(w, vendortest.Configs()) },
		"simulator.md":              writeFaults,
		"contactcenter.schema.json": func(w io.Writer) error { return config.WriteSchema(w, vendortest.Configs()) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("..", "..", "docs", name)
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			have, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(have, b.Bytes()) {
				t.Errorf("docs/%s is not what the code makes: run make docs", name)
			}
		})
	}
}

// writeFaults writes the document of the simulator with the table of fault kinds, before which
// the text is written by hand.
func writeFaults(w io.Writer) error {
	const header = "| kind | what the vendor does |\n|---|---|\n"
	document, err := os.ReadFile(filepath.Join("..", "..", "docs", "simulator.md"))
	if err != nil {
		return err
	}
	text, _, found := strings.Cut(string(document), header)
	if !found {
		return errors.New("the table of kinds has no header")
	}
	var b strings.Builder
	b.WriteString(text + header)
	kinds := simulator.FaultKinds()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", kind, kinds[kind])
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// allDescs are all metrics that there are, each once.
func allDescs() []*metric.Desc {
	descs := slices.Concat(exporterDescs(), scrape.Descs(), collector.AccountDescs(vendortest.Vendors()), collector.SharedDescs())
	seen := map[*metric.Desc]bool{}
	for _, d := range descs {
		seen[d] = true
	}
	for _, v := range vendortest.Vendors() {
		for _, s := range v.Sources {
			for _, d := range s.Descs {
				if !seen[d] {
					seen[d] = true
					descs = append(descs, d)
				}
			}
		}
	}
	return descs
}

func TestEveryMetricIsDeclaredOnceAndExplained(t *testing.T) {
	names := map[string]bool{}
	for _, d := range allDescs() {
		if names[d.Name] {
			t.Errorf("%s is declared twice", d.Name)
		}
		names[d.Name] = true
		if len(d.Help) < 20 {
			t.Errorf("%s: %q is no explanation", d.Name, d.Help)
		}
	}
}
