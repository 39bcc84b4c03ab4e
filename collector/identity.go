package collector

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// pseudonym is how many hex digits of the keyed hash the label shows: 64 bits,
// with which ten thousand agents collide once in hundreds of billions of keys.
const pseudonym = 16

// NewIdentity returns what the label agent_id shows of an agent: nothing, the
// vendor's id, 16 hex digits of the id's HMAC-SHA-256 under key, or the name.
// An agent without an id is never told apart; one without a name shows its id.
func NewIdentity(kind config.Identity, key []byte) Identity {
	switch kind {
	case config.ID:
		return func(id, _ string) string { return id }
	case config.Hash:
		macs := sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}
		return func(id, _ string) string { return hashed(id, &macs) }
	case config.Name:
		return func(id, name string) string {
			if name == "" {
				return id
			}
			return name
		}
	}
	return func(string, string) string { return "" }
}

// hashed returns the pseudonym of an id. A mac that is used again takes half the time of a
// new one: each agent has one in every answer.
func hashed(id string, macs *sync.Pool) string {
	if id == "" {
		return ""
	}
	mac := macs.Get().(hash.Hash)
	defer macs.Put(mac)
	mac.Reset()
	_, _ = io.WriteString(mac, id) // which never fails
	var sum [sha256.Size]byte
	return hex.EncodeToString(mac.Sum(sum[:0])[:pseudonym/2])
}
