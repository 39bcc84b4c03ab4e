package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is the program if PROGRAM is set.
func TestMain(m *testing.M) {
	if os.Getenv("PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program starts the program. Its log goes to the returned reader.
func program(t *testing.T, args ...string) (*exec.Cmd, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "PROGRAM=1")
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { r.Close() })
	return cmd, r
}

// configured writes a configuration of an account that is never reached, and
// returns the flags to serve it.
func configured(t *testing.T) (dir string, flags []string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "contactcenter.yml")
	content := "accounts:\n- {name: a, vendor: livevox, base_url: 'http://127.0.0.1:1', auth: {client_name: c, username: u, password: p, access_token: t}}\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, []string{"--config.file=" + file, "--state.dir=" + dir, "--web.listen-address=127.0.0.1:0", "--log.level=debug"}
}

// stops asks the program to end and expects that it does so without an error.
func stops(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A program that waits for its state directory takes SIGHUP for a reload, which it
// does when it has started. It waits for a second only: on a loaded machine that
// may be over before the test continues, and the test begins again.
func TestSIGHUPWhileStarting(t *testing.T) {
	for !hangUpWhileStarting(t) {
	}
}

func hangUpWhileStarting(t *testing.T) (tried bool) {
	t.Helper()
	dir, flags := configured(t)
	lock, err := os.Create(filepath.Join(dir, "state.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	cmd, log := program(t, flags...)
	for fd := ""; fd != lock.Name() && t.Context().Err() == nil; {
		time.Sleep(5 * time.Millisecond)
		fd = opened(cmd.Process.Pid, lock.Name())
	}
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadString('\n')
		switch {
		case strings.Contains(line, "state directory is in use"):
			_ = cmd.Wait()
			return false
		case err != nil:
			t.Fatalf("the program ended: %v", cmd.Wait())
		case strings.Contains(line, "configuration reloaded"):
			go func() { _, _ = io.Copy(io.Discard, log) }()
			stops(t, cmd)
			return true
		}
	}
}

// opened returns path if a process has it open, or has ended.
func opened(pid int, path string) string {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, _ := os.ReadDir(dir)
	if len(entries) == 0 {
		return path
	}
	for _, e := range entries {
		if to, _ := os.Readlink(filepath.Join(dir, e.Name())); to == path {
			return path
		}
	}
	return ""
}

func waitLine(t *testing.T, log *bufio.Reader, text string) string {
	t.Helper()
	for {
		line, err := log.ReadString('\n')
		if err != nil {
			t.Fatalf("the program ended before %q", text)
		}
		if strings.Contains(line, text) {
			return line
		}
	}
}

// A program whose log is no longer read continues.
func TestTheEndOfALogReader(t *testing.T) {
	_, flags := configured(t)
	cmd, log := program(t, flags...)
	line := waitLine(t, bufio.NewReader(log), `msg="Listening on"`)
	_, address, _ := strings.Cut(strings.TrimSpace(line), "address=")
	log.Close()
	for range 3 {
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil { // which is logged
			t.Fatal(err)
		}
		resp, err := http.Get("http://" + address + "/-/healthy")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		t.Error(err)
	}
	stops(t, cmd)
}

// A command that prints ends with its reader, and says nothing.
func TestTheEndOfAReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	var stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), os.Args[0], "metrics")
	cmd.Env = append(os.Environ(), "PROGRAM=1")
	cmd.Stdout, cmd.Stderr = w, &stderr
	err = cmd.Run()
	w.Close()
	if err == nil || stderr.Len() > 0 {
		t.Errorf("%v: %s", err, &stderr)
	}
}

// Help that is piped to a program that reads its first lines, or none, ends without a panic.
func TestTheEndOfAReaderOfHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help", "serve"}, {"--version"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
		cmd.Env, cmd.Stdout = append(os.Environ(), "PROGRAM=1"), w
		var log strings.Builder
		cmd.Stderr = &log
		err = cmd.Run()
		w.Close()
		if err != nil || log.String() != "" {
			t.Errorf("%s: %v, %.100q", args, err, log.String())
		}
	}
}
