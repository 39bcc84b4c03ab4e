package livevox

import (
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// FeedLife is how long the vendor keeps events.
const FeedLife = 24 * time.Hour

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

// beginning is what is known of the token that a feed began with.
type beginning struct {
	mu      sync.Mutex
	token   string    // that the feed began with, or that replaced it before any event; "" after an event
	at      time.Time // when the feed began, by the vendor's clock
	refused string    // the newest token if it was refused once, before its time
}

// set notes that a feed began with a token.
func (b *beginning) set(token string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.token, b.at, b.refused = token, now.Round(0), "" // the time in which a machine is suspended counts
}

// answered notes that a token was answered with the next one, with events or without.
func (b *beginning) answered(token, next string, events bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = ""
	switch {
	case token != b.token:
	case events:
		b.token = ""
	default:
		b.token = next
	}
}

// refusedFirst notes that a token was refused, and reports whether that is for the
// first time since the last answer.
func (b *beginning) refusedFirst(token string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := b.refused != token
	b.refused = token
	return first
}

// since returns how long ago the feed began with a token; false if it didn't, or if that
// is longer ago than the vendor keeps events.
func (b *beginning) since(token string, now time.Time) (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := now.Round(0).Sub(b.at)
	return d, token == b.token && d <= FeedLife
}
