package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// spoil changes the records of a good answer as the faults will have it.
func (x *exchange) spoil(a answer) answer {
	if a.status != http.StatusOK && a.status != http.StatusAccepted || a.stream != nil {
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
	var whole any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&whole) != nil {
		return body
	}
	holder := map[string]any{wholeAnswer: whole} // an answer may be a list
	change(holder)
	return answer{body: holder[wholeAnswer]}.bytes()
}

// wholeAnswer is the name under which an answer is handed to what changes it.
const wholeAnswer = "answer"

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
		return func(top map[string]any) {
			if object, is := top[wholeAnswer].(map[string]any); is {
				delete(object, "token")
			}
		}
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

// ruin makes a record unusable: its ids, or all that it has where it has none.
func (c cell) ruin(how string) {
	switch how {
	case "null":
		c.put(nil)
		return
	case "text":
		c.put("not a record")
		return
	}
	ids := hasID(c.fields)
	for name := range c.fields {
		switch {
		case ids && !identifies(name):
		case how == "missing_id":
			delete(c.fields, name)
		default:
			c.fields[name] = map[string]any{"unexpected": true}
		}
	}
}

// estrange gives a record's enumerations unknown values.
func (c cell) estrange() {
	strange := map[string]any{
		"currentStatus": "PONDERING", "agentCurrentStatus": "PONDERING", "stateId": 99, "state": "Pondering", "statusSubType": 9,
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
