package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// cell is a record in an answer, and how to put something else in its place.
type cell struct {
	fields map[string]any
	put    func(any)
}

// spoil changes the records of a good answer as the faults will have it.
func (x *exchange) spoil(a answer) answer {
	if a.status != http.StatusOK || a.stream != nil {
		return a
	}
	for _, f := range x.faults {
		if change := x.spoiler(f); change != nil {
			a.body = respell(a.bytes(), change)
		}
	}
	if x.has("lost_brace") {
		a.body = bytes.TrimPrefix(bytes.TrimSpace(a.bytes()), []byte("{"))
	}
	return a
}

// respell reads an answer, lets change work on it, and writes it again.
func respell(body []byte, change func(top map[string]any)) []byte {
	var top map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&top) != nil {
		return body
	}
	change(top)
	return answer{body: top}.bytes()
}

// spoiler is what a fault does to an answer, nil if nothing.
func (x *exchange) spoiler(f *Fault) func(map[string]any) {
	switch f.Kind {
	case "bad_record":
		how := orDefault(f.How, [...]string{"wrong_type", "missing_id", "null", "text"}[f.Hits%4])
		return one(func(c cell) { c.ruin(how) })
	case "unknown_state":
		return one(cell.estrange)
	case "bad_time":
		return one(func(c cell) { c.fields["timestamp"] = "2031-01-02T03:04:05-100-04:00" })
	case "unknown_field":
		return every(func(c cell) { c.fields["somethingNew"] = map[string]any{"x": 1} })
	case "string_numbers":
		return every(cell.quoteNumbers)
	case "null_text":
		return every(cell.sayNull)
	case "half_built":
		return every(func(c cell) { delete(c.fields, "loaded"); delete(c.fields, "completed") })
	case "hold_shift":
		return every(cell.shiftHold)
	case "token_missing":
		return func(top map[string]any) { delete(top, "token") }
	case "duplicate_rows":
		return repeatFirst
	}
	return nil
}

// one changes the record in the middle.
func one(change func(cell)) func(map[string]any) {
	return func(top map[string]any) {
		if all := cells(top); len(all) > 0 {
			change(all[len(all)/2])
		}
	}
}

func every(change func(cell)) func(map[string]any) {
	return func(top map[string]any) {
		for _, c := range cells(top) {
			change(c)
		}
	}
}

// recordKeys are the names under which answers hold their records.
func recordKeys() []string {
	return []string{
		"agentStatusRecords", "stateChanges", "agentsInfo", "stats", "agentDetails", "agentStatistics",
		"agentAverages", "callsDetails", "liveConnects", "agentEvent", "events",
	}
}

// cells are the records of an answer; those of agent activity are the states of the agents.
func cells(top map[string]any) []cell {
	for _, key := range recordKeys() {
		if rows, found := top[key].([]any); found {
			return cellsOf(rows)
		}
	}
	var all []cell
	if buckets, found := top["metricsByIntervals"].([]any); found {
		for _, b := range buckets {
			data, _ := b.(map[string]any)["metricsData"].(map[string]any)
			all = append(all, activityCells(data)...)
		}
		return all
	}
	return activityCells(top)
}

func activityCells(holder map[string]any) []cell {
	metrics, _ := holder["agentsMetrics"].(map[string]any)
	agents, _ := metrics["metricsPerAgent"].(map[string]any)
	var all []cell
	for _, id := range slices.Sorted(maps.Keys(agents)) {
		rows, _ := agents[id].([]any)
		all = append(all, cellsOf(rows)...)
	}
	return all
}

func cellsOf(rows []any) []cell {
	var all []cell
	for i := range rows {
		if fields, found := rows[i].(map[string]any); found {
			all = append(all, cell{fields, func(v any) { rows[i] = v }})
		}
	}
	return all
}

// ruin makes a record unusable.
func (c cell) ruin(how string) {
	switch how {
	case "null":
		c.put(nil)
		return
	case "text":
		c.put("not a record")
		return
	}
	for _, id := range []string{
		"agentId", "serviceId", "agentLoginId", "agentName", "eventId", "campaignId", "id",
		"services", "total",
	} {
		if _, has := c.fields[id]; has && how == "missing_id" {
			delete(c.fields, id)
		} else if has {
			c.fields[id] = map[string]any{"unexpected": true}
		}
	}
}

// estrange gives a record's enumerations values that nobody knows.
func (c cell) estrange() {
	strange := map[string]any{
		"currentStatus": "PONDERING", "stateId": 99, "state": "Pondering", "statusSubType": 9,
		"eventType": "PONDERING", "callEventType": "CALL_PONDERED", "pacingMethod": "Pondering",
		"reasonCode": "Pondering", "notReadyReasonCode": "PONDERING", "agentStatus": "Pondering",
	}
	for k, v := range strange {
		if _, has := c.fields[k]; has {
			c.fields[k] = v
		}
	}
	if _, activity := c.fields["value"]; activity {
		c.fields["id"], c.fields["name"] = 9, "Pondering"
	}
}

func (c cell) quoteNumbers() {
	for k, v := range c.fields {
		if n, is := v.(json.Number); is {
			c.fields[k] = n.String()
		}
	}
}

func (c cell) sayNull() {
	for _, k := range []string{
		"areaCodeState", "zipCode", "agentSkill", "account", "employeeId", "statusReasonText",
		"callType", "reasonCode", "agentSkillId", "callCenterName",
	} {
		if _, has := c.fields[k]; has {
			c.fields[k] = "null"
		}
	}
}

func (c cell) shiftHold() {
	text, _ := c.fields["timeStamp"].(string)
	if at, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
		c.fields["timeStamp"] = strconv.FormatInt(at-3*60*60, 10)
	}
}

func repeatFirst(top map[string]any) {
	for _, key := range recordKeys() {
		if rows, found := top[key].([]any); found && len(rows) > 0 {
			top[key] = append(rows, rows[0])
			return
		}
	}
}
