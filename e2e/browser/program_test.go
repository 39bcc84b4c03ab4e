package browser

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program builds the exporter, unless $E2E_BIN has it.
func program(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("E2E_BIN"); dir != "" {
		if path := filepath.Join(dir, "contactcenter_exporter"); exec.Command(path, "--version").Run() == nil {
			return path
		}
	}
	path := filepath.Join(t.TempDir(), "contactcenter_exporter")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs the exporter until the test ends.
func start(t *testing.T, path string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = t.TempDir()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
}

// patience is how long the exporter has to try every source. Nothing is asserted about how long it took.
const patience = time.Minute

// ready waits until an exporter has tried every source.
func ready(t *testing.T, address string) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(200 * time.Millisecond) {
		resp, err := http.Get("http://" + address + "/-/ready")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the exporter doesn't become ready")
}

// demo serves the demonstration, with the faults of a JSON document.
func demo(t *testing.T, path, faults string) (address string) {
	t.Helper()
	address = freeAddress(t)
	args := []string{"demo", "--web.listen-address=" + address, "--agents=12"}
	if faults != "" {
		file := filepath.Join(t.TempDir(), "faults.json")
		write(t, file, faults)
		args = append(args, "--faults="+file)
	}
	start(t, path, args...)
	ready(t, address)
	return address
}

// many serves twenty accounts, of which each fifth can't be reached.
func many(t *testing.T, path string) (address string) {
	t.Helper()
	vendors := freeAddress(t)
	start(t, path, "simulate", "--listen="+vendors, "--agents=12")
	shop := account(t, path)
	var b strings.Builder
	b.WriteString("accounts:\n")
	for i := range 20 {
		host := vendors
		if i%5 == 3 {
			host = "127.0.0.1:1"
		}
		name := fmt.Sprintf("contact-centre-of-region-%02d", i+1)
		b.WriteString(strings.NewReplacer("name: shop", "name: "+name, "VENDORS", host).Replace(shop))
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "many.yml"), b.String())
	address = freeAddress(t)
	start(t, path, "--config.file="+filepath.Join(dir, "many.yml"), "--state.dir="+dir, "--web.listen-address="+address)
	ready(t, address)
	return address
}

// account returns the first account that the simulator has a configuration for, at VENDORS.
func account(t *testing.T, path string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, path, "simulate", "--listen=127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	text, chunk := "", make([]byte, 4096)
	for !strings.Contains(text, "\n  - name: dialer") {
		n, err := out.Read(chunk)
		if err != nil {
			t.Fatal(err)
		}
		text += string(chunk[:n])
	}
	_, text, _ = strings.Cut(text, "accounts:\n")
	text, _, _ = strings.Cut(text, "  - name: dialer")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, "discovery_url:") {
			lines[i] = "    discovery_url: http://VENDORS"
		}
	}
	return strings.Join(lines, "\n")
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
