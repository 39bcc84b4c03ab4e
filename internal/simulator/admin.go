package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// admin serves the simulator's own paths:
//
//	GET    /sim/accounts                  credentials
//	GET    /sim/faults                    faults in force, with their hits
//	POST   /sim/faults                    more faults, in any form of LoadFaults
//	DELETE /sim/faults                    none any more
//	GET    /sim/roster[?vendor=liveperson] Roster of a week, as CSV; LiveVox's by default
//	GET    /sim/requests                  Requests
//	GET    /sim/truth[?from=&to=]         Truth, between RFC 3339 times; [?after=&upto=] FeedTruth between tokens
//	POST   /sim/scene                     Scene
//	POST   /sim/correct                   Correction
//	POST   /sim/burst                     Burst
func (s *Simulator) admin(w http.ResponseWriter, x *exchange) {
	a := answer{status: http.StatusNotFound, body: problem("no such path")}
	switch x.r.Method + " " + strings.TrimPrefix(x.r.URL.Path, "/sim/") {
	case "GET accounts":
		a = ok(map[string]any{vendorLivePerson: s.liveperson, vendorLiveVox: s.livevox})
	case "GET faults":
		a = ok(map[string]any{"faults": s.inForce()})
	case "POST faults":
		a = x.addFaults()
	case "DELETE faults":
		s.ClearFaults()
		a = answer{status: http.StatusNoContent}
	case "GET requests":
		a = ok(s.Requests())
	case "GET truth":
		a = x.truth()
	case "POST scene":
		a = run(x, s.Play)
	case "POST correct":
		a = run(x, s.Correct)
	case "POST burst":
		a = run(x, s.Burst)
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.bytes())
}

func problem(what string) map[string]string { return map[string]string{"error": what} }

// run reads a request's body and hands it on; what comes back as an error is the requester's.
func run[T any](x *exchange, do func(T) error) answer {
	var in T
	x.read("")
	d := json.NewDecoder(bytes.NewReader(x.body))
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	if err == nil {
		err = do(in)
	}
	if err != nil {
		return answer{status: http.StatusBadRequest, body: problem(err.Error())}
	}
	return ok(in)
}

func (x *exchange) addFaults() answer {
	x.read("")
	if err := x.sim.LoadFaults(bytes.NewReader(x.body)); err != nil {
		return answer{status: http.StatusBadRequest, body: problem(err.Error())}
	}
	return ok(map[string]any{"faults": x.sim.inForce()})
}

func (s *Simulator) inForce() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Fault{}
	for _, f := range s.faults.list {
		out = append(out, *f)
	}
	return out
}

func (x *exchange) truth() answer {
	s, q := x.sim, x.r.URL.Query()
	if q.Has("after") || q.Has("upto") {
		return ok(s.FeedTruth(q.Get("after"), q.Get("upto")))
	}
	from, to := time.UnixMilli(s.started), s.options.Now()
	for name, at := range map[string]*time.Time{"from": &from, "to": &to} {
		if !q.Has(name) {
			continue
		}
		t, err := time.Parse(time.RFC3339, q.Get(name))
		if err != nil {
			return answer{status: http.StatusBadRequest, body: problem(name + " is not an RFC 3339 time")}
		}
		*at = t
	}
	return ok(s.TruthBetween(from, to))
}
