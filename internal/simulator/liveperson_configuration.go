package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
)

// configuration plays the Account Configuration API, read only: names, targets and calendars. A revision in If-Match
// that is the current one is answered with 304.
func (x *exchange) configuration() answer {
	if x.r.URL.Query().Get("v") == "" {
		return badRequest("v: must not be empty")
	}
	m := x.sim.messaging // names do not change
	lists := map[string]func() any{
		"le-agents/status-reasons": m.configuredReasons, "le-users/skills": m.configuredSkills, "le-users/agentGroups": m.configuredGroups,
		"ac-common/workinghours": m.workingHours, "ac-common/specialoccasion": m.specialOccasions,
	}
	list, known := lists[x.vars["family"]+"/"+x.vars["list"]]
	if !known {
		return livePersonError(http.StatusNotFound)
	}
	a := ok(list())
	if id, single := x.vars["id"]; single {
		calendar, found := m.calendar(x.vars["list"], id)
		if !found {
			return livePersonError(http.StatusNotFound)
		}
		a = ok(calendar)
	}
	if len(x.faults) > 0 {
		return a // what a fault changes has no revision
	}
	sum := sha256.Sum256(a.bytes())
	revision := hex.EncodeToString(sum[:4])
	a.header = http.Header{"Ac-Revision": {revision}}
	if x.r.Header.Get("If-Match") == revision {
		a.status, a.body = http.StatusNotModified, nil
	}
	return a
}

func (m *messaging) configuredReasons() any {
	var all []any
	for _, r := range awayReasons()[1:] {
		all = append(all, map[string]any{"id": r.id, "text": r.text, "state": "Away", "enabled": true, "deleted": false})
	}
	return all
}

func (m *messaging) configuredSkills() any {
	var all []any
	for i, s := range m.skills {
		record := map[string]any{
			"id": s.id, "name": s.name, "deleted": false, "maxWaitTime": 120, "canTransfer": true,
			"slaDefaultResponseTime": 120 + 60*i, "slaUrgentResponseTime": 60, "slaFirstTimeResponseTime": -1,
		}
		if i%2 == 1 {
			record["workingHoursId"], record["specialOccasionId"] = 2, 7
		}
		all = append(all, record)
	}
	return all
}

func (m *messaging) configuredGroups() any {
	var all []any
	for _, g := range m.groups {
		record := map[string]any{"id": decimal(g.id), "name": g.name, "deleted": "false", "isEnabled": "true"}
		if g.id != -1 {
			record["parentGroupId"] = "-1"
		}
		all = append(all, record)
	}
	return all
}

func (m *messaging) workingHours() any {
	return []any{
		map[string]any{"id": 1, "name": "office", "deleted": false, "isDefault": true},
		map[string]any{"id": 2, "name": "long", "deleted": false, "isDefault": false},
	}
}

func (m *messaging) specialOccasions() any {
	return []any{map[string]any{"id": 7, "name": "holidays", "deleted": false, "isDefault": false}}
}

// calendar is a calendar with its events, in the zone of the centre.
func (m *messaging) calendar(list, id string) (any, bool) {
	zone := m.clock.zone.String()
	event := func(from, to, rule string) map[string]any {
		e := map[string]any{"start": map[string]string{"dateTime": from, "timeZone": zone}, "end": map[string]string{"dateTime": to, "timeZone": zone}}
		if rule != "" {
			e["recurrence"] = []string{"RRULE:FREQ=WEEKLY;BYDAY=" + rule}
		}
		return e
	}
	n, _ := strconv.Atoi(id)
	body := map[string]any{"id": n, "deleted": false}
	switch list + "/" + id {
	case "workinghours/1":
		body["events"] = []any{event("1999-01-04T07:00:00", "1999-01-04T23:00:00", "MO,TU,WE,TH,FR"), event("1999-01-09T09:00:00", "1999-01-09T22:00:00", "SA,SU")}
	case "workinghours/2":
		body["events"] = []any{event("1999-01-04T00:00:00", "1999-01-05T00:00:00", "MO,TU,WE,TH,FR,SA,SU")}
	case "specialoccasion/7":
		body["events"] = []any{event("1999-12-25T00:00:00", "1999-12-26T00:00:00", ""), event("2030-12-25T00:00:00", "2030-12-26T00:00:00", "")}
	default:
		return nil, false
	}
	return body, true
}
