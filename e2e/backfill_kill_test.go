package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A back-fill that is killed again and again, and goes on with --resume, makes the files of one that is not.
func TestABackfillThatIsKilledMakesTheSameFiles(t *testing.T) {
	c := startCentre(t, func(config string) string {
		config, _, _ = strings.Cut(config, "  - name: dialer")
		return strings.Replace(config, "requests_per_second: 20", "requests_per_second: 10", 1)
	}, "--agents=40", "--history=1000h")
	c.exporter.signal(syscall.SIGTERM)
	c.exporter.wait()
	now := time.Now().UTC().Truncate(time.Hour)
	fill := func(output string, more ...string) *exec.Cmd {
		// As if the one before had been killed two minutes ago: its requests no longer count.
		ago := time.Now().Add(-2 * time.Minute)
		_ = os.Chtimes(filepath.Join(c.dir, "state", "backfill-shop.lock"), ago, ago) // not there at first
		cmd := exec.Command(filepath.Join(os.Getenv("E2E_BIN"), "contactcenter_exporter"), append([]string{
			"backfill", "--account=shop", "--state.dir=state", "--from=" + now.AddDate(0, 0, -34).Format(time.RFC3339),
			"--to=" + now.AddDate(0, 0, -2).Format(time.RFC3339), "--output=openmetrics:" + output,
		}, more...)...)
		cmd.Dir = c.dir
		return cmd
	}
	if out, err := fill("whole").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	resumed := 0
	resume := func() (more []string) {
		if _, err := os.Stat(filepath.Join(c.dir, "killed", "checkpoint.json")); err == nil {
			resumed++
			more = []string{"--resume"}
		}
		return more
	}
	for _, changes := range []int{0, 1, 2, 3, 4, 5, 7, 9, 11} {
		if files, ended := killAfter(t, fill("killed", resume()...), filepath.Join(c.dir, "killed"), changes); ended {
			t.Errorf("it ended before %d changes of its files; then there are %s", changes, files)
		}
	}
	if out, err := fill("killed", resume()...).CombinedOutput(); err != nil || resumed < 5 {
		t.Fatalf("%d times resumed, %v\n%s", resumed, err, out)
	}
	want, got := contents(t, filepath.Join(c.dir, "whole")), contents(t, filepath.Join(c.dir, "killed"))
	if len(want) < 32 || len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, content := range want {
		if !bytes.Equal(got[name], content) {
			t.Errorf("%s is another one", name)
		}
	}
}

// killAfter starts a command and kills it when the names of the files in its directory have changed some times: a file is
// being written, or it is there.
func killAfter(t *testing.T, cmd *exec.Cmd, dir string, changes int) (files string, ended bool) {
	t.Helper()
	begin := listing(dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exit := make(chan error, 1)
	go func() { exit <- cmd.Wait() }()
	for files = begin; changes > 0; {
		select {
		case <-exit:
			return listing(dir), true
		case <-time.After(200 * time.Microsecond):
		}
		if now := listing(dir); now != files {
			files, changes = now, changes-1
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-exit
	t.Logf("killed when there was %q", files[max(0, len(files)-100):])
	return files, false
}

// lockName is the file by which one back-fill at a time writes to a directory.
const lockName = ".backfill.lock"

// listing is the names of the files of a directory.
func listing(dir string) string {
	entries, _ := os.ReadDir(dir)
	var all []string
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// contents are the files of a directory by name.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
