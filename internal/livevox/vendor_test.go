package livevox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// vendor plays LiveVox: it keeps one session, as the vendor does for one user
// and token, and answers with what a test lays down.
type vendor struct {
	// answers are by path, without the session's.
	answers map[string]http.HandlerFunc
	// login, if not nil, answers logins.
	login http.HandlerFunc
	// delay is how long every answer takes, in virtual time.
	delay time.Duration

	mu       sync.Mutex
	session  string
	logins   int
	requests []received
}

// received is what came in.
type received struct {
	path, query, body string
	header            http.Header
}

const (
	password    = "correct horse"
	accessToken = "token-1"
)

func (v *vendor) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	path := strings.TrimPrefix(req.URL.Path, "/")
	v.mu.Lock()
	v.requests = append(v.requests, received{path, req.URL.RawQuery, string(body), req.Header.Clone()})
	current := v.session
	v.mu.Unlock()
	time.Sleep(v.delay)
	req.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case path == "session/login" && v.login != nil:
		v.login(w, req)
	case path == "session/login":
		v.accept(w, req)
	case strings.HasPrefix(path, "session/"):
		w.WriteHeader(http.StatusNoContent)
	case req.Header.Get("LV-Session") != current || current == "":
		refuse(w, http.StatusUnauthorized, 100)
	case v.answers[path] == nil:
		refuse(w, http.StatusNotFound, 203)
	default:
		v.answers[path](w, req)
	}
}

// accept opens a session for the right credentials.
func (v *vendor) accept(w http.ResponseWriter, req *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(req.Body).Decode(&body)
	if req.Header.Get("LV-Access") != accessToken || body["password"] != password || body["clientName"] != "ACME_CC" || body["userName"] != "metrics.svc" || body["agent"] != false {
		refuse(w, http.StatusUnauthorized, 100)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.logins++
	if v.session == "" {
		v.session = fmt.Sprintf("6f0c1d52-0a4b-4b7e-9c55-%012d", v.logins)
	}
	fmt.Fprintf(w, `{"sessionId":%q,"clientId":70001,"userId":812345,"daysUntilPasswordExpires":41}`, v.session)
}

// revoke ends the session.
func (v *vendor) revoke() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.session = ""
}

// sent returns what came in for a path.
func (v *vendor) sent(path string) []received {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []received
	for _, r := range v.requests {
		if r.path == path {
			out = append(out, r)
		}
	}
	return out
}

func refuse(w http.ResponseWriter, status, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%d,"message":"a text that names Jane Example"}`, code)
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// inMemory sends requests to a handler without a network. As the engine's
// transport does, it marks nothing and repeats nothing.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	if req.Host != "api.example.com" {
		return nil, errors.New("a request left for another host: " + req.Host)
	}
	in := req.Clone(req.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, in)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func configOf(v http.Handler) Config {
	return Config{
		BaseURL:     "https://api.example.com",
		HTTP:        &http.Client{Transport: inMemory{v}},
		ClientName:  "ACME_CC",
		Username:    "metrics.svc",
		Password:    func() string { return password },
		AccessToken: func() string { return accessToken },
	}
}

func newClient(t *testing.T, v http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	config := configOf(v)
	for _, f := range change {
		f(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func filtered(services, centers []string) func(*Config) {
	return func(c *Config) { c.Filter = Filter{ServiceIDs: services, CallCenterIDs: centers} }
}

const noStats = `{"stats":[]}`

func statsVendor() *vendor {
	return &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": says(noStats)}}
}

// decode reads JSON as the client does.
func decode(body io.Reader, v any) (malformed []string, err error) {
	var d api.Decoder
	err = d.Decode(body, v)
	return d.Malformed(), err
}
