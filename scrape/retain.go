package scrape

import (
	"strings"
	"time"

	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// retainEvery is the interval at which the state of accounts and sources that are no
// longer configured is looked for.
const retainEvery = time.Hour

// retainSoon lets retain look at the configuration now. The caller holds m.applying.
func (m *Manager) retainSoon() {
	switch {
	case m.options.PruneAfter <= 0:
	case m.retaining == nil:
		m.retaining = time.AfterFunc(0, m.retain)
	default:
		m.retaining.Reset(0)
	}
}

// retain deletes the state of accounts and sources that have not been configured for
// Options.PruneAfter, and again retainEvery later.
func (m *Manager) retain() {
	m.applying.Lock()
	defer m.applying.Unlock()
	if !m.stopped {
		m.retainConfigured()
		m.retaining.Reset(retainEvery)
	}
}

func (m *Manager) retainConfigured() {
	configured := map[string]bool{}
	stores := map[ledger.Store]bool{}
	if m.options.Store != nil {
		stores[m.options.Store] = true
	}
	for _, a := range m.list() {
		stores[a.store] = true
		for _, l := range a.loops {
			configured[access.Ledger(a.config.Name, l.Name)] = true
		}
	}
	for store := range stores {
		m.retainIn(store, configured)
	}
}

func (m *Manager) retainIn(store ledger.Store, configured map[string]bool) {
	removed, err := store.RetainLedgers(func(name string) bool { return configured[name] }, m.options.PruneAfter)
	if len(removed) > 0 {
		level.Info(m.options.Log).Log("msg", "state of what is no longer configured was deleted", "names", strings.Join(removed, " "))
	}
	if err != nil {
		// Store logs that it cannot be written; the next pass tries again.
		level.Debug(m.options.Log).Log("msg", "state of what is no longer configured was not deleted", "err", err)
	}
}
