package command

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/page"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// reloading is an exporter whose files change under it. Of its accounts, shop and
// dialer stay as they are.
type reloading struct {
	*exporter
	t      *testing.T
	sim    *simulator.Simulator
	folder string
	chance *rand.Rand
	last   map[string]float64 // counters of shop and dialer
}

// startReloading starts one in a folder of its own, while the contact centre
// stands still: its feeds begin before the first event.
func startReloading(t *testing.T, seed uint64) *reloading {
	t.Helper()
	r := &reloading{
		t: t, folder: t.TempDir(), chance: rand.New(rand.NewPCG(seed, 0)),
		sim: simulator.New(simulator.Options{Seed: int64(seed), Agents: 60, Services: 3}),
	}
	r.play("frozen")
	store, err := state.Open(t.TempDir(), state.Options{BackupEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	r.write("good.yml", r.file(""))
	o := Options{Vendors: vendortest.Vendors(), Env: func(string) string { return "" }}
	load := func() (*config.Config, error) {
		return config.Load(filepath.Join(r.folder, "contactcenter.yml"), vendortest.Configs())
	}
	r.exporter = o.newExporter(store, load, log.NewNopLogger())
	r.manager = scrape.New(scrape.Options{Vendors: vendortest.Vendors(), Store: store, Log: log.NewNopLogger(), Transport: inMemory{r.sim}, StartSpread: time.Second})
	r.page = page.New(r.gather, page.Options{})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		store.Close()
	})
	return r
}

func (r *reloading) play(scene string) {
	if err := r.sim.Play(simulator.Scene{Scene: scene}); err != nil {
		r.t.Fatal(err)
	}
}

// write puts a file in its place as a whole.
func (r *reloading) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		r.t.Fatal(err)
	}
}

// file returns a configuration with the two accounts that never change, and more.
func (r *reloading) file(more string) string {
	lp, lv := r.sim.LivePerson(), r.sim.LiveVox()
	r.write("secret", lp.ClientSecret)
	r.write("password", lv.Password)
	return fmt.Sprintf(`accounts:
  - name: shop
    vendor: liveperson
    account_id: %q
    discovery_url: https://shop.liveperson.net
    auth: {oauth2: {client_id: %q, client_secret_file: secret}}
    sources: {agent_status: {interval: 5s}, status_changes: {interval: 30s, lookback: 1h}}
`, lp.AccountID, lp.ClientID) + r.dialer("dialer", "limits: {requests_per_second: 5}, sources: {agents_status: {interval: 5s}, interaction_events: {}, agent_events: {}}", "password") + more
}

func (r *reloading) dialer(name, more, password string) string {
	lv := r.sim.LiveVox()
	return fmt.Sprintf("  - {name: %s, vendor: livevox, base_url: \"https://dialer.example.com\", auth: {client_name: %q, username: %q, password_file: %s, access_token: %q}, %s}\n",
		name, lv.ClientName, lv.Username, password, lv.AccessToken, more)
}

// good returns another configuration that is good.
func (r *reloading) good() string {
	more := ""
	for _, name := range []string{"one", "two", "three"} {
		if r.chance.IntN(3) > 0 { // added, removed, renamed, with other limits and sources
			more += r.dialer(fmt.Sprintf("%s-%d", name, r.chance.IntN(3)), fmt.Sprintf(
				"limits: {requests_per_second: %d}, sources: {service_stats: {interval: %ds}}", 1+r.chance.IntN(3), 5+r.chance.IntN(20)), "password")
		}
	}
	return r.file(more)
}

// bad returns one with a mistake.
func (r *reloading) bad() string {
	file := r.good()
	switch r.chance.IntN(7) {
	case 0:
		return file[:len(file)-20]
	case 1:
		return file + "surprise: true\n"
	case 2:
		return strings.Replace(file, "client_secret_file: secret", "client_secret_file: nowhere", 1)
	case 3:
		return file + r.dialer("dialer", "sources: {}", "password") // the name is taken
	case 4:
		return strings.Replace(file, "interval: 5s", "interval: 5 minutes", 1)
	case 5:
		return strings.Replace(file, "requests_per_second: 5", "requests_per_second: 0", 1)
	}
	return ""
}

