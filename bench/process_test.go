// Package bench measures whole processes side by side in one run, on loopback.
// It reports ratios and asserts nothing: see make bench.
package bench

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
	"strings"
	"testing"
	"time"
)

// build makes the program once and returns its path.
func build(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "contactcenter_exporter")
	out, err := exec.CommandContext(b.Context(), "go", "build", "-o", path, "..").CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// start runs the program until the benchmark ends and returns what it prints.
func start(b *testing.B, program string, args ...string) io.Reader {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cancel(); _ = cmd.Wait() })
	return out
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// exporter starts a simulator of that many agents of each vendor in a process
// of its own, and an exporter of it in another one. It returns the URL of the
// metrics once all sources are there.
func exporter(b *testing.B, agents int) string {
	b.Helper()
	program := build(b)
	printed := start(b, program, "simulate", "--listen", freeAddress(b), "--agents", fmt.Sprint(agents))
	file := filepath.Join(b.TempDir(), "contactcenter.yml")
	if err := os.WriteFile(file, configuration(b, printed), 0o600); err != nil {
		b.Fatal(err)
	}
	address := freeAddress(b)
	start(b, program, "serve", "--config.file", file, "--state.dir", b.TempDir(), "--web.listen-address", address, "--web.max-requests", "0", "--log.level", "error")
	await(b, "http://"+address+"/-/ready")
	return "http://" + address + "/metrics"
}

// configuration reads the file that simulate prints, with the per-minute limits
// of a benchmark.
func configuration(b *testing.B, printed io.Reader) []byte {
	b.Helper()
	var file bytes.Buffer
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		line := lines.Text()
		if file.Len() > 0 || strings.HasPrefix(line, "accounts:") {
			fmt.Fprintln(&file, line)
		}
		if strings.Contains(line, "interaction_events:") { // the last one
			return file.Bytes()
		}
	}
	b.Fatalf("no configuration in what simulate prints:\n%s", file.String())
	return nil
}

func await(b *testing.B, url string) {
	b.Helper()
	for range 600 {
		if resp, err := http.Get(url); err == nil { //nolint:noctx // loopback
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatalf("%s is not there", url)
}
