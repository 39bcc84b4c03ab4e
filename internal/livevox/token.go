package livevox

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// feedLife is how long the vendor keeps events.
const feedLife = 24 * time.Hour

// tokenTime returns the moment that a feed token or an event id stands for: both
// are version 1 UUIDs, which hold the time at which they were made. The zero time
// for one that is not: it is as good a token, its age is just not known.
func tokenTime(token string) time.Time {
	const length = 36
	if len(token) != length {
		return time.Time{}
	}
	id, err := uuid.Parse(token)
	if err != nil || id.Version() != 1 {
		return time.Time{}
	}
	return time.Unix(id.Time().UnixTime()).UTC()
}

// checkToken refuses a token that can't be one, so that a broken answer leaves a
// feed where it is.
func checkToken(token api.Text) error {
	const maxLength = 1024
	if token == "" || len(token) > maxLength || strings.ContainsFunc(string(token), func(r rune) bool { return r < ' ' || r > '~' }) {
		return api.Schema.Errorf("the answer holds no token to go on with")
	}
	return nil
}

// recentTokens are the newest tokens of one kind, with the time at which each was
// added: those that were refused before their time and asked for again within a new
// session, which each is worth one login, or those with which a feed began.
type recentTokens struct {
	mu     sync.Mutex
	tokens []recentToken
}

type recentToken struct {
	token string
	at    time.Time
}

// keptTokens is how many tokens are remembered: an account has two feeds.
const keptTokens = 8

func (r *recentTokens) add(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens[max(0, len(r.tokens)+1-keptTokens):], recentToken{token, time.Now()})
}

// has reports whether a token was added less than an age ago.
func (r *recentTokens) has(token string, age time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.tokens, func(t recentToken) bool { return t.token == token && time.Since(t.at) <= age })
}
