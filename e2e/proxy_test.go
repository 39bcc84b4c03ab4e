package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

const (
	proxyUser     = "metrics"
	proxyPassword = "s3cretOfTheProxy"
)

// behindTinyproxy is an exporter whose vendors and receiver are reached through tinyproxy alone.
type behindTinyproxy struct {
	*centre
	program string
	url     string // of the proxy, with user and password
	file    string // of its configuration
	proxy   program
	pushes  atomic.Int64 // that the receiver took
}

// startTinyproxy starts the proxy and what is behind it. The test is skipped where Debian's tinyproxy is not installed, unless
// PROXY_REQUIRED=1 asks for it.
func startTinyproxy(t *testing.T) *behindTinyproxy {
	t.Helper()
	program, err := exec.LookPath("tinyproxy")
	switch {
	case os.Getenv("E2E_BIN") == "":
		t.Skip("e2e/run.sh builds the programs and sets E2E_BIN")
	case err == nil:
	case os.Getenv("PROXY_REQUIRED") == "1":
		t.Fatal("no tinyproxy is installed, and PROXY_REQUIRED=1 asks for one")
	default:
		t.Skip("no tinyproxy is installed")
	}
	b := &behindTinyproxy{program: program}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		b.pushes.Add(1)
	}))
	t.Cleanup(receiver.Close)
	address, dir := freePort(t), t.TempDir()
	b.url = fmt.Sprintf("http://%s:%s@%s", proxyUser, proxyPassword, address)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	b.file = filepath.Join(dir, "tinyproxy.conf")
	write(t, b.file, fmt.Sprintf("Listen %s\nPort %s\nAllow 127.0.0.1\nBasicAuth %s %s\nLogLevel Connect\nTimeout 600\n", host, port, proxyUser, proxyPassword))
	b.serveProxy(t)
	b.centre = startCentre(t, func(config string) string {
		return config + fmt.Sprintf("proxy_url: %s\notlp: {endpoint: %q, interval: 1s}\n", b.url, receiver.URL)
	})
	return b
}

func (b *behindTinyproxy) serveProxy(t *testing.T) {
	t.Helper()
	b.proxy = start(t, filepath.Dir(b.file), nil, b.program, "-d", "-c", b.file)
}

// well says which source is not up.
func (b *behindTinyproxy) well() error {
	series, err := b.page()
	if err != nil {
		return err
	}
	for s, v := range series {
		if strings.HasPrefix(s, "contactcenter_source_up ") && v != 1 {
			return fmt.Errorf("%s is %v", s, v)
		}
	}
	return nil
}

// fails says which of the sources that must ask something shows another error than one of class proxy.
func (b *behindTinyproxy) fails() error {
	series, err := b.page()
	if err != nil {
		return err
	}
	n := 0
	for s := range series {
		if !strings.HasPrefix(s, "contactcenter_source_last_error ") {
			continue
		}
		if n++; !strings.Contains(s, `class="proxy"`) {
			return fmt.Errorf("%s is shown", s)
		}
	}
	if n < 10 {
		return fmt.Errorf("%d sources fail", n)
	}
	return nil
}

// pushed waits until pushes arrive.
func (b *behindTinyproxy) pushed(t *testing.T) {
	t.Helper()
	before := b.pushes.Load()
	eventually(t, "the receiver is reached", func() error {
		if b.pushes.Load() < before+3 {
			return fmt.Errorf("no push")
		}
		return nil
	})
}

func TestVendorsAndReceiverAreReachedThroughTinyproxy(t *testing.T) {
	t.Parallel()
	b := startTinyproxy(t)
	eventually(t, "every source is up", b.well)
	b.pushed(t)
	log := b.proxy.printed()
	if host := strings.TrimPrefix(b.vendors, "http://"); !strings.Contains(log, "CONNECT "+host) {
		t.Errorf("the proxy was not asked for %s:\n%s", host, log)
	}
	b.proxy.kill()
	eventually(t, "the sources fail with class proxy", b.fails)
	b.serveProxy(t)
	eventually(t, "every source is up again", b.well)
	b.pushed(t)
	b.refuses(t)
	if log := b.exporter.printed(); strings.Contains(log, proxyPassword) {
		t.Error("the log shows the password")
	}
}

// refuses checks the accounts with other credentials than the proxy has.
func (b *behindTinyproxy) refuses(t *testing.T) {
	t.Helper()
	file := filepath.Join(b.dir, "contactcenter.yml")
	content := text(t, file)
	const wrong = "wrongPassword"
	write(t, filepath.Join(b.dir, "wrong.yml"), strings.Replace(content, proxyPassword, wrong, 1))
	check := exec.Command(filepath.Join(os.Getenv("E2E_BIN"), "contactcenter_exporter"), "check", "--config.file=wrong.yml")
	check.Dir = b.dir
	said, err := check.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "the proxy wants other credentials") || !strings.Contains(string(said), "percent-encoded") || strings.Contains(string(said), wrong) {
		t.Errorf("check of wrong credentials: %v\n%s", err, said)
	}
}
