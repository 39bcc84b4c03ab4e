package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// process is one that serves a page.
type process struct {
	name  string
	url   string // of the page
	debug string // of pprof
	pid   int
}

// build makes the program and returns its path.
func build(b testing.TB) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "contactcenter_exporter")
	out, err := exec.CommandContext(b.Context(), "go", "build", "-C", "..", "-o", path, ".").CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// start runs a program until the benchmark ends and returns its pid and what it
// prints.
func start(b testing.TB, env []string, program string, args ...string) (pid int, printed *bufio.Scanner) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cancel(); _ = cmd.Wait() })
	return cmd.Process.Pid, bufio.NewScanner(out)
}

// rival starts this program in another role, with the page of a file.
func rival(b testing.TB, role, file string) *process {
	b.Helper()
	pid, printed := start(b, []string{roleVariable + "=" + role, pageVariable + "=" + file}, os.Args[0])
	if !printed.Scan() {
		b.Fatal(role + " is not there")
	}
	base := "http://" + printed.Text()
	return &process{role, base + "/metrics", base, pid}
}

// freeAddress returns a loopback address that is not in use.
func freeAddress(b testing.TB) string {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// simulator starts a simulator of that many agents of each vendor, and returns
// the accounts that it prints, without their sources.
func simulator(b testing.TB, program string, agents int) (accounts string) {
	b.Helper()
	_, printed := start(b, nil, program, "simulate", "--listen", freeAddress(b), "--agents", strconv.Itoa(agents))
	var file strings.Builder
	inSources := false
	for printed.Scan() {
		line := printed.Text()
		switch {
		case strings.HasPrefix(line, "  - name:"):
			inSources = false
		case strings.HasPrefix(line, "    sources:"):
			inSources = true
		}
		if strings.HasPrefix(line, "  ") && !inSources {
			fmt.Fprintln(&file, line)
		}
		if strings.Contains(line, "interaction_events:") { // the last line
			return file.String()
		}
	}
	b.Fatal("no configuration in what simulate prints")
	return ""
}

// replicated returns accounts as often as they are wanted, under other names,
// with the sources of each vendor.
func replicated(accounts string, times int, sources map[string]string) string {
	var file strings.Builder
	file.WriteString("accounts:\n")
	for n := range times {
		for _, account := range strings.SplitAfter(strings.ReplaceAll(accounts, "  - name: ", "\x00  - name: "), "\x00") {
			account = strings.TrimSuffix(account, "\x00")
			if !strings.Contains(account, "vendor:") {
				continue
			}
			vendor := regexp.MustCompile(`vendor: (\w+)`).FindStringSubmatch(account)[1]
			account = regexp.MustCompile(`- name: (\w+)`).ReplaceAllString(account, fmt.Sprintf("- name: ${1}-%d", n))
			account = regexp.MustCompile(`limits: .*`).ReplaceAllString(account, "limits: {requests_per_second: 100, burst: 100, max_concurrent: 4}")
			file.WriteString(account)
			file.WriteString("    max_series: 2000000\n    sources:\n" + sources[vendor])
		}
	}
	return file.String()
}

// exporter starts the program with a configuration, and waits until all of its
// sources have been asked.
func exporter(b testing.TB, program, configuration string) *process {
	b.Helper()
	return exporterAt(b, program, configuration, b.TempDir(), sampledHeap)
}

// sampledHeap makes a profile of the heap exact enough for printOwners; it takes some
// processor time.
const sampledHeap = "GODEBUG=memprofilerate=65536"

// exporterAt is exporter with a directory of the state and variables of the environment.
func exporterAt(b testing.TB, program, configuration, dir string, env ...string) *process {
	b.Helper()
	x := serve(b, program, env, configured(b, configuration), freeAddress(b), "--state.dir", dir)
	await(b, x.url[:len(x.url)-len("metrics")]+"-/ready")
	return x
}

// configured writes a configuration to a file and returns its path.
func configured(b testing.TB, configuration string) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "contactcenter.yml")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// serve starts the program with a file of its configuration and flags.
func serve(b testing.TB, program string, env []string, file, address string, flags ...string) *process {
	b.Helper()
	debug := freeAddress(b)
	pid, printed := start(b, env, program, append([]string{
		"serve", "--config.file", file, "--web.listen-address", address,
		"--debug.listen-address", debug, "--web.max-requests", "0", "--log.level", "error",
	}, flags...)...)
	go func() {
		for printed.Scan() {
		}
	}()
	return &process{"this exporter", "http://" + address + "/metrics", "http://" + debug, pid}
}

func await(b testing.TB, url string) {
	b.Helper()
	for range 1200 {
		if resp, err := http.Get(url); err == nil { //nolint:noctx // loopback
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatalf("%s is not there", url)
}
