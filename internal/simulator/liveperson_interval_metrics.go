package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// intervalRequest is what interval metrics are asked for, in milliseconds.
type intervalRequest struct {
	from, to, width int64
	size, offset    int
	gap             bool // an empty page stands before the offset
	byAgent         bool
	model           string
	metrics         []string
}

func readIntervalRequest(q url.Values, now int64) (r intervalRequest, cause string) {
	var err error
	number := func(name string, otherwise int64) int64 {
		if !q.Has(name) {
			return otherwise
		}
		n, bad := strconv.ParseInt(q.Get(name), 10, 64)
		err = cmp.Or(err, bad)
		return n
	}
	r.from, r.to = number("fromL", 0), number("toL", 0)
	r.width, r.size = number("intervalDuration", 15)*60_000, int(number("pageSize", 100))
	key := q.Get("pageKey")
	r.gap = strings.HasPrefix(key, "e")
	if key != "" {
		r.offset, err = strconv.Atoi(strings.TrimLeft(key, "ek"))
	}
	grouping := strings.Split(q.Get("grouping"), ",")
	r.byAgent, r.model, r.metrics = slices.Contains(grouping, "agent"), q.Get("handleTimeModel"), strings.Split(q.Get("metrics"), ",")
	const week = 7 * 24 * 60 * 60_000
	switch {
	case err != nil:
		return r, "a parameter is no number"
	case q.Get("source") == "" || q.Get("v") != "1":
		return r, "source and v: must not be empty"
	case r.from < now-week || r.from > r.to:
		return r, "from: must be within the past week and before to"
	case !slices.Contains([]string{"IFT", "EHT"}, r.model):
		return r, "handleTimeModel: must be IFT or EHT"
	case !slices.Contains([]int64{15, 30, 60, 1440}, r.width/60_000) || r.size < 1 || r.size > 500:
		return r, "intervalDuration or pageSize: out of range"
	case r.byAgent && slices.Contains(r.metrics, "arrivals"):
		return r, "metrics: arrivals needs the grouping skill"
	}
	return r, ""
}

// intervalMetrics plays interval-metrics: the two newest intervals are in progress and the answer is 202 then. Behind the
// first page stands an empty one.
func (x *exchange) intervalMetrics() answer {
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	r, cause := readIntervalRequest(x.r.URL.Query(), now)
	if cause != "" {
		return badRequest(cause)
	}
	rows, progress := x.sim.messaging.intervalRows(r)
	from := min(r.offset, len(rows))
	to := min(from+r.size, len(rows))
	next := ""
	switch {
	case r.gap && from < len(rows):
		to, next = from, fmt.Sprintf("k%d", from)
	case r.gap:
	case r.offset == 0 && x.r.URL.Query().Get("pageKey") == "":
		next = fmt.Sprintf("e%d", to)
	case to < len(rows):
		next = fmt.Sprintf("k%d", to)
	}
	paging := map[string]any{"pageSize": r.size, "refs": map[string]string{"first": "https://localhost/"}}
	if next != "" {
		paging["nextPageKey"] = next
		paging["refs"] = map[string]string{"first": "https://localhost/", "next": "https://localhost/?pageKey=" + next}
	}
	a := ok(map[string]any{"metadata": map[string]any{"v": 1, "paging": paging, "count": to - from}, "intervals": rows[from:to]})
	if progress {
		a.status = http.StatusAccepted
	}
	return a
}

// intervalRows are the rows in the order of their intervals. A row that is younger than half an hour shows less than it
// will, and of the two newest intervals the vendor says so.
func (m *messaging) intervalRows(r intervalRequest) (rows []any, progress bool) {
	all := m.intervals(r.from, r.to, r.width, r.byAgent)
	keys := make([]intervalKey, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b intervalKey) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.skill.id, b.skill.id), cmp.Compare(a.agent.order(), b.agent.order()))
	})
	rows = []any{}
	for _, k := range keys {
		end := k.start + r.width
		row := map[string]any{
			"timeframe": map[string]int64{"fromL": k.start, "toL": end}, "skillId": k.skill.id, "skillName": k.skill.name, "status": "Done",
		}
		if r.byAgent {
			row["agentId"], row["agentName"], row["agentLogin"] = k.agent.id, k.agent.person.full(), k.agent.email
		}
		if m.now < end+r.width {
			row["status"], progress = "In Progress", true
		}
		numbers := map[string]int64{}
		for name, n := range all[k].numbers(r.model) {
			if slices.Contains(r.metrics, name) {
				numbers[name] = n
			}
			if m.now < end+2*r.width && slices.Contains(r.metrics, name) {
				numbers[name] = n * 3 / 4
			}
		}
		row["metrics"] = numbers
		rows = append(rows, row)
	}
	return rows, progress
}

// order is the agent's id, 0 for all agents.
func (a *agent) order() int64 {
	if a == nil {
		return 0
	}
	return a.id
}
