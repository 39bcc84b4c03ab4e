package simulator

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// serve takes a vendor's request through its faults to an answer.
func (s *Simulator) serve(w http.ResponseWriter, x *exchange) {
	x.now = s.lock()
	x.route, x.allowed = s.find(x)
	x.faults = s.faults.pick(x, s.luck)
	entry := s.log.begin(x)
	s.revoke(x)
	s.mu.Unlock()
	status := 0
	defer func() { s.note(entry, status) }()
	if !x.linger() {
		panic(http.ErrAbortHandler)
	}
	a, done := x.sabotage()
	if !done {
		a = x.spoil(x.handle())
	}
	status = a.status
	x.write(w, a)
}

// revoke ends tokens and sessions before the request is looked at; the caller holds the lock.
func (s *Simulator) revoke(x *exchange) {
	if x.has("token_revoked") {
		clear(s.tokens)
	}
	if x.has("session_revoked") {
		s.sessions.endAll()
	}
}

// linger waits as the faults say, and is false where the connection is to break off.
func (x *exchange) linger() bool {
	for _, f := range x.faults {
		switch f.Kind {
		case "delay":
			if !x.sleep(time.Duration(f.Delay)) {
				return false
			}
		case "hang":
			forever := f.Delay == 0
			if forever {
				_, _ = io.Copy(io.Discard, x.r.Body) // a server notices that the client has left only behind the body
				<-x.r.Context().Done()
			} else {
				x.sleep(time.Duration(f.Delay))
			}
			return false
		case "reset":
			return false
		}
	}
	return true
}

// sleep waits, and is false if the client left meanwhile.
func (x *exchange) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-x.r.Context().Done():
		return false
	}
}

// sabotage is the answer of the first fault that answers instead of the vendor.
func (x *exchange) sabotage() (answer, bool) {
	for _, f := range x.faults {
		if a, done := x.instead(f); done {
			return a, true
		}
	}
	return answer{}, false
}

func (x *exchange) instead(f *Fault) (answer, bool) {
	switch f.Kind {
	case "status":
		return x.failing(f), true
	case "outage":
		return page(orDefault(f.Status, http.StatusServiceUnavailable), "503 Service Temporarily Unavailable"), true
	case "html":
		a := page(orDefault(f.Status, http.StatusOK), "We are down for maintenance")
		if f.Body != "" {
			a.body = []byte(f.Body)
		}
		return a, true
	case "redirect":
		return answer{status: orDefault(f.Status, http.StatusFound), header: http.Header{"Location": {f.URL}}}, true
	case "empty":
		return answer{status: http.StatusOK}, true
	case "null":
		return ok([]byte("null")), true
	case "garbage":
		return ok([]byte(orDefault(f.Body, "\x00\xff{]not json"))), true
	case "huge_body":
		return answer{status: http.StatusOK, stream: func(w http.ResponseWriter) { x.pour(w, f) }}, true
	case "gzip_bomb":
		header := http.Header{"Content-Encoding": {"gzip"}}
		return answer{status: http.StatusOK, header: header, stream: func(w http.ResponseWriter) { bomb(w, f) }}, true
	}
	return answer{}, false
}

// failing is an error status with the wait that the fault asks for.
func (x *exchange) failing(f *Fault) answer {
	status := orDefault(f.Status, http.StatusInternalServerError)
	a := refuse(x.vendor(), status, fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	if in, relative := strings.CutPrefix(f.RetryAfter, "+"); relative {
		d, _ := time.ParseDuration(in)
		a.header.Set("Retry-After", time.UnixMilli(x.now).Add(d).UTC().Format(http.TimeFormat))
	} else if f.RetryAfter != "" {
		a.header.Set("Retry-After", f.RetryAfter)
	}
	return a
}

// page is what a gateway or a portal shows to people.
func page(status int, title string) answer {
	text := "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n"
	return answer{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(text)}
}
