package replica

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// assign returns which replica should own each account: that of the highest rendezvous
// hash that has room left. No replica has more than its share, rounded up. All replicas
// compute the same from the same configuration.
func assign(accounts, replicas []string) map[string]string {
	if len(replicas) == 0 {
		return nil
	}
	accounts = slices.Sorted(slices.Values(accounts))
	share := (len(accounts) + len(replicas) - 1) / len(replicas)
	load := map[string]int{}
	out := make(map[string]string, len(accounts))
	for _, account := range accounts {
		best, top := "", uint64(0)
		for _, r := range replicas {
			if h := rendezvous(account, r); load[r] < share && (best == "" || h > top || h == top && r < best) {
				best, top = r, h
			}
		}
		out[account] = best
		load[best]++
	}
	return out
}

func rendezvous(account, replica string) uint64 {
	sum := sha256.Sum256([]byte(account + "\x00" + replica))
	return binary.BigEndian.Uint64(sum[:])
}
