package command

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// lives are processes that work one after the other in one state directory.
type lives struct {
	t          *testing.T
	dir        string
	simulator  *simulator.Simulator
	pruneAfter time.Duration
	manager    *scrape.Manager
	store      *state.Store
}

func newLives(t *testing.T, pruneAfter time.Duration) *lives {
	s := simulator.New(simulator.Options{Seed: 4, Agents: 8, Services: 2})
	l := &lives{t: t, dir: t.TempDir(), simulator: s, pruneAfter: pruneAfter}
	l.restart()
	return l
}

func (l *lives) restart() {
	l.t.Helper()
	l.stop()
	var err error
	if l.store, err = state.Open(l.dir, state.Options{}); err != nil {
		l.t.Fatal(err)
	}
	l.manager = scrape.New(scrape.Options{
		Vendors: vendortest.Vendors(), Store: l.store, Log: log.NewNopLogger(),
		Transport: taint{inMemory{l.simulator}}, PruneAfter: l.pruneAfter,
	})
}

func (l *lives) stop() {
	if l.manager == nil {
		return
	}
	if err := l.manager.Stop(); err != nil {
		l.t.Error(err)
	}
	if err := l.store.Close(); err != nil {
		l.t.Error(err)
	}
}

// apply makes the accounts of those vendors the configuration; LiveVox has day totals
// of agents by name.
func (l *lives) apply(vendors ...string) {
	l.t.Helper()
	file := strings.ReplaceAll(demoConfig(l.simulator, "127.0.0.1:1"), "_events: {}", "_events: {enabled: false}")
	file = strings.ReplaceAll(file, "    limits:", "    identity: name\n    limits:")
	file = regexp.MustCompile(`interval: \d+s`).ReplaceAllString(file, "interval: 5m")
	c, err := config.Parse("demo", []byte(file), vendortest.Configs())
	if err != nil {
		l.t.Fatal(err)
	}
	var kept []config.Account
	for _, a := range c.Accounts {
		for _, v := range vendors {
			if a.Vendor == v {
				kept = append(kept, a)
			}
		}
	}
	c.Accounts = kept
	if err := l.manager.Apply(c); err != nil {
		l.t.Fatal(err)
	}
}

// shown returns whether the page has counters of single agents of LiveVox.
func (l *lives) shown() bool {
	w := httptest.NewRecorder()
	page.New(l.manager.Gather, page.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return strings.Contains(w.Body.String(), "livevox_agent_")
}

// named reports whether a name of an agent of LiveVox, or of one of their metrics, is
// in a file of the state directory.
func (l *lives) named() bool {
	l.t.Helper()
	synctest.Wait() // a backup may be under way
	files, err := filepath.Glob(filepath.Join(l.dir, "state.db*"))
	if err != nil || len(files) == 0 {
		l.t.Fatal(files, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			l.t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("livevox_agent_")) {
			return true
		}
	}
	return false
}

const bothVendors, oneVendor = "livevox liveperson", "liveperson"

// What was counted for an account that is no longer configured is deleted after
// --state.prune-after, from the file and its backup, also over a restart.
func TestARemovedAccountIsForgotten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pruneAfter time.Duration
		back       bool // the account is configured again for a minute in between
		forgotten  bool
	}{
		"removed":              {90 * time.Minute, false, true},
		"back before the time": {90 * time.Minute, true, false},
		"all is kept":          {0, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLives(t, c.pruneAfter)
				defer func() { l.stop() }()
				l.apply(strings.Fields(bothVendors)...)
				time.Sleep(10 * time.Minute)
				if !l.shown() || !l.named() {
					t.Fatal("no counter of a single agent: the test sees nothing")
				}
				l.apply(oneVendor)
				time.Sleep(30 * time.Minute)
				l.restart()
				l.apply(oneVendor)
				time.Sleep(50 * time.Minute)
				if !l.named() {
					t.Error("forgotten early")
				}
				if c.back {
					l.apply(strings.Fields(bothVendors)...)
					time.Sleep(time.Minute)
					l.apply(oneVendor)
				}
				time.Sleep(time.Hour)
				if l.named() == c.forgotten {
					t.Errorf("in the state directory: %v", l.named())
				}
			})
		})
	}
}
