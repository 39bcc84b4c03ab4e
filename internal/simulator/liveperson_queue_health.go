package simulator

import "slices"

// queueHealth plays the current queue health of the Messaging Operations API. Skills without anybody who waits have -1
// for waits.
func (x *exchange) queueHealth() answer {
	q := x.r.URL.Query()
	from, fine := number(q, "fromMillis", 0)
	to, also := number(q, "toMillis", 0)
	switch {
	case q.Get("v") != "2":
		return badRequest("v: must be 2")
	case !fine || !also || from <= 0 || to <= from || to-from > 3*day:
		return badRequest("fromMillis, toMillis: must be at most 72 hours apart")
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	m := x.sim.messaging
	skills := map[string]map[string]int64{}
	var total int64
	if slices.ContainsFunc(m.agents, func(a *agent) bool { return a.on }) {
		for _, s := range m.skills {
			skills[decimal(s.id)] = s.health(m, now)
			total += skills[decimal(s.id)]["unassignedConversations"]
		}
	}
	return ok(map[string]any{"skillsMetrics": skills, "metricsTotal": map[string]int64{"unassignedConversations": total}})
}

func (s *skill) health(m *messaging, now int64) map[string]int64 {
	w := &workload{}
	w.wait(s, m.still())
	waiting, longest := int64(len(w.waits)), int64(-1)
	if waiting > 0 {
		longest = w.waits[waiting-1]
	}
	return map[string]int64{
		"time": now / oneMinute * oneMinute, "unassignedConversations": waiting, "actionableConversations": waiting - waiting/3,
		"notActionableConversations": waiting / 3, "maxWaitTimeForAgentAssignment": longest,
	}
}
