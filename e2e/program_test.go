package e2e

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a state may take to come about. Nothing is asserted about how long it took: machines are busy.
var patience = flag.Duration("patience", 5*time.Minute, "how long to wait for a state of the real programs")

// program is a process that ends with its test.
type program struct {
	process *os.Process
	out     *lines
	wait    func()
}

// lines keeps what a program printed, and lets a test wait for a line.
type lines struct {
	read chan string
	log  *os.File
}

// start runs a program of $E2E_BIN, or one with a path, in a folder, with variables besides those of the test. What it prints is added to a
// file there.
func start(t *testing.T, dir string, env []string, name string, args ...string) program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(os.Getenv("E2E_BIN"), name)
	}
	name = filepath.Base(path)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	log, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	l := &lines{read: make(chan string, 1000), log: log}
	go l.copy(r)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := program{cmd.Process, l, sync.OnceFunc(func() { _ = cmd.Wait(); _ = w.Close() })}
	t.Cleanup(func() {
		p.signal(syscall.SIGCONT)
		cancel()
		p.wait()
		if content := p.printed(); t.Failed() {
			t.Logf("%s:\n%s", name, content[max(0, len(content)-3000):])
		}
	})
	return p
}

func (l *lines) copy(r io.Reader) {
	defer l.log.Close()
	s := bufio.NewScanner(r)
	for s.Scan() {
		fmt.Fprintln(l.log, s.Text())
		select {
		case l.read <- s.Text():
		default:
		}
	}
}

// signal sends a signal; a process that has ended doesn't mind.
func (p program) signal(s syscall.Signal) { _ = p.process.Signal(s) }

// kill ends a program as a crash does.
func (p program) kill() {
	p.signal(syscall.SIGKILL)
	p.wait()
}

// printed returns all that was printed by the programs of that name in that folder.
func (p program) printed() string {
	content, _ := os.ReadFile(p.out.log.Name())
	return string(content)
}

// find waits for a line and returns what the expression's group matches in it.
func (p program) find(t *testing.T, expression string) string {
	t.Helper()
	e, limit := regexp.MustCompile(expression), time.After(*patience)
	for {
		select {
		case line := <-p.out.read:
			if m := e.FindStringSubmatch(line); m != nil {
				return m[1]
			}
		case <-limit:
			t.Fatalf("no line matches %s", expression)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// call sends a request and returns the body of an answer of the 200s.
func call(method, url, body string) ([]byte, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, url, resp.Status, strings.TrimSpace(string(content)))
	}
	return content, err
}

// eventually asks once a second until what is asked for holds.
func eventually(t *testing.T, what string, holds func() error) {
	t.Helper()
	begin := time.Now()
	for {
		err := holds()
		if err == nil {
			t.Logf("%s after %s", what, time.Since(begin).Round(time.Second))
			return
		}
		if time.Since(begin) > *patience {
			t.Fatalf("%s: not within %s: %v", what, *patience, err)
		}
		time.Sleep(time.Second)
	}
}
