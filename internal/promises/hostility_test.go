package promises

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// hostility is a vendor that answers each account, told by the first part of the
// path, in a way of its own.
type hostility struct {
	sim      *simulator.Simulator
	on       atomic.Bool
	requests atomic.Int64
}

func (h *hostility) set(on bool) { h.on.Store(on) }

// ServeHTTP implements http.Handler.
func (h *hostility) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	login := strings.HasSuffix(path, "session/login") || strings.HasSuffix(path, "app/token")
	if h.on.Load() && !login {
		for _, how := range hostilities() {
			if how.name == name {
				h.requests.Add(1)
				how.answer(w)
				return
			}
		}
	}
	r.URL.Path = "/" + path
	h.sim.ServeHTTP(w, r)
}

// hostile is a way to send without bound.
type hostile struct {
	name   string
	shop   bool // a LivePerson account
	sse    bool
	answer func(w http.ResponseWriter)
}

func (how hostile) mode() string {
	if how.sse {
		return "sse"
	}
	return "poll"
}

func hostilities() []hostile {
	list := func(head, record string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, head)
			repeat(w, strings.Repeat(record+",", 4096), 1<<30)
		}
	}
	deep := strings.Repeat("[", 100_000)
	return []hostile{
		{name: "bomb", answer: bomb},
		{name: "bomb-shop", shop: true, answer: bomb},
		{name: "endless", answer: list(`{"x":[`, `{"a":[1,2,{"b":"c"}]}`)},
		{name: "records", answer: list(`{"stats":[`, `{"serviceId":1,"serviceName":"one"}`)},
		{name: "records-shop", shop: true, answer: list(`{"agentStatusRecords":[`, `{}`)},
		{name: "long-text", answer: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"stats":[{"serviceName":"`)
			repeat(w, strings.Repeat("x", 1<<16), 1<<30)
		}},
		{name: "deep", answer: func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"stats":`+deep) }},
		{name: "services", answer: services},
		{name: "labels", shop: true, answer: labels},
		{name: "stream", sse: true, answer: func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: ")
			repeat(w, strings.Repeat("x", 1<<16), 1<<30)
		}},
		{name: "header", answer: func(w http.ResponseWriter) {
			for i := range 10_000 {
				w.Header().Set(fmt.Sprintf("X-Line-%d", i), "something")
			}
		}},
	}
}

// services shows 150,000 services, in 80 MB.
func services(w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"stats":[`)
	for i := range 150_000 {
		if _, err := fmt.Fprintf(w, `{"serviceId":%d,"serviceName":"service %d","callCenterId":7,"cip":1,"totalCallsInQueue":2,"totalAgents":4,"totalOffered":100,"totalHandled":80,`+
			`"totalAbandoned":10,"abandonRate":10.0,"serviceLevel":90.0,"averageSpeedOfAnswer":5,"averageTalkDuration":7,"averageWrapupDuration":8,"averageHandleDuration":9,`+
			`"totalCallsAnsweredWithinSLA":70,"totalCallsAbandonedWithinSLA":5,"pacingMethod":"Max CIP","throttle":"5","units":"calls","maxHoldTime":30,"loaded":10,"remaining":5},`, i, i); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `{"serviceId":"x"}]}`)
}

// labels shows a million agents, each in a group of its own.
func labels(w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"_metadata":{"count":1000000},"agentStatusRecords":[`)
	for i := range 1_000_000 {
		if _, err := fmt.Fprintf(w, `{"agentId":"%d","agentGroupId":%d,"agentGroupName":"g%d","currentStatus":"ONLINE"},`, i, i, i); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `{"agentId":"x"}]}`)
}
