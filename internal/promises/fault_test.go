package promises

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// A fault is a row of the catalogue in docs/faults.md: something that goes
// wrong and what holds nevertheless. Its test is named after its id.
type fault struct {
	id       string
	injected string
	holds    string    // besides what always holds
	class    api.Class // of the errors that are counted; "" if no fetch fails
}

// faultLevels are the letters that ids begin with, and where the fault is.
var faultLevels = []struct{ letter, level string }{
	{"H", "Network, TLS and HTTP"},
	{"J", "JSON and records"},
	{"A", "Authentication"},
	{"T", "Time"},
	{"F", "Event feeds"},
	{"S", "Process and state"},
	{"M", "Scrape and push"},
	{"C", "Configuration and operation"},
}

// listed is a fault with the test that injects it.
type listed struct {
	fault
	test string
}

// faultCatalogue is every fault that tests inject, in the order of the ids.
func faultCatalogue() []listed {
	var all []listed
	for test, faults := range map[string][]fault{
		"TestFaultsOfAnswers":     idsOf(answerFaults()),
		"TestFaultsOfRecords":     idsOf(recordFaults()),
		"TestFaultsOfLogins":      idsOf(loginFaults()),
		"TestFaultsOfFeeds":       idsOf(feedFaults()),
		"TestFaultsOfClocks":      idsOf(clockFaults()),
		"TestFaultsOfConnections": liveIDs(),
	} {
		for _, f := range faults {
			all = append(all, listed{f, test})
		}
	}
	all = append(all, provedElsewhere()...)
	slices.SortFunc(all, func(a, b listed) int { return strings.Compare(sortable(a.id), sortable(b.id)) })
	return all
}

// sortable writes an id so that texts sort as the table does.
func sortable(id string) string {
	for i, l := range faultLevels {
		if strings.HasPrefix(id, l.letter) {
			return fmt.Sprint(i) + id
		}
	}
	return id
}

func idsOf(rows []stagedFault) []fault {
	faults := make([]fault, len(rows))
	for i, r := range rows {
		faults[i] = r.fault
	}
	return faults
}

// leastFaults is how many faults the catalogue must hold.
const leastFaults = 120

func TestTheCatalogueOfFaultsIsLongAndEachIsToldApart(t *testing.T) {
	seen, texts := map[string]bool{}, map[string]bool{}
	for _, f := range faultCatalogue() {
		if seen[f.id] || texts[f.injected] {
			t.Errorf("%s (%s) stands in the catalogue twice", f.id, f.injected)
		}
		seen[f.id], texts[f.injected] = true, true
		if f.injected == "" || f.test == "" || f.class == "" && f.holds == "" {
			t.Errorf("%s doesn't say what is injected, what holds, or which test shows it", f.id)
		}
		if f.class != "" && !slices.Contains(api.Classes(), f.class) {
			t.Errorf("%s: %q is no class", f.id, f.class)
		}
	}
	if len(seen) < leastFaults {
		t.Errorf("%d faults, want %d", len(seen), leastFaults)
	}
}

// sinkHost is where redirects lead and nothing must arrive.
const sinkHost = "sink.example.com"
