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

// TokenTime returns the moment that a feed token or an event id stands for: both
// are version 1 UUIDs, which hold the time at which they were made. The zero time
// for one that is not: it is as good a token, its age is just not known.
func TokenTime(token string) time.Time {
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

// refusedTokens are the newest tokens that were refused before their time and asked
// for again within a new session: each is worth one login, however often it is
// refused.
type refusedTokens struct {
	mu     sync.Mutex
	tokens []string
}

func (r *refusedTokens) has(token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.tokens, token)
}

// keptTokens is how many tokens are remembered: an account has two feeds.
const keptTokens = 8

func (r *refusedTokens) add(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens[max(0, len(r.tokens)+1-keptTokens):], token)
}

// givenTokens are the newest tokens with which a feed began.
type givenTokens struct {
	mu     sync.Mutex
	tokens []givenToken
}

type givenToken struct {
	token string
	at    time.Time
}

func (g *givenTokens) add(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens = append(g.tokens[max(0, len(g.tokens)+1-keptTokens):], givenToken{token, time.Now()})
}

// fresh reports whether the vendor gave the token at the beginning of a feed and
// must still know what follows it.
func (g *givenTokens) fresh(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.tokens, func(t givenToken) bool { return t.token == token && time.Since(t.at) <= feedLife })
}
