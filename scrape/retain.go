package scrape

import (
	"context"
	"strings"
	"time"

	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// retainEvery is the interval at which the state of accounts and sources that are no
// longer configured is looked for.
const retainEvery = time.Hour

// wakeRetain lets retain look at the configuration, and starts it the first time. The
// caller holds m.applying.
func (m *Manager) wakeRetain() {
	if m.options.PruneAfter <= 0 {
		return
	}
	if m.cancel == nil {
		ctx, cancel := context.WithCancel(context.Background())
		m.cancel = cancel
		m.running.Go(func() { m.retain(ctx) })
	}
	select {
	case m.configured <- struct{}{}:
	default:
	}
}

// retain deletes the state of accounts and sources that have not been configured for
// Options.PruneAfter, until ctx ends.
func (m *Manager) retain(ctx context.Context) {
	ticker := time.NewTicker(retainEvery)
	defer ticker.Stop()
	for {
		select {
		case <-m.configured:
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		m.applying.Lock()
		if !m.stopped {
			m.retainConfigured()
		}
		m.applying.Unlock()
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
			configured[ledgerName(a.config.Name, l.Name)] = true
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

// ledgerName is the name of the ledger of a source.
func ledgerName(account, source string) string { return account + "/" + source }
