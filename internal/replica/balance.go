package replica

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"time"
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

// free returns the accounts to acquire, with the highest epoch seen of each: those that
// this replica should own, and those whose owner should have come by now. A row that
// is older than before is left for a while to its owner, which has newer data.
func (g *Group) free(s survey) map[string]int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	free := map[string]int64{}
	if g.joined < 2 { // until others that start now are seen
		return free
	}
	age := map[string]time.Duration{}
	for _, m := range s.members {
		age[m.name] = m.age
	}
	preferred := g.assign(s.members)
	for _, a := range g.accounts {
		name, l := a.Name, s.leases[a.Name]
		waited, patience := l.Expired, time.Duration(0)
		if owner := preferred[name]; owner != g.me.name {
			waited, patience = min(waited, age[owner]), g.opts.TTL/2
		}
		if l.Epoch < g.epochs[name] {
			patience = max(patience, g.opts.TTL)
		}
		if g.held[name] == nil && waited > patience {
			free[name] = g.epochs[name]
		}
	}
	return free
}

// assign returns which of the members should own each account. The caller holds mu.
func (g *Group) assign(members []member) map[string]string {
	var accounts, replicas []string
	for _, a := range g.accounts {
		accounts = append(accounts, a.Name)
	}
	for _, m := range members {
		replicas = append(replicas, m.name)
	}
	return assign(accounts, replicas)
}

// giveBack prepares to give one account to the replica that should own it, once in
// every lease, and only to one that has lived for a while.
func (g *Group) giveBack(s survey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.gaveBack) < g.opts.TTL {
		return
	}
	settled := map[string]bool{}
	for _, m := range s.members {
		settled[m.name] = m.age > 2*g.opts.TTL
	}
	preferred := g.assign(s.members)
	for _, name := range slices.Sorted(maps.Keys(g.held)) {
		h := g.held[name]
		to := preferred[name]
		if h.store == nil || h.lost || h.leaving || to == g.me.name || !settled[to] {
			continue
		}
		h.leaving = true
		g.gaveBack = time.Now()
		g.opts.Log("account is given to the replica that should own it", "account", name, "replica", to)
		g.wake()
		return
	}
}
