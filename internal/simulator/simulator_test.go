package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// hands is a clock that tests move.
type hands struct{ at time.Time }

func (h *hands) now() time.Time          { return h.at }
func (h *hands) forward(d time.Duration) { h.at = h.at.Add(d) }

// stand is a simulator with a clock and somebody who asks it.
type stand struct {
	*Simulator
	t      *testing.T
	clock  *hands
	bearer string
	lv     string
}

func newStand(t *testing.T, o Options) *stand {
	t.Helper()
	h := &hands{time.Date(2031, 3, 5, 15, 4, 5, 0, time.UTC)}
	if o.Now == nil {
		o.Now = h.now
	}
	s := New(o)
	return &stand{Simulator: s, t: t, clock: h, bearer: s.LivePerson().Bearer}
}

// ask sends a request with the vendor's credentials and returns status, headers and body.
func (s *stand) ask(method, path, body string, headers ...string) (int, http.Header, []byte) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://sim.example.com"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+s.bearer)
	if strings.HasPrefix(path, "/realtime") {
		r.Header.Set("LV-Session", s.session())
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.RoundTrip(r)
	if err != nil {
		return 0, nil, []byte(err.Error())
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return res.StatusCode, res.Header, []byte(err.Error())
	}
	return res.StatusCode, res.Header, b
}

// get reads an answer of status 200 into a value.
func (s *stand) get(into any, method, path, body string, headers ...string) {
	s.t.Helper()
	status, _, b := s.ask(method, path, body, headers...)
	if status != http.StatusOK {
		s.t.Fatalf("%s %s: status %d: %.300s", method, path, status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		s.t.Fatalf("%s %s: %v in %.300s", method, path, err, b)
	}
}

// session is a LiveVox session, made on first use.
func (s *stand) session() string {
	s.t.Helper()
	if s.lv == "" {
		s.lv = s.logIn("false")
	}
	return s.lv
}

func (s *stand) logIn(agent string) string {
	s.t.Helper()
	var out struct{ SessionID string }
	s.get(&out, "POST", "/session/login", s.loginBody(agent), "LV-Access", s.LiveVox().AccessToken)
	return out.SessionID
}

func (s *stand) loginBody(agent string) string {
	a := s.LiveVox()
	b, _ := json.Marshal(map[string]string{
		"clientName": a.ClientName, "userName": a.Username, "password": a.Password,
		"agent": agent,
	})
	return string(b)
}

func (s *stand) lp(path string) string {
	return strings.ReplaceAll(path, "{a}", s.LivePerson().AccountID)
}

// status asks for a status only.
func (s *stand) status(want int, method, path, body string, headers ...string) []byte {
	s.t.Helper()
	status, _, b := s.ask(method, path, body, headers...)
	if status != want {
		s.t.Errorf("%s %s: status %d, want %d: %.300s", method, path, status, want, b)
	}
	return b
}

const (
	statusPath   = "/messaging_history/api/account/{a}/agent-view/status"
	changesPath  = "/api/v2/account/{a}/status-changes"
	activityPath = "/operations/api/account/{a}/agentactivity"
)

func TestCentreIsAliveWhateverTheHour(t *testing.T) {
	for hour := range 24 {
		h := &hands{time.Date(2031, 3, 5, hour, 12, 0, 0, time.UTC)}
		s := newStand(t, Options{Seed: int64(hour), Now: h.now})
		var agents struct{ AgentDetails []agentRow }
		var services struct{ Stats []serviceRow }
		var people struct{ AgentStatusRecords []statusRecord }
		s.get(&agents, "POST", "/realtime/service/agents/status", "{}")
		s.get(&services, "POST", "/realtime/service/stats", "{}")
		s.get(&people, "POST", s.lp(statusPath)+"?limit=1000", "{}")
		states, statuses, queue := map[int]int{}, map[string]int{}, 0
		for _, a := range agents.AgentDetails {
			states[a.StateID]++
		}
		for _, r := range services.Stats {
			queue += r.InQueue
		}
		for _, p := range people.AgentStatusRecords {
			statuses[p.Status]++
		}
		if len(agents.AgentDetails) < 6 || states[3] == 0 || len(states) < 2 || queue == 0 ||
			statuses["ONLINE"] == 0 || statuses["AWAY"] == 0 {
			t.Errorf("hour %d: states %v, statuses %v, queue %d", hour, states, statuses, queue)
		}
	}
}

func TestSameSeedSameCentre(t *testing.T) {
	look := func(seed int64, stops int) []byte {
		s := newStand(t, Options{Seed: seed})
		var all [][]byte
		for range stops { // looking oftener changes nothing
			s.clock.forward(time.Hour / time.Duration(stops))
			s.status(http.StatusOK, "POST", "/realtime/service/stats", "{}")
		}
		for _, path := range []string{
			"/realtime/service/stats", "/realtime/service/agents/status",
			s.lp(statusPath), "/realtime/campaign/stats",
		} {
			all = append(all, s.status(http.StatusOK, "POST", path, "{}"))
		}
		return bytes.Join(all, nil)
	}
	if !bytes.Equal(look(7, 1), look(7, 40)) {
		t.Error("the same seed gives different answers")
	}
	if bytes.Equal(look(7, 1), look(8, 1)) {
		t.Error("different seeds give the same answers")
	}
}

func TestWrongRequests(t *testing.T) {
	s := newStand(t, Options{})
	const stats = "/realtime/service/stats"
	s.status(http.StatusMethodNotAllowed, "GET", stats, "")
	s.status(http.StatusNotFound, "POST", "/realtime/service/statistics", "{}")
	s.status(http.StatusNotFound, "GET", "/nothing", "")
	s.status(http.StatusUnauthorized, "POST", stats, "{}", "LV-Session", "no")
	s.status(http.StatusBadRequest, "POST", stats, "{")
	s.status(http.StatusBadRequest, "POST", stats, "")
	s.status(http.StatusBadRequest, "POST", stats, "{}", "Content-Type", "text/plain")
	s.status(http.StatusOK, "POST", "/realtime/v6.0/service/stats/", "{}", "Content-Type", "application/json; charset=utf-8")
	s.status(http.StatusUnauthorized, "POST", s.lp(statusPath), "{}", "Authorization", "Bearer no")
	s.status(http.StatusUnauthorized, "POST", s.lp(statusPath), "{}", "Authorization", "Basic eDp5")
	s.status(http.StatusUnauthorized, "POST", strings.ReplaceAll(statusPath, "{a}", "1"), "{}")
	s.status(http.StatusBadRequest, "POST", s.lp(statusPath), "")
	s.status(http.StatusBadRequest, "POST", s.lp(statusPath), "[]")
	s.status(http.StatusMethodNotAllowed, "GET", s.lp(statusPath), "")
	for _, q := range []string{"limit=1001", "limit=0", "limit=x", "offset=-1", "sort=name", "sort=start:up"} {
		s.status(http.StatusBadRequest, "POST", s.lp(statusPath)+"?"+q, "{}")
	}
	var lv struct {
		Code    int
		Message string
	}
	if err := json.Unmarshal(s.status(404, "POST", "/realtime/x", "{}"), &lv); err != nil || lv.Message == "" {
		t.Errorf("LiveVox's error: %v %v", lv, err)
	}
}

func TestTokenLivesItsTime(t *testing.T) {
	s := newStand(t, Options{TokenLife: time.Minute})
	a := s.LivePerson()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}}
	path := s.lp("/sentinel/api/v2/account/{a}/app/token")
	const kind = "application/x-www-form-urlencoded"
	var out struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   any    `json:"expires_in"`
	}
	s.get(&out, "POST", path, form.Encode(), "Content-Type", kind)
	if out.ExpiresIn != 60.0 || out.TokenType != "Bearer" || strings.Count(out.AccessToken, ".") != 2 {
		t.Errorf("token answer: %+v", out)
	}
	s.bearer = out.AccessToken
	s.clock.forward(59 * time.Second)
	s.status(http.StatusOK, "POST", s.lp(statusPath), "{}")
	s.clock.forward(time.Second)
	s.status(http.StatusUnauthorized, "POST", s.lp(statusPath), "{}")
	s.status(http.StatusBadRequest, "POST", path, form.Encode())
	form.Set("client_secret", "wrong")
	s.status(http.StatusUnauthorized, "POST", path, form.Encode(), "Content-Type", kind)
	form.Set("grant_type", "password")
	s.status(http.StatusBadRequest, "POST", path, form.Encode(), "Content-Type", kind)
}

