package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// program is a process that ends with its test.
type program struct {
	out *lines
}

// lines keeps what a program printed, and lets a test wait for a line.
type lines struct {
	read chan string
	log  *os.File
}

// start runs a program of $E2E_BIN; its output goes to a file in the test's folder.
func start(t *testing.T, dir, name string, args ...string) program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, filepath.Join(os.Getenv("E2E_BIN"), name), args...)
	cmd.Dir = dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	log, err := os.Create(filepath.Join(dir, name+".log"))
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
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		_ = w.Close()
		if t.Failed() {
			content, _ := os.ReadFile(log.Name())
			t.Logf("%s:\n%s", name, content[max(0, len(content)-3000):])
		}
	})
	return program{l}
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

// find waits for a line and returns what the expression's group matches in it.
func (p program) find(t *testing.T, expression string) string {
	t.Helper()
	e, limit := regexp.MustCompile(expression), time.After(30*time.Second)
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
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// call sends a request and returns the body of an answer of the 200s.
func call(method, url, body string) ([]byte, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
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
func eventually(t *testing.T, within time.Duration, what string, holds func() error) {
	t.Helper()
	begin := time.Now()
	for {
		err := holds()
		if err == nil {
			t.Logf("%s after %s", what, time.Since(begin).Round(time.Second))
			return
		}
		if time.Since(begin) > within {
			t.Fatalf("%s: not within %s: %v", what, within, err)
		}
		time.Sleep(time.Second)
	}
}
