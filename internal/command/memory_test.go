package command

import (
	"math"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

func TestTheMemoryLimitBoundsTheSeriesOfASource(t *testing.T) {
	before := debug.SetMemoryLimit(100 << 20)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	if got := seriesLimit(); got != 51_200 {
		t.Errorf("%d series in 100 MiB", got)
	}
	debug.SetMemoryLimit(math.MaxInt64)
	if got := seriesLimit(); got < 1<<30 {
		t.Errorf("%d series without a limit", got)
	}
}

func TestEverySourceStaysWithinTheSeriesLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := state.Open("", state.Options{MemoryOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		s := simulator.New(simulator.Options{Seed: 4, Agents: 50, Services: 4})
		c, err := config.Parse("demo", []byte(demoConfig(s, "127.0.0.1:1")), vendortest.Configs())
		if err != nil {
			t.Fatal(err)
		}
		const limit = 100
		m := scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: inMemory{s}, SeriesLimit: limit})
		if err := m.Apply(c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		full := 0
		for _, b := range m.Gather() {
			if b.Source != "" && len(b.Samples) > limit {
				t.Errorf("%s shows %d series", b.Source, len(b.Samples))
			}
			if len(b.Samples) == limit {
				full++
			}
		}
		if full == 0 {
			t.Error("no source reaches the limit: the test sees nothing")
		}
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
	})
}
