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
	const longest = 1024
	if token == "" || len(token) > longest || strings.ContainsFunc(string(token), func(r rune) bool { return r < ' ' || r > '~' }) {
		return api.Schema.Errorf("the answer holds no token to go on with")
	}
	return nil
}

// doubts are the newest tokens that were refused before their time and asked for
// again within a new session: each is worth one login, however often it is refused.
type doubts struct {
	mu     sync.Mutex
	tokens []string
}

func (d *doubts) settled(token string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.tokens, token)
}

func (d *doubts) settle(token string) {
	const kept = 8 // an account has two feeds
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tokens = append(d.tokens[max(0, len(d.tokens)+1-kept):], token)
}
