package collector

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

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
		return func(id, _ string) string { return hash(id, key) }
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

func hash(id string, key []byte) string {
	if id == "" {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id))
	return hex.EncodeToString(mac.Sum(nil))[:pseudonym]
}
