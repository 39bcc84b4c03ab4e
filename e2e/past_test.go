package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// promtool makes blocks of the files of each source, whose histograms are classic ones, with all samples as they were written.
func TestBlocksHoldWhatABackfillHasWritten(t *testing.T) {
	dir := filepath.Join(steadyPages(t), "seam")
	tool := promtool(t)
	for _, source := range []string{"agent_segments", "interval_metrics", "queues", "agent_view"} {
		files, err := filepath.Glob(filepath.Join(dir, source, "*.om"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", source, len(files), err)
		}
		blocks := t.TempDir()
		var want []string
		for _, file := range files {
			if out, err := exec.Command(tool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1d", file, blocks).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", file, err, out)
			}
			for _, s := range readPast(t, file, nil) {
				want = append(want, fmt.Sprintf("%s %g %d", s.series, s.value, s.at))
			}
		}
		if err := os.Mkdir(filepath.Join(blocks, "wal"), 0o700); err != nil { // without it dump finds no database
			t.Fatal(err)
		}
		out, err := exec.Command(tool, "tsdb", "dump", blocks).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSpace(string(out)), "\n")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the blocks hold %d samples, the files %d, or others", source, len(got), len(want))
		}
		if buckets := strings.Count(string(out), `_bucket"`); (source == "agent_segments") != (buckets > 0) {
			t.Errorf("%s: %d samples of buckets", source, buckets)
		}
	}
}
