package crash

import (
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

const journalFile = "internal/replica/journal.go"

// replicaMutation is a program that is wrong where several replicas share an account, and
// the scene in which that shows.
type replicaMutation struct {
	mutation
	shows   scene
	standby bool // the database has one
}

func replicaMutations() []replicaMutation {
	unfenced := edit{
		journalFile, "\treturn set + `owner = $2 and epoch = $3 and seq = $4 - 1`",
		"\treturn " + unfencedSQL,
	}
	look := []edit{
		{
			"internal/state/copy.go", "\tif err := s.opts.Fail(InCommit); err != nil {",
			"\tif err := s.opts.Copy.(interface{ Look() error }).Look(); err != nil {\n\t\treturn err\n\t}\n\tif err := s.opts.Fail(InCommit); err != nil {",
		},
		{
			journalFile, "// fenceSQL is", `// Look looks whether the account is owned.
func (j *journal) Look() error {
	if owned, _, err := j.position(); err != nil || !owned {
		return state.ErrFenced
	}
	return nil
}

// fenceSQL is`,
		},
	}
	retryUnfenced := []edit{
		{journalFile, "return j.resolve(seq, err)", "j.blind = true\n\t\treturn j.commit(seq, header, items, whole)"},
		{journalFile, "\theader  []byte // as it was acquired\n", "\theader []byte\n\tblind bool\n"},
		{
			journalFile, "\tfence := b.Queue(fenceSQL(whole),",
			"\tsql := fenceSQL(whole)\n\tif j.blind {\n\t\tsql = " + unfencedSQL + "\n\t}\n\tfence := b.Queue(sql,",
		},
	}
	named := func(name string, s scene, edits ...edit) replicaMutation {
		return replicaMutation{mutation: mutation{name, edits, true}, shows: s}
	}
	taken := edit{journalFile, "return j.resolve(seq, err)", "return nil"}
	return []replicaMutation{
		named("fence left out", stoppedBeforeCommit, unfenced),
		named("look before the commit only", stoppedBeforeCommit, append(look, unfenced)...),
		named("a COMMIT without an answer is run again", answerLost,
			edit{journalFile, "return j.resolve(seq, err)", "return j.commit(seq, header, items, whole)"}),
		named("a COMMIT without an answer is run again without its fence", stoppedInCommit, retryUnfenced...),
		named("a COMMIT without an answer is taken for kept", commitsLost, taken),
		{mutation{"a COMMIT that a promotion loses is taken for kept", []edit{taken}, true}, promotedInCommit, true},
		named("shown before committed", commitHeld, mutations()[4].edits...),
	}
}

// unfencedSQL is the first statement of a commit that looks at no fence.
const unfencedSQL = "`update contactcenter_account set seq = $4, header = $5 where name = $1 and $2 <> $7 and $3 >= 0 and $6 >= 0`"

// TestReplicaMutants shows that each mutant is found in its scene, by the wrong that it
// does to what is shown or stored: that something takes long is no finding. A scene whose
// moment passed before a busy machine got there is played again.
func TestReplicaMutants(t *testing.T) {
	if testing.Short() || number(t, "REPLICA_MUTANTS", 0) == 0 {
		t.Skip("builds the program many times: set REPLICA_MUTANTS")
	}
	pgtest.Bin(t)
	for _, m := range replicaMutations() {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, mutant(t, "mutant", m.edits...), "poll")
			c.followOneFeed(t)
			if m.standby {
				c.addStandby(t)
			}
			c.patience = 20 * time.Second // a mutant may spoil the state, so that no replica can read it
			c.run(t, func(t *testing.T) {
				c.begin(t)
				for i := range 3 {
					if m.shows(t, c); len(c.seen.problems()) > 0 {
						t.Logf("found in scene %d", i+1)
						return
					}
				}
			})
			findings := c.seen.problems()
			t.Logf("%d findings: %q", len(findings), findings[:min(len(findings), 3)])
			if len(findings) == 0 {
				t.Error("nothing is found")
			}
		})
	}
}
