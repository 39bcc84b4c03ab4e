package simulator

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Simulator plays both vendors. It is an http.Handler for a server and an http.RoundTripper for a client in the same
// process; both may be used at once and by any number of goroutines. It takes the time from Options.Now only, and waits
// only where a vendor holds a request, on timers of package time.
type Simulator struct {
	options    Options
	liveperson LivePersonAccount
	livevox    LiveVoxAccount
	routes     []route
	started    int64
	gzips      sync.Pool // of *gzip.Writer: each is a megabyte

	mu        sync.Mutex
	voice     *voice
	messaging *messaging
	tokens    map[string]int64 // LivePerson access token to its end
	nonces    map[string]int64 // OAuth 1 nonce to its time
	sessions  sessions
	faults    faults
	log       requestLog
	luck      *rand.Rand // of faults and ids, apart from the models' chances
	news      chan struct{}
	forgotten tally // feed events that the feeds have forgotten, since the start
}

// warmUp is how long the models have run when the simulator begins, at most and at least; warmWork bounds it for large
// centres, in hours of an agent.
const (
	warmUpMost  = 26 * time.Hour
	warmUpLeast = 2 * time.Hour
	warmWork    = 60_000
)

// New is a contact centre that has been at work for a while. It fills in the options' defaults.
func New(o Options) *Simulator {
	o = o.filled()
	now := o.Now().UnixMilli()
	c := clock{zone: o.Zone, speed: o.Speed, start: now}
	warm := min(warmUpMost, max(warmUpLeast, warmWork*time.Hour/time.Duration(o.Agents)))
	s := &Simulator{
		options: o, started: now, tokens: map[string]int64{}, nonces: map[string]int64{},
		luck:      rand.New(rand.NewPCG(uint64(o.Seed), 4)),
		voice:     newVoice(o, c, now-c.span(warm)),
		messaging: newMessaging(o, c, now-c.span(warm)),
	}
	s.liveperson, s.livevox = newAccounts(o.Seed)
	s.sessions = newSessions(o, s.livevox)
	s.routes = s.allRoutes()
	s.voice.advance(now)
	s.messaging.advance(now)
	s.enliven()
	if o.Understaffed {
		s.voice.understaff()
	}
	s.begin()
	if o.Frozen {
		s.voice.freeze()
		s.messaging.freeze()
	}
	return s
}

// enliven sees to it that a centre that has just begun shows something of everything: agents away, calls waiting.
func (s *Simulator) enliven() {
	s.voice.enliven()
	s.messaging.enliven()
}

// lock brings both models up to now and returns now; the caller unlocks. Where the machine's clock was set back, now stays: an event
// stored in a past that a client has seen already would never reach it.
func (s *Simulator) lock() int64 {
	s.mu.Lock()
	now := s.options.Now().UnixMilli()
	s.voice.advance(now)
	s.messaging.advance(now)
	return s.voice.now
}

// tellWaiting wakes the requests that wait for events; the caller holds the lock.
func (s *Simulator) tellWaiting() {
	if s.news != nil {
		close(s.news)
		s.news = nil
	}
}

// waitable is closed when something unforeseen happens; the caller holds the lock.
func (s *Simulator) waitable() <-chan struct{} {
	if s.news == nil {
		s.news = make(chan struct{})
	}
	return s.news
}

// ServeHTTP answers as the vendor to whom the path belongs; paths under /sim/ are the simulator's own.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{sim: s, r: r}
	if r.URL.Path == "/sim/roster" {
		s.serveRoster(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/sim/") {
		s.admin(w, x)
		return
	}
	s.serve(w, x)
}
