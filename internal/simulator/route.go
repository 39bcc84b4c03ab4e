package simulator

import (
	"net/http"
	"strings"
)

// Vendors, as faults and the request log name them.
const (
	vendorLivePerson = "liveperson"
	vendorLiveVox    = "livevox"
)

// route is a method of a vendor's API. A part of its path in braces stands for anything.
type route struct {
	vendor   string
	endpoint string // named like the exporter's source where there is one
	method   string
	parts    []string
	serve    func(x *exchange) answer
	roles    string // LiveVox: initials of the roles that may call it
	open     bool   // needs no credentials
}

func (s *Simulator) allRoutes() []route {
	return append(livePersonRoutes(), liveVoxRoutes()...)
}

func newRoute(vendor, endpoint, method, path string, serve func(x *exchange) answer) route {
	return route{vendor: vendor, endpoint: endpoint, method: method, parts: strings.Split(path, "/"), serve: serve}
}

// match is the values of the path's braces, and whether the path is the route's.
func (r route) match(parts []string) (map[string]string, bool) {
	if len(parts) != len(r.parts) {
		return nil, false
	}
	vars := map[string]string{}
	for i, p := range r.parts {
		if strings.HasPrefix(p, "{") {
			vars[strings.Trim(p, "{}")] = parts[i]
		} else if p != parts[i] {
			return nil, false
		}
	}
	return vars, true
}

// plainPath is the path's parts without the version that LiveVox allows after the category, and without a last slash.
func plainPath(path string) []string {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(parts) > 2 && isCategory(parts[1]) && isVersion(parts[2]) {
		return append(parts[:2], parts[3:]...)
	}
	return parts
}

// isCategory says whether LiveVox's paths begin with a part.
func isCategory(part string) bool {
	return part == "realtime" || part == "session" || part == "configuration"
}

// isVersion says whether a part of a path reads like v6.0.
func isVersion(part string) bool {
	return len(part) > 1 && part[0] == 'v' && strings.Trim(part[1:], "0123456789.") == ""
}

// find is the request's route. Without one of its path there is none; with one of another verb only, allowed is false.
func (s *Simulator) find(x *exchange) (found *route, allowed bool) {
	parts := plainPath(x.r.URL.Path)
	for i := range s.routes {
		vars, hit := s.routes[i].match(parts)
		if !hit {
			continue
		}
		found = &s.routes[i]
		x.vars = vars
		if found.method == x.r.Method {
			return found, true
		}
	}
	return found, false
}

// vendorOf guesses whose a path is that no route has.
func vendorOf(path string) string {
	if parts := strings.SplitN(path, "/", 3); len(parts) > 1 && isCategory(parts[1]) {
		return vendorLiveVox
	}
	return vendorLivePerson
}

// refuse is a vendor's own form of an error.
func refuse(vendor string, status int, reason string) answer {
	if vendor == vendorLiveVox {
		return liveVoxError(status, codeOf(status), reason)
	}
	return livePersonError(status, reason)
}

// endpoint names what was asked for, "other" where nothing is.
func (x *exchange) endpoint() string {
	if x.route == nil {
		return "other"
	}
	return x.route.endpoint
}

func (x *exchange) vendor() string {
	if x.route == nil {
		return vendorOf(x.r.URL.Path)
	}
	return x.route.vendor
}

// handle is the answer of the vendor, without what faults make of it.
func (x *exchange) handle() answer {
	switch {
	case x.route == nil:
		return refuse(x.vendor(), http.StatusNotFound, "HTTP 404 Not Found")
	case !x.allowed:
		a := refuse(x.vendor(), http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed")
		a.header = http.Header{"Allow": {x.route.method}}
		return a
	case x.route.open:
		return x.route.serve(x)
	case x.route.vendor == vendorLiveVox:
		return x.liveVox()
	}
	return x.livePerson()
}
