package simulator

import "fmt"

// segmentVisible is when a stint is delivered: up to four hours after its end.
func (s stint) segmentVisible() int64 { return s.to + s.from%5*60*60_000 }

func (s stint) segmentID(account string) string {
	return fmt.Sprintf("%s:%d:%d:1", account, s.agent.id, s.from)
}

// endReason is how a stint ended.
func (s stint) endReason() string {
	if !s.closed {
		return "backToQueue"
	}
	return [...]string{"closedByAgent", "closedByConsumer", "closedBySystem"}[s.from/1000%3]
}

// agentSegments plays agent-segments: stints by their end, delivered late, oldest first.
func (x *exchange) agentSegments() answer {
	q := x.r.URL.Query()
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	from, fine := number(q, "fromMillis", 0)
	to, good := number(q, "toMillis", int(now))
	limit, right := number(q, "limit", 100)
	offset, exact := number(q, "offset", 0)
	const week, month = 7 * 24 * 60 * 60_000, 31 * 24 * 60 * 60_000
	switch {
	case !fine || !good || !right || !exact || q.Get("source") == "":
		return badRequest("a parameter is missing or no number")
	case to-from > week || int64(from) < now-month || limit < 1 || limit > 500:
		return badRequest("from, to or limit: out of range")
	}
	all := []any{}
	for _, s := range x.sim.messaging.stints {
		if s.to >= int64(from) && s.to <= int64(to) && s.segmentVisible() <= now {
			all = append(all, map[string]any{
				"segmentId": s.segmentID(x.sim.liveperson.AccountID), "startTimeL": s.from, "endTimeL": s.to,
				"conversationId": fmt.Sprint(s.from), "agentId": s.agent.id, "employeeId": s.agent.employee, "skillId": s.skill.id,
				"groupId": s.agent.group.id, "endReason": s.endReason(), "totalHandleTimeMillis": (s.to - s.from) / 3,
			})
		}
	}
	begin := min(offset, len(all))
	end := min(begin+limit, len(all))
	return ok(map[string]any{"segments": all[begin:end], "pagination": map[string]any{"count": len(all), "references": []any{}}})
}

// sumSegments counts the segments that ended between two instants, by how.
func (m *messaging) sumSegments(from, to int64) map[string]int64 {
	all := map[string]int64{}
	for _, s := range m.stints {
		if s.to >= from && s.to <= to {
			all[s.endReason()]++
		}
	}
	return all
}