// counters returns what the accounts that never change count.
func (r *reloading) counters() map[string]float64 {
	out := map[string]float64{}
	for _, b := range r.manager.Gather() {
		for _, s := range b.Samples {
			if (b.Account == "shop" || b.Account == "dialer") && s.Desc.Kind == metric.Counter {
				out[b.Account+" "+s.Key()] = s.Value
			}
		}
	}
	return out
}

// look fails the test if a reload is reported wrongly, or if a counter fell.
func (r *reloading) look(round int, want float64) {
	r.t.Helper()
	for _, s := range r.own().Samples {
		if s.Desc == reloadSuccessful && s.Value != want {
			r.t.Fatalf("reload %d: %s is %v, want %v", round, s.Desc.Name, s.Value, want)
		}
	}
	now := r.counters()
	for k, before := range r.last {
		if v, ok := now[k]; !ok || v < before {
			r.t.Fatalf("reload %d: %q went from %v to %v", round, k, before, v)
		}
	}
	r.last = now
}

func TestTwoHundredReloadsUnderLoadLoseNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startReloading(t, 71)
		r.write("contactcenter.yml", r.file(""))
		if err := r.reload(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		begun := r.sim.Truth().Feeds
		r.play("normal")
		logins := r.logins()
		bad := 0
		for round := range 200 {
			time.Sleep(time.Duration(r.chance.IntN(8_000)) * time.Millisecond)
			want := 1.
			if r.chance.IntN(10) < 6 {
				want = 0
				bad++
				r.write("contactcenter.yml", r.bad())
			} else {
				r.write("contactcenter.yml", r.good())
			}
			var both sync.WaitGroup
			for range 1 + r.chance.IntN(2) { // now and then two at once
				both.Go(func() {
					if err := r.reload(); (err == nil) != (want == 1) {
						t.Errorf("reload %d: %v", round, err)
					}
				})
			}
			both.Wait()
			if r.look(round, want); t.Failed() {
				return
			}
		}
		r.play("frozen")
		time.Sleep(2 * time.Minute)
		r.look(200, r.successful())
		if bad < 100 || bad > 140 {
			t.Errorf("%d of 200 configurations were bad, want about 120", bad)
		}
		if n := r.logins(); n != logins || logins != 2 {
			t.Errorf("%v logins of the accounts that did not change, %v before the reloads, want one of each", n, logins)
		}
		ended := r.sim.Truth().Feeds
		for source, want := range map[string]int64{
			"interaction_events": ended.InteractionTotal - begun.InteractionTotal,
			"agent_events":       ended.AgentEventTotal - begun.AgentEventTotal,
		} {
			var got float64
			for k, v := range r.counters() {
				if strings.HasPrefix(k, "dialer contactcenter_feed_events_total") && strings.HasSuffix(k, source) {
					got = v
				}
			}
			if got != float64(want) || want < 50 {
				t.Errorf("%s: %v events are counted of %d", source, got, want)
			}
		}
	})
}

// successful is what the gauge of the last reload shows.
func (r *reloading) successful() float64 {
	for _, s := range r.own().Samples {
		if s.Desc == reloadSuccessful {
			return s.Value
		}
	}
	return -1
}

// logins returns how often the accounts that never change have logged in.
func (r *reloading) logins() (n float64) {
	for k, v := range r.counters() {
		if strings.Contains(k, " contactcenter_auth_renewals_total") {
			n += v
		}
	}
	return n
}

func TestAChangedSecretIsAChangedAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startReloading(t, 72)
		file := r.file(r.dialer("other", "sources: {}", "its-password"))
		r.write("its-password", r.sim.LiveVox().Password)
		r.write("contactcenter.yml", file)
		if err := r.reload(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		const logins, fetches = "contactcenter_auth_renewals_total", "contactcenter_source_fetches_total"
		before := r.other(logins)
		if err := r.reload(); err != nil {
			t.Fatal(err)
		}
		if time.Sleep(20 * time.Second); r.other(logins) != before {
			t.Error("a reload that changes nothing sets an account up again")
		}
		time.Sleep(10 * time.Minute)
		asked := r.other(fetches)
		r.write("its-password", "wrong")
		if err := r.reload(); err != nil {
			t.Fatal(err)
		}
		if time.Sleep(20 * time.Second); r.other(logins) <= before {
			t.Errorf("a changed secret changes nothing: %v logins before, %v after, none of them forgotten", before, r.other(logins))
		}
		if r.other(fetches) < asked {
			t.Errorf("%v fetches before, %v after: they are counted again", asked, r.other(fetches))
		}
		if n := r.logins(); n != 2 {
			t.Errorf("%v logins of the others, want one of each", n)
		}
		if err := os.Remove(filepath.Join(r.folder, "its-password")); err != nil {
			t.Fatal(err)
		}
		if r.reload() == nil || r.successful() != 0 {
			t.Error("a secret that is gone is no error")
		}
	})
}

// other returns the sum of a metric of the account other.
func (r *reloading) other(metric string) (n float64) {
	for _, b := range r.manager.Gather() {
		for _, s := range b.Samples {
			if b.Account == "other" && s.Desc.Name == metric {
				n += s.Value
			}
		}
	}
	return n
}

// A permission that was given at the vendor is used after a reload, although nothing
// changed in the file; without a reload that takes longer.
func TestAReloadAsksAgainForWhatWasForbidden(t *testing.T) {
	t.Parallel()
	for _, reloads := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := startReloading(t, 73)
			r.write("contactcenter.yml", r.file(r.dialer("other", "sources: {service_stats: {}}", "password")))
			if err := r.sim.AddFault(simulator.Fault{Vendor: "livevox", Endpoint: "service_stats", Kind: "status", Status: 403}); err != nil {
				t.Fatal(err)
			}
			if err := r.reload(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Minute)
			r.sim.ClearFaults()
			before := r.up("other", "service_stats")
			if reloads {
				if err := r.reload(); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(30 * time.Second)
			if after := r.up("other", "service_stats"); before || after != reloads {
				t.Errorf("reload %v: up before %v, after %v", reloads, before, after)
			}
		})
	}
}

// up reports whether a source of an account is up.
func (r *reloading) up(account, source string) bool {
	for _, st := range r.manager.Status() {
		for _, s := range st.Sources {
			if st.Account == account && s.Name == source {
				return s.Tried && s.Err == nil
			}
		}
	}
	return false
}

// TestAFileThatChangesIsReadAgain breaks the file and puts it back.
func TestAFileThatChangesIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startReloading(t, 73)
		var lines notes
		r.log = log.NewLogfmtLogger(&lines)
		good := r.file("")
		r.write("contactcenter.yml", good)
		if err := r.reload(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var watching sync.WaitGroup
		watching.Go(func() { r.watchFiles(ctx) })
		defer watching.Wait()
		defer cancel()
		for i, step := range []struct {
			file       string
			successful float64
			accounts   int
			log        string // the last line
		}{
			{good, 1, 2, ""},
			{good + "surprise: true\n", 0, 2, "unknown key"},
			{good, 1, 2, "configuration reloaded"},
			{good + "surprise: true\n", 0, 2, "unknown key"},
			{r.file(r.dialer("other", "sources: {}", "password")), 1, 3, "configuration reloaded"},
		} {
			before := strings.Count(lines.String(), "\n")
			r.write("contactcenter.yml", step.file)
			time.Sleep(time.Minute) // tried more than once
			said := slices.DeleteFunc(strings.Split(lines.String(), "\n")[before:], func(line string) bool {
				return strings.Contains(line, "has the login of") // both dialers log in as one user
			})
			if r.successful() != step.successful || len(r.current().Accounts) != step.accounts {
				t.Errorf("step %d: successful %v, %d accounts", i, r.successful(), len(r.current().Accounts))
			}
			if want := min(len(step.log), 1); len(said) != want+1 || !strings.Contains(said[0], step.log) {
				t.Errorf("step %d: the log says %q, want one line with %q", i, said, step.log)
			}
		}
	})
}