func TestDomains(t *testing.T) {
	s := newStand(t, Options{})
	var one struct{ Service, Account, BaseURI string }
	s.get(&one, "GET", s.lp("/api/account/{a}/service/msgHist/baseURI.json?version=1.0"), "")
	if one.BaseURI != "sim.example.com" || one.Service != "msgHist" || one.Account != s.LivePerson().AccountID {
		t.Errorf("%+v", one)
	}
	var all struct {
		BaseURIs []struct{ Service, BaseURI string }
	}
	s.get(&all, "GET", s.lp("/api/account/{a}/service/baseURI.json?version=1.0"), "")
	if len(all.BaseURIs) < 4 {
		t.Errorf("%+v", all)
	}
	s.status(http.StatusBadRequest, "GET", s.lp("/api/account/{a}/service/msghist/baseURI.json?version=1.0"), "")
	s.status(http.StatusUnauthorized, "GET", "/api/account/1/service/msgHist/baseURI.json?version=1.0", "")
}

func TestSessions(t *testing.T) {
	s := newStand(t, Options{SessionIdle: time.Hour})
	first := s.session()
	if again := s.logIn("false"); again != first {
		t.Error("the same user and token got another session")
	}
	s.clock.forward(59 * time.Minute)
	s.status(http.StatusOK, "POST", "/realtime/service/stats", "{}")
	s.clock.forward(59 * time.Minute)
	s.status(http.StatusOK, "GET", "/session/validate/"+first, "")
	s.clock.forward(time.Minute)
	s.status(http.StatusNotFound, "GET", "/session/validate/"+first, "")
	s.status(http.StatusUnauthorized, "POST", "/realtime/service/stats", "{}")
	s.lv = s.logIn("false")
	if s.lv == first {
		t.Error("an expired session came back")
	}
	s.status(http.StatusNoContent, "DELETE", "/session/logout/"+s.lv, "")
	s.status(http.StatusNotFound, "DELETE", "/session/logout/"+s.lv, "")
	s.lv = s.logIn("true")
	s.status(http.StatusForbidden, "POST", "/realtime/service/stats", "{}")
	access := s.LiveVox().AccessToken
	s.status(http.StatusUnauthorized, "POST", "/session/login", s.loginBody("false"))
	s.status(http.StatusUnauthorized, "POST", "/session/login", strings.Replace(s.loginBody("false"), "pw-", "no-", 1),
		"LV-Access", access)
	s.status(http.StatusBadRequest, "POST", "/session/login", "{}", "LV-Access", access)
	s.status(http.StatusOK, "POST", "/session/password",
		strings.Replace(s.loginBody("false"), "{", `{"newPassword":"other",`, 1), "LV-Access", access)
	s.status(http.StatusUnauthorized, "POST", "/session/login", s.loginBody("false"), "LV-Access", access)
}
