package crash

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// leaseTTL is the lease of the replicas that are tried.
const leaseTTL = 2 * time.Second

// cluster is two replicas that share an account on a database, each behind a proxy of
// its own, and what a scraper sees that asks any of them.
type cluster struct {
	vendor   *vendor
	database *pgtest.Server
	program  string
	url      string // of the database, in place of those of the proxies
	replicas []*exporter
	proxies  []*pgtest.Proxy
	pair     *pair // nil if the database has no standby
	seen     *history

	pids     [2]atomic.Int64
	faulty   [2]atomic.Bool // while a fault happens to a replica
	single   bool           // the account follows one feed alone
	patience time.Duration  // until a replica owns the account
	byHand   atomic.Bool    // processes that stand still are woken by the test

	ownerless string // of a wait for an owner that was in vain

	mu       sync.Mutex
	answered time.Time // when a replica last showed the account
	longest  time.Duration
	hindered [2][]time.Time // when a replica was not able to take the account over
	scraped  chan struct{}
}

func newCluster(t *testing.T, program, mode string, settings ...string) *cluster {
	t.Helper()
	v := newVendor(t)
	c := &cluster{vendor: v, program: program, seen: newHistory(), database: pgtest.Start(t, settings...), answered: time.Now(), patience: time.Minute}
	c.seen.reloads = true
	for range 2 {
		x := newExporter(t, v, mode)
		x.seen.every = time.Hour // c looks instead
		c.replicas = append(c.replicas, x)
		c.proxies = append(c.proxies, pgtest.NewProxy(t, c.database.Port))
	}
	return c
}

// followOneFeed leaves the agents' events alone, so that every commit is of them.
func (c *cluster) followOneFeed(t *testing.T) {
	t.Helper()
	c.single = true
	for _, x := range c.replicas {
		text := string(must[[]byte](t)(os.ReadFile(x.config)))
		for _, line := range []string{"service_stats: {interval: 1s}", "interaction_events: {mode: poll}"} {
			name, _, _ := strings.Cut(line, ":")
			text = strings.Replace(text, line, name+": {enabled: false}", 1)
		}
		check(t, os.WriteFile(x.config, []byte(text), 0o600))
	}
}

// stopFile is the file whose presence lets a replica stop itself at its next commit,
// holdFile the one that lets its commits wait.
func (c *cluster) stopFile(i int) string {
	return filepath.Join(filepath.Dir(c.replicas[i].dir), "stop")
}

func (c *cluster) holdFile(i int) string {
	return filepath.Join(filepath.Dir(c.replicas[i].dir), "hold")
}

// atCommit lets the next n commits of a replica have a fate. What is returned is closed at
// the first one, after do.
func (c *cluster) atCommit(i, n int, fate pgtest.Fate, do func()) <-chan struct{} {
	met := make(chan struct{})
	first := sync.OnceFunc(func() { do(); close(met) })
	var commits atomic.Int64
	c.proxies[i].OnCommit(func() pgtest.Fate {
		if commits.Add(1) > int64(n) {
			return pgtest.Passed
		}
		first()
		return fate
	})
	return met
}

// within waits for met, and reports whether it was in half a minute.
func within(met <-chan struct{}) bool {
	select {
	case <-met:
		return true
	case <-time.After(30 * time.Second):
		return false
	}
}

func (c *cluster) start(t *testing.T, i int) {
	t.Helper()
	x := c.replicas[i]
	plan := Plan{TroubleHold: -1, Point: state.InCommit, Stop: c.stopFile(i), Hold: c.holdFile(i)}
	url := c.url
	if url == "" {
		url = c.proxies[i].URL()
	}
	x.start(t, c.program, plan, "--state.url="+url, fmt.Sprintf("--replica.name=r%d", i),
		"--replica.advertise-url=http://"+x.address, "--replica.lease-ttl="+leaseTTL.String())
	c.pids[i].Store(int64(x.process.Process.Pid))
}

