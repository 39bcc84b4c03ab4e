package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// clientID is the tenant's number.
const clientID = 70001

// mostServices is how many services one request may ask for.
const mostServices = 150

// idList is a list of {"id":…} whose ids come as text or numbers.
type idList []struct {
	ID json.RawMessage `json:"id"`
}

func (l idList) texts() map[string]bool {
	out := map[string]bool{}
	for _, e := range l {
		out[string(bytes.Trim(e.ID, `"`))] = true
	}
	return out
}

// serviceRequest is the body of the service methods.
type serviceRequest struct {
	Filter struct {
		Service    idList `json:"service"`
		CallCenter idList `json:"callCenter"`
	} `json:"filter"`
	StateChangedAfter json.RawMessage `json:"stateChangedAfter"`
}

// selection is the services that a request asks for.
type selection map[*service]bool

// serviceRequest reads the body of a service method; the answer's status is 0 if it is acceptable.
func (x *exchange) serviceRequest() (serviceRequest, answer) {
	var body serviceRequest
	if !x.object(&body) {
		return body, liveVoxRefusal(http.StatusBadRequest, "The request cannot be read")
	}
	few := len(body.Filter.Service) + len(body.Filter.CallCenter)
	if len(body.Filter.Service) > mostServices || few == 0 && x.sim.options.Services > mostServices {
		return body, unacceptable("The request covers more than 150 services. Use a filter.")
	}
	return body, answer{}
}

// choose finds the services of a request: those of the filter's services and call centers together, all without one.
func (v *voice) choose(r serviceRequest) selection {
	services, centers := r.Filter.Service.texts(), r.Filter.CallCenter.texts()
	everything := len(services) == 0 && len(centers) == 0
	chosen := selection{}
	for _, s := range v.services {
		if everything || services[s.label] || centers[strconv.Itoa(s.center.id)] {
			chosen[s] = true
		}
	}
	return chosen
}
