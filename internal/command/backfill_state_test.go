package command

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// countedFrom makes a state in which changes have been counted live from a time on, two hours ago.
func countedFrom(t *testing.T, dir string, begin time.Time) {
	t.Helper()
	ago := time.Now().Add(-2 * time.Hour)
	store, err := state.Open(dir, state.Options{BackupEvery: -1, Now: func() time.Time { return ago }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := store.Ledger("shop/status_changes")
	if err != nil {
		t.Fatal(err)
	}
	n := cumulative.New(l, cumulative.Options{Source: "status_changes", Resumes: true})
	var r metric.Reading
	r.Events.From, r.Events.Cursor = begin, "somewhere"
	if err := errors.Join(n.Resume(store, ago), n.Add(&r, ago), store.Close()); err != nil {
		t.Fatal(err)
	}
}

// A back-fill by what replicas keep in their database makes the files of one by a directory: the
// same hashed agents, up to the same time.
func TestABackfillReadsTheDatabaseOfReplicas(t *testing.T) {
	t.Parallel()
	now := time.Now()
	_, o := backfillOf(t, now, func() {})
	begin := now.UTC().Add(-30*time.Hour - 7*time.Minute).Truncate(time.Second)
	countedFrom(t, o.StateDir, begin)
	o.Backfill.To = "live"
	hashed(t, o.ConfigFile)
	url := pgtest.Start(t).URL()
	if _, err := stateCommand(t, func(o Options) error { return StateCopy(t.Context(), o) }, Options{CopyFrom: o.StateDir, CopyTo: url}); err != nil {
		t.Fatal(err)
	}
	var made [2]map[string][]byte
	for i, database := range []string{"", url} {
		var out bytes.Buffer
		o.Out, o.Replica.StateURL = &out, database
		if i == 1 {
			o.StateDir = filepath.Join(t.TempDir(), "none")
		}
		dir := filepath.Join(t.TempDir(), "out")
		o.Backfill.Output = "openmetrics:" + dir
		if err := Backfill(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), " to "+stamp(begin)) {
			t.Errorf("it does not end where the live counters begin:\n%s", &out)
		}
		made[i] = filesOf(t, dir)
	}
	if len(made[0]) < 4 || len(made[1]) != len(made[0]) {
		t.Errorf("%d and %d files", len(made[0]), len(made[1]))
	}
	for name, content := range made[0] {
		if !bytes.Equal(made[1][name], content) || !bytes.Contains(content, []byte("agent_id")) {
			t.Errorf("%s is another one, or has no agent", name)
		}
	}
	o.Backfill.Account = "dialer"
	if err := Backfill(context.Background(), o); err == nil || !strings.Contains(err.Error(), "holds nothing of account dialer") {
		t.Error(err)
	}
}
