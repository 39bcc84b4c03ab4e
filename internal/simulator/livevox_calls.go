package simulator

import (
	"net/http"
	"strconv"
)

// callsStatus plays calls/status: the calls that wait for an agent. A row's time is in seconds, the answer's in
// milliseconds, both as text.
func (x *exchange) callsStatus() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	chosen := x.sim.voice.choose(body)
	rows := []map[string]string{}
	for _, s := range x.sim.voice.services {
		if !chosen[s] {
			continue
		}
		for _, c := range s.waiting {
			rows = append(rows, map[string]string{
				"serviceName": s.name, "serviceId": s.label, "name": c.customer().first, "account": c.account(),
				"phone": c.phone(), "timeStamp": decimal(c.queued / 1000), "agentSkill": orDefault(c.skill(), s.label),
				"priority": decimal(1 + c.id%3),
			})
		}
	}
	return ok(map[string]any{"callsDetails": rows, "timeStamp": decimal(now)})
}

// liveConnects plays liveConnects: right-party connects of half an hour in five-minute buckets, each with its start,
// oldest first. The newest still grows.
func (x *exchange) liveConnects() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	const five = 5 * 60_000
	chosen := x.sim.voice.choose(body)
	rows := []map[string]string{}
	for start := (now - 6*five) / five * five; start <= now; start += five {
		total := int64(0)
		for s := range chosen {
			for _, c := range s.connects {
				if c.start == start {
					total += c.total
				}
			}
		}
		rows = append(rows, map[string]string{"total": decimal(total), "timeStamp": decimal(start)})
	}
	return ok(map[string]any{"liveConnects": rows})
}

// agentAverages plays agents/averages: the mean length of the states of today, over all services asked for.
func (x *exchange) agentAverages() answer {
	body, refusal := x.serviceRequest()
	if refusal.status != 0 {
		return refusal
	}
	now := x.sim.lock()
	defer x.sim.mu.Unlock()
	var spent, visits [voiceStates]int64
	for s := range x.sim.voice.choose(body) {
		for i := range spent {
			spent[i] += s.day.spent[i]
			visits[i] += s.day.visits[i]
		}
	}
	row := map[string]string{"timeStamp": decimal(now - now%1000)}
	for state, name := range map[voiceState]string{
		stateReady: "Ready", stateNotReady: "NotReady", stateInCall: "Talk", stateWrapUp: "Wrapup",
		statePreviewDial: "PreviewDial", stateManualDial: "ManualDial", stateHold: "Hold",
		stateTransferring: "Transferring", stateRegistering: "Registering", stateDialing: "Dialing",
		stateReserved: "Reserved",
	} {
		row["average"+name+"Time"] = decimal(spent[state] / max(1, visits[state]) / 1000)
	}
	return ok(map[string]any{"agentAverages": []any{row}, "timeStamp": decimal(now)})
}

// lookUp is the call of a callData request: among those that run, or those that ended today; nil if there is none.
func (x *exchange) lookUp(running bool) (*call, answer) {
	q := x.r.URL.Query()
	id, err := strconv.ParseInt(q.Get("transaction"), 10, 64)
	client := q.Get("client")
	if err != nil || q.Get("session") == "" || client != "" && client != strconv.Itoa(clientID) {
		return nil, liveVoxRefusal(http.StatusBadRequest, "session and transaction are mandatory")
	}
	calls := x.sim.voice.ended
	if running {
		calls = x.sim.voice.live
	}
	if c := calls[id]; c != nil && c.session() == q.Get("session") {
		return c, answer{}
	}
	return nil, liveVoxRefusal(http.StatusNotFound, "The call was not found")
}

// inCall plays callData/inCall.
func (x *exchange) inCall() answer {
	x.sim.lock()
	defer x.sim.mu.Unlock()
	c, refusal := x.lookUp(true)
	if c == nil {
		return refusal
	}
	p := c.customer()
	body := map[string]any{
		"consumer": map[string]string{"firstName": p.first, "lastName": p.last}, "serviceId": c.service.id,
		"callCenterId": c.service.center.id, "account": c.account(), "zipCode": nil, "totalDue": nil,
		"callDirectionOutbound": c.direction != inbound, "callStartTime": c.start,
	}
	if cents, has := c.due(); has {
		body["totalDue"] = float64(cents) / 100
	}
	if c.id%3 == 0 {
		body["zipCode"] = c.zip()
	}
	return ok(body)
}

// postCall plays callData/postCall.
func (x *exchange) postCall() answer {
	x.sim.lock()
	defer x.sim.mu.Unlock()
	c, refusal := x.lookUp(false)
	if c == nil {
		return refusal
	}
	body := map[string]any{
		"serviceId": c.service.id, "callEndTime": c.end, "lvResult": c.result.name,
		"phoneDialed": c.phone(), "termCodeName": nil,
	}
	if c.code != "" {
		body["termCodeName"] = c.code
	}
	return ok(body)
}
