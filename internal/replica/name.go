package replica

import "time"

// checkName compares the heartbeat that was found with the newest one that this process
// wrote. After an error, with an empty s, it is unknown what was written.
func (g *Group) checkName(s survey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.written
	g.written = s.written
	if s.written.IsZero() {
		return
	}
	if !before.IsZero() && !s.found.Equal(before) {
		g.nameUsed = time.Now()
	}
	shared := time.Since(g.nameUsed) < 2*g.opts.TTL
	if shared && !g.nameShared {
		g.opts.Log("another process has the same --replica.name: accounts are not spread evenly until each replica has its own", "name", g.me.name)
	}
	g.nameShared = shared
}
