package simulator

import (
	"net/http"
	"strconv"
)

// configurationRoles may read the lists of the Configuration API.
const configurationRoles = "SIUM"

// mostListed is how many items one answer of the Configuration API has at most.
const mostListed = 1000

// serviceList plays GET configuration/services: all services or those of one call center, from offset, count of them.
func (x *exchange) serviceList() answer {
	query := x.r.URL.Query()
	count, err := strconv.Atoi(query.Get("count"))
	if err != nil || count < 1 {
		return liveVoxRefusal(http.StatusBadRequest, "The parameter count is mandatory")
	}
	offset, _ := strconv.Atoi(query.Get("offset"))
	x.sim.lock()
	defer x.sim.mu.Unlock()
	rows := []map[string]any{}
	for _, s := range x.sim.voice.services {
		if center := query.Get("callCenter"); center == "" || center == strconv.Itoa(s.center.id) {
			rows = append(rows, map[string]any{"serviceId": s.id, "name": s.name, "callCenterId": s.center.id})
		}
	}
	from := min(max(offset, 0), len(rows))
	until := min(from+min(count, mostListed), len(rows))
	body := map[string]any{"service": rows[from:until]}
	if until < len(rows) {
		query.Set("offset", strconv.Itoa(until))
		body["next"] = x.r.URL.Path + "?" + query.Encode()
	}
	return ok(body)
}
