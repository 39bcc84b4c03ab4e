package promises

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

const (
	// mostResident is what the program may take of the machine's memory while ten
	// vendors send what they like, and heapLimit what it is given. It was measured at
	// 81 MiB.
	mostResident = 128 << 20
	heapLimit    = "GOMEMLIMIT=100MiB"
	// leftResident is what may stay of it: the own pages of the program that nothing
	// needed before, and heap that is not yet given back.
	leftResident = 16 << 20
)

// hostileTime is how long they do: HOSTILE=30m for the long form.
func hostileTime(t *testing.T) time.Duration {
	d, err := time.ParseDuration(os.Getenv("HOSTILE"))
	if err != nil && os.Getenv("HOSTILE") != "" {
		t.Fatal(err)
	}
	return max(d, 3*time.Second)
}

// Eleven vendors at once send without bound: the program, built as it is used, stays
// small, answers every scrape, and is as small as before when they are good again.
func TestHostileVendorsDoNotFillTheMemory(t *testing.T) {
	if raced || runtime.GOOS != "linux" {
		t.Skip("measures the program itself by /proc")
	}
	t.Parallel()
	s := simulator.New(simulator.Options{Seed: 31, Agents: 20})
	h := &hostility{sim: s}
	vendor := httptest.NewServer(h)
	t.Cleanup(vendor.Close)
	t.Cleanup(vendor.CloseClientConnections)
	var entries []string
	for _, how := range hostilities() {
		url := vendor.URL + "/" + how.name
		if how.shop {
			entries = append(entries, shop(how.name, vendor.URL+"/"+how.name, s, "limits: {requests_per_second: 20, burst: 20, max_concurrent: 2}", "max_series: 20000",
				"domains: {sentinel: "+url+", msgHist: "+url+"}", "sources: {agent_status: {interval: 1s}, status_changes: {enabled: false}}"))
			continue
		}
		entries = append(entries, dialer(how.name, url, s, "limits: {requests_per_second: 20, burst: 20, max_concurrent: 2}",
			"sources: {service_stats: {interval: 1s}, agents_status: {interval: 1s}, agent_stats: {interval: 1s}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}, interaction_events: {mode: "+how.mode()+"}}"))
	}
	p := startProgram(t, accounts(entries...), heapLimit)
	p.scrapes(t, 6*time.Second)
	before := p.resident(t, "VmRSS")
	p.slowest = 0 // the first one waits for the first answers
	h.set(true)
	p.scrapes(t, hostileTime(t))
	most := p.resident(t, "VmHWM")
	h.set(false)
	var after int64
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Second) {
		p.scrapes(t, 0)
		if after = p.resident(t, "VmRSS"); after <= before+leftResident || time.Now().After(end) {
			break
		}
	}
	t.Logf("resident memory: %d MiB before, %d MiB at most, %d MiB afterwards; %d requests; scrapes took %s at most",
		before>>20, most>>20, after>>20, h.requests.Load(), p.slowest.Round(time.Millisecond))
	if most > mostResident {
		t.Errorf("%d MiB of memory, want %d at most", most>>20, mostResident>>20)
	}
	if after > before+leftResident {
		t.Errorf("%d MiB after it, %d before", after>>20, before>>20)
	}
}

// program is the exporter as a process of its own.
type program struct {
	cmd     *exec.Cmd
	url     string
	slowest time.Duration
}

func startProgram(t *testing.T, file string, env ...string) *program {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "exporter")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", path, ".")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	config := filepath.Join(dir, "contactcenter.yml")
	if err := os.WriteFile(config, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // only for a free port
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	p := &program{url: "http://" + address, cmd: exec.CommandContext(context.WithoutCancel(t.Context()), path,
		"--config.file", config, "--state.dir", filepath.Join(dir, "data"), "--web.listen-address", address)}
	p.cmd.Env = append(os.Environ(), env...)
	log := &strings.Builder{}
	p.cmd.Stderr = log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("the program ends with %v\n%.4000s", err, log)
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if resp, err := p.get("/-/healthy"); err == nil {
			resp.Body.Close()
			return p
		}
		if time.Now().After(end) {
			t.Fatal("the program doesn't answer")
		}
	}
}

func (p *program) get(path string) (*http.Response, error) {
	return http.Get(p.url + path) //nolint:noctx // a test's own program
}

// scrapes scrapes once and then for a time, twice a second.
func (p *program) scrapes(t *testing.T, d time.Duration) {
	t.Helper()
	for end := time.Now().Add(d); ; time.Sleep(500 * time.Millisecond) {
		begin := time.Now()
		resp, err := p.get("/metrics")
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		p.slowest = max(p.slowest, time.Since(begin))
		if err != nil || resp.StatusCode != http.StatusOK || n == 0 {
			t.Fatalf("a scrape: %s, %d bytes, %v", resp.Status, n, err)
		}
		if !time.Now().Before(end) {
			return
		}
	}
}

// resident reads a figure of the process's memory, in bytes.
func (p *program) resident(t *testing.T, name string) int64 {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if fields := strings.Fields(in.Text()); len(fields) > 1 && fields[0] == name+":" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("%s is not in /proc", name)
	return 0
}

// bomb writes blanks that gzip makes small.
func bomb(w http.ResponseWriter) {
	w.Header().Set("Content-Encoding", "gzip")
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
	repeat(z, strings.Repeat(" ", 1<<20), 10<<30)
}

// repeat writes text again and again until the reader leaves or enough is written.
func repeat(w io.Writer, text string, size int64) {
	for sent := int64(0); sent < size; sent += int64(len(text)) {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}
