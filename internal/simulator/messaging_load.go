package simulator

import "slices"

// workload is what a skill or a group has to do now.
type workload struct {
	agents          [statusAway + 1]int64
	busy, slots     [statusAway + 1]int64
	free            int64
	assigned        int64
	active, overdue int64
	waits           []int64
}

// overdueAfter is the response target.
const overdueAfter = 2 * oneMinute

// loads are what skills or groups have to do. An agent's slots count under each of the agent's keys, a conversation
// under its own.
func loads[K comparable](m *messaging, keys func(*agent) []K, home func(*agent, *conversation) K) map[K]*workload {
	all := map[K]*workload{}
	of := func(k K) *workload {
		if all[k] == nil {
			all[k] = &workload{}
		}
		return all[k]
	}
	for _, a := range m.agents {
		if !a.on {
			continue
		}
		for _, k := range keys(a) {
			w := of(k)
			w.agents[a.status]++
			w.busy[a.status] += int64(a.busy + a.ringing)
			w.slots[a.status] += int64(a.slots)
			if a.status == statusOnline {
				w.free += int64(max(0, a.slots-a.busy-a.ringing))
			}
		}
		for _, c := range a.talks {
			of(home(a, c)).hold(c)
		}
	}
	return all
}

// hold adds a conversation that an agent has.
func (w *workload) hold(c *conversation) {
	w.assigned++
	if !c.ringing {
		w.active++
	}
	if c.intense {
		w.overdue++
	}
}

// wait adds a skill's queue.
func (w *workload) wait(s *skill, now int64) {
	for _, c := range s.waiting {
		if !c.ended {
			w.waits = append(w.waits, max(0, now-c.began))
		}
	}
	slices.Sort(w.waits)
}

// values are the metrics by their names.
func (w *workload) values(o outcome) map[string]float64 {
	var late int64
	for _, ms := range w.waits {
		if ms > overdueAfter {
			late++
		}
	}
	busy, slots := w.busy[statusOnline]+w.busy[statusBackSoon]+w.busy[statusAway], w.slots[statusOnline]+w.slots[statusBackSoon]+w.slots[statusAway]
	waiting := int64(len(w.waits))
	v := map[string]float64{
		"human_online_load": ratio(w.busy[statusOnline], w.slots[statusOnline]), "human_away_load": ratio(w.busy[statusAway], w.slots[statusAway]),
		"agent_load": ratio(busy, slots), "human_agent_load": ratio(busy, slots),
		"queue_wait_time_50th_percentile": w.percentile(50), "queue_wait_time_90th_percentile": w.percentile(90),
		"avg_wait_time": ratio(o.waited, o.waits), "avg_wait_time_first_response": ratio(o.waited, o.waits),
		"avg_time_to_response": ratio(o.took, o.responses), "avg_conversations_duration": ratio(o.lasted, o.closed()),
		"agent_responses_outside_sl_rate": ratio(o.outside, o.responses), "csat": ratio(o.satisfied, o.answers),
	}
	for name, n := range map[string]int64{
		"unassigned_conversations": waiting, "assigned_conversations": w.assigned, "open_conversations": waiting + w.assigned,
		"active_conversations": w.active, "available_slots": w.free, "online_agents": w.agents[statusOnline],
		"back_soon_agents": w.agents[statusBackSoon], "away_agents": w.agents[statusAway],
		"overdue_conversations_in_queue": late, "overdue_conversations_assigned": w.overdue, "overdue_conversations_total": late + w.overdue,
		"closed_conversations": o.closed(), "closed_by_agent": o.closedBy[0], "closed_by_consumer": o.closedBy[1], "auto_closed": o.closedBy[2],
		"concluded_conversations": o.concluded(), "total_num_of_agent_responses": o.responses, "agent_responses_outside_sl": o.outside,
		"total_wait_time_first_response": o.waited,
	} {
		v[name] = float64(n)
	}
	return v
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// percentile is the wait that a part of those who wait have not passed; 0 where no contact waits.
func (w *workload) percentile(percent int) float64 {
	if len(w.waits) == 0 {
		return 0
	}
	return float64(w.waits[(len(w.waits)-1)*percent/100])
}
