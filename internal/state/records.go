package state

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Key is the stored form of the key of an event or a record: 128 bits of its
// HMAC-SHA-256 under Store.Key, the ledger's name and the kind.
type Key = ledger.Key

// records are the small records of a ledger, by kind and key.
type records map[string]map[Key]item

// record names one of them, item is its content.
type record struct {
	kind string
	key  Key
}

type item struct {
	value  []byte // never written to
	minute uint32 // since 1970, of the last Put or Get, to within touchEvery
}

// touchEvery is the precision of the times of last use: reading a record or zeroing
// a series writes to the file once a day at most.
const touchEvery = 24 * time.Hour

// set stores an item, or deletes it if its value is nil.
func (r records) set(id record, it item) {
	kind := r[id.kind]
	if it.value == nil {
		if delete(kind, id.key); len(kind) == 0 {
			delete(r, id.kind)
		}
		return
	}
	if kind == nil {
		kind = map[Key]item{}
		r[id.kind] = kind
	}
	kind[id.key] = it
}

// hasher makes the Keys of one ledger. It is not safe for concurrent use.
type hasher struct {
	secret []byte
	ledger string
	kinds  map[string]*kindHasher
	buf    []byte
}

// kindHasher makes those of one kind. It has the newest, because a key that is looked up
// is often stored next.
type kindHasher struct {
	mac    hash.Hash
	name   string
	newest Key
}

func newHasher(secret []byte, ledger string) *hasher {
	return &hasher{secret: secret, ledger: ledger, kinds: map[string]*kindHasher{}}
}

func (h *hasher) of(kind, name string) Key {
	k := h.kinds[kind]
	switch {
	case k == nil:
		k = &kindHasher{mac: hmac.New(sha256.New, h.subkey(kind))}
		h.kinds[kind] = k
	case k.name == name:
		return k.newest
	default:
		k.mac.Reset()
	}
	h.buf = append(h.buf[:0], name...)
	k.mac.Write(h.buf)
	h.buf = k.mac.Sum(h.buf[:0])
	k.name, k.newest = name, Key(h.buf[:len(Key{})])
	return k.newest
}

// subkey separates ledgers and kinds: the same id in two of them has two Keys that
// cannot be linked.
func (h *hasher) subkey(kind string) []byte {
	mac := hmac.New(sha256.New, h.secret)
	mac.Write([]byte(h.ledger + "\x00" + kind))
	return mac.Sum(nil)
}
