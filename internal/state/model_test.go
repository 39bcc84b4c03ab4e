package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever happens, and in whatever order, each event is counted once, nothing
// that is shown falls within an epoch, and cursor and counters belong together.
func TestAnyHistoryAgainstAModel(t *testing.T) {
	base := fast(t)
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		m := &machine{base: filepath.Join(base, fmt.Sprint(runs)), now: start(), is: newTruth(), epoch: 1}
		m.dir = filepath.Join(m.base, "0")
		m.open(t)
		defer func() { m.close(t) }()
		t.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"update":  m.update,
			"update2": m.update,
			"clock": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(-10, 40).Draw(t, "hours")) * time.Hour)
			},
			"disk": func(t *rapid.T) {
				m.fail = failAt{rapid.SampledFrom(append([]string{""}, points...)).Draw(t, "point"), errors.New("disk")}
			},
			"crash":   m.crash,
			"crashIn": m.crashIn,
			"restart": func(t *rapid.T) { m.restart(t, m.dir) },
			"delete":  func(*rapid.T) { _ = os.Remove(m.store.path()) },
			"backup":  m.backup,
			"damage":  m.damage,
			"putBack": m.putBack,
		})
	})
}
