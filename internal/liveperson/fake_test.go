package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// fake plays LivePerson within the process, so that its time is the test's. A
// nil function answers well.
type fake struct {
	discovery func(w http.ResponseWriter, service string)
	token     func(w http.ResponseWriter, form url.Values)
	api       http.HandlerFunc
	// broken is the error of requests to a host.
	broken map[string]error

	mu   sync.Mutex
	seen []seen
}

// seen is a request that came.
type seen struct {
	*http.Request
	body string
}

func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	s := seen{Request: req}
	if req.Body != nil {
		b, _ := io.ReadAll(req.Body)
		req.Body.Close()
		s.body = string(b)
	}
	f.mu.Lock()
	f.seen = append(f.seen, s)
	broken := f.broken[req.URL.Host]
	f.mu.Unlock()
	if broken != nil {
		return nil, broken
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	f.serve(w, s)
	return w.Result(), nil
}

func (f *fake) serve(w http.ResponseWriter, s seen) {
	switch path := s.URL.Path; {
	case strings.HasSuffix(path, "/baseURI.json"):
		service := strings.Split(path, "/")[5]
		if f.discovery != nil {
			f.discovery(w, service)
			return
		}
		fmt.Fprintf(w, `{"service":%q,"account":"1","baseURI":"va.%s.liveperson.net"}`, service, strings.ToLower(service))
	case strings.HasSuffix(path, "/app/token"):
		form, _ := url.ParseQuery(s.body)
		if f.token != nil {
			f.token(w, form)
			return
		}
		io.WriteString(w, `{"access_token":"token","expires_in":3600}`)
	default:
		s.Request.Body = io.NopCloser(strings.NewReader(s.body))
		f.api(w, s.Request)
	}
}

// count returns how many requests came whose path ends so.
func (f *fake) count(suffix string) int { return len(f.requests(suffix)) }

func (f *fake) requests(suffix string) []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []seen
	for _, s := range f.seen {
		if strings.HasSuffix(s.URL.Path, suffix) {
			out = append(out, s)
		}
	}
	return out
}

// client returns a client of the fake; change may alter its options.
func (f *fake) client(t *testing.T, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{
		Account:       "12345678",
		HTTP:          &http.Client{Transport: f},
		Auth:          OAuth2{ClientID: "id", Secret: func() string { return "s3cret" }},
		Discovery:     parse(t, "https://api.liveperson.net"),
		RequestSource: "contactcenter",
	}
	for _, c := range change {
		c(&o)
	}
	return New(o)
}

// respond answers everything with one body.
func respond(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

// noAgents is the shortest good answer of agent-view/status.
const noAgents = `{"_metadata":{"count":0},"agentStatusRecords":[]}`

// roundTrip makes an http.RoundTripper of a function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
