package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// centre is a simulated contact centre and an exporter that serves it.
type centre struct {
	dir       string
	vendors   string // URL of the simulator
	address   string // of the exporter
	env       []string
	simulator program
	exporter  program
}

// startCentre starts both, the exporter with the configuration that the simulator prints, changed.
func startCentre(t *testing.T, change func(config string) string, simulate ...string) *centre {
	t.Helper()
	if os.Getenv("E2E_BIN") == "" {
		t.Skip("e2e/run.sh builds the programs and sets E2E_BIN")
	}
	c := &centre{dir: t.TempDir(), address: freePort(t)}
	vendors := freePort(t)
	c.vendors = "http://" + vendors
	c.simulator = start(t, c.dir, nil, "contactcenter_exporter", append([]string{"simulate", "--listen=" + vendors}, simulate...)...)
	c.simulator.find(t, `(interaction_events)`) // the last line
	_, config, _ := strings.Cut(c.simulator.printed(), "configuration for it:\n\n")
	write(t, filepath.Join(c.dir, "contactcenter.yml"), change(config))
	c.serve(t)
	return c
}

// serve starts the exporter, on the state of the one before.
func (c *centre) serve(t *testing.T) {
	t.Helper()
	c.exporter = start(t, c.dir, c.env, "contactcenter_exporter", "serve", "--web.listen-address="+c.address, "--state.dir=state")
	eventually(t, "the exporter is ready", func() error {
		_, err := call(http.MethodGet, "http://"+c.address+"/-/ready", "")
		return err
	})
}

// post asks something of the simulator.
func (c *centre) post(t *testing.T, path, body string) {
	t.Helper()
	if _, err := call(http.MethodPost, c.vendors+path, body); err != nil {
		t.Fatal(err)
	}
}

// play sets a scene for everybody.
func (c *centre) play(t *testing.T, scene string) {
	t.Helper()
	c.post(t, "/sim/scene", fmt.Sprintf(`{"scene":%q}`, scene))
}

// heal ends all faults.
func (c *centre) heal(t *testing.T) {
	t.Helper()
	if _, err := call(http.MethodDelete, c.vendors+"/sim/faults", ""); err != nil {
		t.Fatal(err)
	}
}