// scrape asks one replica after the other until stop is closed, as through a service
// with one address.
func (c *cluster) scrape(stop <-chan struct{}) {
	defer close(c.scraped)
	const timeout = 0.3 // seconds, of which the exporter knows
	client := &http.Client{Timeout: timeout * 1000 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
	for i := 0; ; i++ {
		begin := time.Now()
		page, err := readPage(client, "http://"+c.replicas[i%len(c.replicas)].address+"/metrics?account=dialer", fmt.Sprint(timeout))
		if err == nil {
			c.seen.keep(page, time.Since(begin))
			c.mu.Lock()
			c.longest = max(c.longest, time.Since(c.answered))
			c.answered = time.Now()
			c.mu.Unlock()
		} else if code := statusError(""); errors.As(err, &code) && code[0] != '5' && !strings.HasPrefix(string(code), "404") {
			c.seen.complain(err.Error())
		}
		select {
		case <-stop:
			return
		case <-time.After(scrapeEvery):
		}
	}
}

// wake lets processes go on that have stood still for longer than their lease.
func (c *cluster) wake(stop <-chan struct{}) {
	since := map[int]time.Time{}
	for {
		select {
		case <-stop:
			return
		case <-time.After(50 * time.Millisecond):
		}
		for i := range c.replicas {
			pid := int(c.pids[i].Load())
			status := statusOf(pid)
			if c.faulty[i].Load() || status == 0 || strings.IndexByte("TZX", status) >= 0 {
				c.hinder(i)
			}
			switch {
			case status != 'T':
				delete(since, pid)
			case since[pid].IsZero():
				since[pid] = time.Now()
			case !c.byHand.Load() && time.Since(since[pid]) > leaseTTL+time.Second:
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}
	}
}

// owner returns the replica that says it owns the account; -1 if none does.
func (c *cluster) owner(t *testing.T) int {
	t.Helper()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for i, x := range c.replicas {
		h := newHistory()
		if page, err := readPage(client, "http://"+x.address+"/metrics"); err == nil {
			h.keep(page, 0)
			if owned, _ := h.gauge("contactcenter_account_owned{}"); owned == 1 {
				return i
			}
		}
	}
	return -1
}

// awaitOwner waits until a replica owns the account that is accepted.
func (c *cluster) awaitOwner(t *testing.T, accepted func(int) bool) int {
	t.Helper()
	for end := time.Now().Add(c.patience); ; time.Sleep(50 * time.Millisecond) {
		if i := c.owner(t); i >= 0 && accepted(i) {
			return i
		}
		if time.Now().After(end) {
			c.complainOfNoOwner()
			return 0
		}
	}
}

// complainOfNoOwner says what is wrong if the state cannot be read; else replicas may only
// be slow.
func (c *cluster) complainOfNoOwner() {
	if out, err := exec.Command(c.program, "state", "show", "--state.url="+c.database.URL()).CombinedOutput(); err != nil {
		c.seen.complain("the state cannot be read: " + string(out))
	}
	c.ownerless = fmt.Sprintf("for %s no such replica owns the account", c.patience)
}

// run starts the replicas, lets do happen, and returns what was wrong with what was seen
// when all that happened is counted.
func (c *cluster) run(t *testing.T, do func(t *testing.T)) []string {
	t.Helper()
	stop := make(chan struct{})
	c.scraped = make(chan struct{})
	for i := range c.replicas {
		c.start(t, i)
	}
	go c.scrape(stop)
	go c.wake(stop)
	scraping := sync.OnceFunc(func() { close(stop); <-c.scraped })
	defer scraping()
	view := &exporter{vendor: c.vendor, seen: c.seen, process: &exec.Cmd{}}
	if !c.single {
		view.reaches(t, time.Unix(0, 0))
	}
	do(t)
	if found := c.problems(); c.single && len(found) > 0 {
		return found
	}
	c.vendor.pass(t, 2*time.Minute)
	if !c.single {
		view.reaches(t, c.vendor.now().Add(-time.Minute))
	}
	scraping()
	want := truth(c.vendor)
	pages, _ := c.seen.pages()
	t.Logf("%.0f events, %d scrapes, the account was not shown for %s at most", want[agentEvents]+want[interactionEvents], pages, c.longest.Round(time.Millisecond))
	return append(c.problems(), difference(c.seen, want)...)
}

// problems returns what was wrong, and that no replica owned the account.
func (c *cluster) problems() []string {
	if c.ownerless != "" {
		return append(c.seen.problems(), c.ownerless)
	}
	return c.seen.problems()
}

// TestReplicas lets the owner of an account fail in every way while events flow, and
// expects that each event is counted once, and that no scrape of either replica saw a
// counter fall.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("kills programs")
	}
	pgtest.Bin(t)
	t.Parallel()
	times := map[string]int{}
	kills := number(t, "REPLICA_KILLS", 1)
	for i, f := range faults() {
		times[f.name] = max(1, kills/[]int{1, 4, 3, 3, 4, 4, 2, 4}[i])
	}
	c := newCluster(t, programWithFailpoints(t), "poll")
	for _, wrong := range c.run(t, func(t *testing.T) { c.breakDown(t, times, 1000) }) {
		t.Error(wrong)
	}
}
