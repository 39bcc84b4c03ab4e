package simulator

import (
	"strconv"
	"time"
)

// keptRequests is how many of the newest requests are kept one by one.
const keptRequests = 20_000

// Request is one request that a vendor has got.
type Request struct {
	Time     time.Time `json:"time"`
	Vendor   string    `json:"vendor"`
	Endpoint string    `json:"endpoint"`
	Status   int       `json:"status"` // 0: not answered yet, or broken off
}

// Requests is what the vendors have been asked, without the simulator's own paths.
type Requests struct {
	Total  int                       `json:"total"`
	Counts map[string]map[string]int `json:"counts"` // by endpoint and status; "0" as in Request
	Newest []Request                 `json:"newest"` // oldest first
}

// requestLog counts requests. Its owner holds a lock.
type requestLog struct {
	list  []*Request
	total map[string]map[int]int
	all   int
}

func (l *requestLog) begin(x *exchange) *Request {
	if len(l.list) >= keptRequests {
		l.list = append([]*Request(nil), l.list[keptRequests/2:]...)
	}
	r := &Request{Time: time.UnixMilli(x.now).UTC(), Vendor: x.vendor(), Endpoint: x.endpoint()}
	l.list = append(l.list, r)
	l.all++
	l.count(r, 1)
	return r
}

func (l *requestLog) count(r *Request, n int) {
	if l.total == nil {
		l.total = map[string]map[int]int{}
	}
	if l.total[r.Endpoint] == nil {
		l.total[r.Endpoint] = map[int]int{}
	}
	l.total[r.Endpoint][r.Status] += n
	if l.total[r.Endpoint][r.Status] == 0 {
		delete(l.total[r.Endpoint], r.Status)
	}
}

// note gives a request its status.
func (s *Simulator) note(r *Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.count(r, -1)
	r.Status = status
	s.log.count(r, 1)
}

// Requests is what the vendors have been asked until now.
func (s *Simulator) Requests() Requests {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Requests{Total: s.log.all, Counts: map[string]map[string]int{}, Newest: []Request{}}
	for endpoint, byStatus := range s.log.total {
		out.Counts[endpoint] = map[string]int{}
		for status, n := range byStatus {
			out.Counts[endpoint][strconv.Itoa(status)] = n
		}
	}
	for _, r := range s.log.list {
		out.Newest = append(out.Newest, *r)
	}
	return out
}
