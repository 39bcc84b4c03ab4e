package command

import (
	"bytes"
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

// faultsPreface stands before the table of fault kinds.
const faultsPreface = `# The simulator

` + "`contactcenter_exporter simulate`" + ` plays both vendors on a port, for trying things out and for the tests.

| path | what it is |
|---|---|
| ` + "`GET /sim/accounts`" + ` | the credentials that the vendors accept |
| ` + "`GET /sim/truth`" + ` | what really happened, to compare metrics with; between times with ` + "`from`" + ` and ` + "`to`" + `, between tokens of LiveVox's feeds with ` + "`after`" + ` and ` + "`upto`" + ` |
| ` + "`GET /sim/roster`" + ` | the roster of the week that began yesterday, as the CSV that ` + "`roster.url`" + ` reads: LiveVox's, or with ` + "`?vendor=liveperson`" + ` LivePerson's |
| ` + "`GET /sim/requests`" + ` | the requests that came, by endpoint and status |
| ` + "`POST /sim/scene`" + `, ` + "`/sim/correct`" + `, ` + "`/sim/burst`" + ` | a scene such as ` + "`frozen`" + `, a correction of day totals, a burst of events |

` + "`contactcenter_exporter demo`" + ` begins a day on which LiveVox is short of staff: two inbound services get more calls than their agents can take in every second
hour, a campaign abandons more than 3 % of its calls, and three agents of the roster come late. ` + "`simulate`" + ` doesn't.

Faults are put into it by a file (` + "`--faults`" + `) or by ` + "`POST /sim/faults`" + `, as JSON: an array, an object with the key ` + "`faults`" + `, or one object after the other.

    {"vendor": "livevox", "endpoint": "service_stats", "kind": "status", "status": 503, "retry_after": "30", "count": 5}

| key | meaning |
|---|---|
| ` + "`vendor`, `endpoint`, `path`" + ` | the requests that the fault hits: a vendor, an endpoint as ` + "`GET /sim/requests`" + ` names it, the beginning of a path; each may be missing |
| ` + "`probability`, `count`, `every`" + ` | how often: a chance from 0 to 1, hits at most, only each nth request |
| ` + "`from`, `until`" + ` | when, as durations after the fault was added |
| ` + "`status`, `retry_after`, `body`, `delay`, `skew`, `url`, `size`, `rate`, `how`" + ` | what some kinds need, see there |

| kind | what the vendor does |
|---|---|
`

// writeFaults writes the reference of the simulator's faults.
func writeFaults(w io.Writer) error {
	var b strings.Builder
	b.WriteString(faultsPreface)
	kinds := simulator.FaultKinds()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", kind, kinds[kind])
	}
	_, err := io.WriteString(w, b.String())
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
