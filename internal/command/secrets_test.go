//go:build linux

package command

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// The secrets that belong to the program itself show nowhere: the password of its
// pages, which a scraper sends, and the header of its pushes, which the receiver
// refuses and cites.
func TestTheProgramHidesItsOwnSecrets(t *testing.T) {
	t.Parallel()
	const password, header = "Kingfisher-4711-password", "Kingfisher-4711-header"
	s := simulator.New(simulator.Options{Seed: 7, Agents: 10, Services: 2, FeedsOff: true})
	vendors := httptest.NewServer(s)
	defer vendors.Close()
	var pushed notes
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(&pushed, r.Body)
		http.Error(w, "no "+r.Header.Get("Authorization"), http.StatusUnauthorized)
	}))
	defer receiver.Close()

	dir := t.TempDir()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, filepath.Join(dir, "web.yml"), "basic_auth_users: {prometheus: "+string(hash)+"}\n")
	keep(t, filepath.Join(dir, "headers"), "Authorization: Bearer "+header+"\n")
	keep(t, filepath.Join(dir, "contactcenter.yml"), demoConfig(s, strings.TrimPrefix(vendors.URL, "http://"))+
		"otlp: {endpoint: "+receiver.URL+", interval: 1s, headers_file: headers}\n")
	program := filepath.Join(dir, "exporter")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", program, "../..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pages, debug := free(t), free(t)
	var shown notes
	serve := exec.CommandContext(t.Context(), program, "serve", "--config.file=contactcenter.yml", "--web.config.file=web.yml", "--web.listen-address="+pages,
		"--debug.listen-address="+debug, "--log.level=debug", "--web.enable-lifecycle", "--state.dir=state")
	serve.Dir, serve.Stdout, serve.Stderr = dir, &shown, &shown
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	for !pushed.any() {
		wait(t)
		look(t, &shown, "http://"+pages+"/metrics", password)
	}
	look(t, &shown, "http://"+pages+"/", "wrong")
	for _, path := range []string{"/", "/metrics", "/config", "/sd", "/-/ready", "/none"} {
		look(t, &shown, "http://"+pages+path, password)
	}
	for _, path := range []string{"cmdline", "heap?debug=1", "goroutine?debug=2", "allocs?debug=1"} {
		look(t, &shown, "http://"+debug+"/debug/pprof/"+path, "")
	}
	for _, name := range []string{"cmdline", "environ"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", serve.Process.Pid, name))
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(b)
	}
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil {
		t.Error(err)
	}
	plan := exec.CommandContext(t.Context(), program, "plan", "--config.file=contactcenter.yml")
	plan.Dir, plan.Stdout, plan.Stderr = dir, &shown, &shown
	if err := plan.Run(); err != nil {
		t.Error(err)
	}
	addFiles(t, &shown, filepath.Join(dir, "state"))
	shown.Write(pushed.b.Bytes())
	text := shown.b.String()
	for _, must := range []string{"contactcenter_exporter_otlp_exports_total", "headers_file", "goroutine ", "requests", "401"} {
		if !strings.Contains(text, must) {
			t.Errorf("nothing shows %q: this proves nothing", must)
		}
	}
	lp, lv := s.LivePerson(), s.LiveVox()
	mustHide(t, text, password, string(hash), header, lp.ClientSecret, lv.Password, lv.AccessToken)
}

// any reports whether anything has been written.
func (n *notes) any() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Len() > 0
}

// free returns an address on which nothing listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// wait gives another process some time.
func wait(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(100 * time.Millisecond):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// look adds what a page says, its header too, if there is an answer.
func look(t *testing.T, shown *notes, url, password string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		r.SetBasicAuth("prometheus", password)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return // not there yet
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Fprintf(shown, "%s %v\n%s\n", resp.Status, resp.Header, bytes.TrimSpace(body))
}
