package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// simulate starts the simulator and returns the file with its configuration.
func simulate(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "contactcenter_exporter")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "simulate", "--listen=127.0.0.1:0", "--speed=20")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	file := filepath.Join(dir, "contactcenter.yml")
	if err := os.WriteFile(file, []byte(configuration(t, out)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// configuration returns the configuration in the output of the simulator.
func configuration(t *testing.T, out io.Reader) string {
	t.Helper()
	var text strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if text.Len() > 0 || strings.HasPrefix(line, "accounts:") {
			text.WriteString(line + "\n")
		}
		if strings.Contains(line, "interaction_events:") { // the last line
			return text.String()
		}
	}
	t.Fatalf("the simulator prints no configuration: %s", &text)
	return ""
}

func TestEverySourceIsReadIntoCounters(t *testing.T) {
	m, err := start(simulate(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
	}()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		missing := missing(m)
		if len(missing) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(missing)
		}
		time.Sleep(200 * time.Millisecond)
	}
	var page strings.Builder
	write(&page, m.Gather())
	for _, want := range []string{"shop agent_activity liveperson_", "dialer service_stats livevox_", "dialer interaction_events livevox_"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no counter begins with %q:\n%s", want, page.String())
		}
	}
}

// missing names the sources that have not succeeded, and what has not been counted.
func missing(m *scrape.Manager) (missing []string) {
	sources := 0
	for _, account := range m.Status() {
		for _, s := range account.Sources {
			if sources++; !s.Tried || s.Err != nil {
				missing = append(missing, account.Account+"/"+s.Name)
			}
		}
	}
	if sources != 17 {
		missing = append(missing, "all 17 sources are on")
	}
	counted := map[string]bool{}
	for _, b := range m.Gather() {
		for _, s := range counters(b) {
			counted[b.Source] = counted[b.Source] || s.Value > 0
		}
	}
	for _, source := range []string{"agent_activity", "status_changes", "service_stats", "agent_stats", "interaction_events", "agent_events"} {
		if !counted[source] {
			missing = append(missing, source+" counts nothing")
		}
	}
	return missing
}
