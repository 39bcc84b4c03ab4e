package crash

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// What the mutants change.
const (
	commitFile   = "internal/state/commit.go"
	openFile     = "internal/state/open.go"
	countersFile = "internal/cumulative/counters.go"
	eventFile    = "internal/cumulative/events.go"

	// committed is where an answer has been committed.
	committed = `	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
`
	// setCursor is a transaction of its own with the cursor alone.
	setCursor = `	if r.Events.Cursor != "" {
		if err := n.ledger.Update(func(tx ledger.Tx) error { tx.SetCursor(r.Events.Cursor); return nil }); err != nil {
			return err
		}
	}
`
)

// mutation is a program that differs from the right one, and whether it is wrong.
type mutation struct {
	name  string
	edits []edit
	wrong bool
}

func mutations() []mutation {
	pairing := edit{countersFile, "\tif p.Cursor != \"\" {\n\t\ttx.SetCursor(p.Cursor)\n\t}\n", ""}
	cursorLast := edit{countersFile, committed, committed + setCursor}
	return []mutation{
		{name: "none"},
		{name: "cursor first", wrong: true, edits: []edit{
			{countersFile, "\tvar place Position\n", "\tvar place Position\n" + setCursor},
		}},
		{name: "counters first", wrong: true, edits: []edit{pairing, cursorLast}},
		{name: "counters first, events not remembered", wrong: true, edits: []edit{
			pairing, cursorLast,
			{eventFile, "if !tx.Once(e.Key, maxTime(e.Time, now)) {", "if !tx.Once(e.Key, maxTime(e.Time, now)) && false {"},
		}},
		{name: "shown before committed", wrong: true, edits: []edit{
			{
				commitFile, "\tif err := s.persist(t.floor, items); err != nil {\n\t\treturn err\n\t}\n\tt.ledger.publish(t, v)\n",
				"\tt.ledger.publish(t, v)\n\tif err := s.persist(t.floor, items); err != nil {\n\t\treturn err\n\t}\n",
			},
		}},
		{name: "counters begin at 0", wrong: true, edits: []edit{
			{
				openFile, "\ts.use(Resumed, c)\n\ts.file = f\n",
				"\tfor _, l := range c.ledgers {\n\t\tl.restart(s.opts.Now().UnixNano())\n\t}\n\ts.use(Resumed, c)\n\ts.file = f\n",
			},
		}},
	}
}

// TestMutants shows that a program that commits in a wrong order doesn't get past
// what TestKilled checks, and that the checks find nothing in the right one.
func TestMutants(t *testing.T) {
	if testing.Short() || number(t, "CRASH_KILLS", 0) == 0 {
		t.Skip("builds the program many times: set CRASH_KILLS")
	}
	for _, c := range mutations() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			findings := try(t, mutant(t, "mutant", c.edits...))
			t.Logf("%d findings: %q", len(findings), findings[:min(len(findings), 3)])
			if c.wrong != (len(findings) > 0) {
				t.Errorf("%d findings: %q", len(findings), findings)
			}
		})
	}
}

// TestMutantsFitTheCode notices a change of the code that an edit is of, which
// TestMutants would only notice when it is asked for.
func TestMutantsFitTheCode(t *testing.T) {
	all := mutations()
	for _, m := range replicaMutations() {
		all = append(all, m.mutation)
	}
	for _, c := range all {
		for _, e := range c.edits {
			text := must[[]byte](t)(os.ReadFile(filepath.Join(root, e.file)))
			if n := strings.Count(string(text), e.old); n != 1 {
				t.Errorf("%s: %d times in %s: %q", c.name, n, e.file, e.old)
			}
		}
	}
}

// try kills a program where an order of commits shows, and returns what is wrong
// with it.
func try(t *testing.T, program string) []string {
	v := newVendor(t)
	c := &campaign{vendor: v, programs: []string{program}}
	for call := range 8 {
		for _, point := range []string{state.InCommit, state.BeforePublish} {
			c.plans = append(c.plans, Plan{Point: point, Call: 2 + call, Pause: 6 * scrapeEvery, BackupEvery: -1})
		}
	}
	for _, mode := range []string{"poll", "sse"} {
		c.exporters = append(c.exporters, newExporter(t, v, mode))
	}
	c.begin(t)
	c.run(t, 14, 14_000)
	c.settle(t)
	return c.findings(t, truth(v))
}
