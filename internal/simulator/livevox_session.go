package simulator

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// session is a LiveVox login. It lives as long as it is used within the idle time.
type session struct {
	id    string
	key   string // user and access token, which together have one session
	agent bool
	role  string
	used  time.Time
}

// sessions are the logins that have been. Their owner holds a lock.
type sessions struct {
	account  LiveVoxAccount
	role     string
	idle     time.Duration
	password string
	tokens   []string
	byID     map[string]*session
	byKey    map[string]*session
}

func newSessions(o Options, account LiveVoxAccount) sessions {
	return sessions{
		account: account, role: o.Role, idle: o.SessionIdle, password: account.Password,
		tokens: []string{account.AccessToken, account.AccessToken + "-second"},
		byID:   map[string]*session{}, byKey: map[string]*session{},
	}
}

// use is the session of an id, renewed; nil if it is unknown or idle for too long.
func (ss *sessions) use(id string, now time.Time) *session {
	s := ss.byID[id]
	if s == nil {
		return nil
	}
	if now.Sub(s.used) >= ss.idle {
		ss.end(s)
		return nil
	}
	s.used = now
	return s
}

func (ss *sessions) end(s *session) {
	delete(ss.byID, s.id)
	delete(ss.byKey, s.key)
}

func (ss *sessions) endAll() {
	clear(ss.byID)
	clear(ss.byKey)
}

// open is the session of a key: the one that is alive, or a new one.
func (ss *sessions) open(key string, agent bool, now time.Time, luck *rand.Rand) *session {
	if s := ss.byKey[key]; s != nil {
		if s = ss.use(s.id, now); s != nil {
			return s
		}
	}
	id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", luck.Uint32(), luck.Uint32()>>16, luck.Uint32()>>20,
		luck.Uint32()>>20, luck.Uint64()>>16)
	s := &session{id: id, key: key, agent: agent, role: ss.role, used: now}
	ss.byID[id], ss.byKey[key] = s, s
	return s
}

// text is a value of a login that may come as text or as a bare word.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// credentials reads a login's body; the answer's status is 0 if it can be read.
func (x *exchange) credentials() (map[string]any, answer) {
	var body map[string]any
	if !x.object(&body) {
		return nil, liveVoxRefusal(http.StatusBadRequest, "The request cannot be read")
	}
	return body, answer{}
}

// admit says how credentials are refused; the answer's status is 0 if they are not. The caller holds the lock.
func (x *exchange) admit(body map[string]any) answer {
	ss := &x.sim.sessions
	token := x.r.Header.Get("LV-Access")
	switch {
	case token == "" || token != ss.tokens[0] && token != ss.tokens[1]:
		return liveVoxRefusal(http.StatusUnauthorized, "The access token is missing or invalid")
	case text(body["clientName"]) == "" || text(body["userName"]) == "" || text(body["password"]) == "":
		return liveVoxRefusal(http.StatusBadRequest, "clientName, userName and password are mandatory")
	case text(body["clientName"]) != ss.account.ClientName || text(body["userName"]) != ss.account.Username ||
		text(body["password"]) != ss.password:
		return liveVoxRefusal(http.StatusUnauthorized, "The user name or password is invalid")
	}
	return answer{}
}

// passwordDays is how long the user's password is still good.
const passwordDays = 41

// login opens a session; the same user and token get the one that is open.
func (x *exchange) login() answer {
	body, refusal := x.credentials()
	if refusal.status != 0 {
		return refusal
	}
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	if refusal = x.admit(body); refusal.status != 0 {
		return refusal
	}
	agent := text(body["agent"])
	key := text(body["userName"]) + "\n" + x.r.Header.Get("LV-Access") + "\n" + agent
	opened := s.sessions.open(key, agent == "true", s.options.Now(), s.luck)
	return ok(map[string]any{
		"sessionId": opened.id, "clientId": clientID, "userId": 812345,
		"daysUntilPasswordExpires": passwordDays,
	})
}

// validate says whether a session is alive: 404 if not. It does not renew it.
func (x *exchange) validate() answer {
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.sessions.byID[x.vars["session"]]
	if found == nil || s.options.Now().Sub(found.used) >= s.sessions.idle {
		return liveVoxRefusal(http.StatusNotFound, "Session not found")
	}
	return answer{status: http.StatusOK}
}

// logout ends a session, for everybody who uses it.
func (x *exchange) logout() answer {
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.sessions.byID[x.vars["session"]]
	if found == nil {
		return liveVoxRefusal(http.StatusNotFound, "Session not found")
	}
	s.sessions.end(found)
	return answer{status: http.StatusNoContent}
}

// changePassword sets another password; the sessions that the old one opened end.
func (x *exchange) changePassword() answer {
	body, refusal := x.credentials()
	if refusal.status != 0 {
		return refusal
	}
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	refusal = x.admit(body)
	switch {
	case refusal.status != 0:
		return refusal
	case text(body["newPassword"]) == "":
		return liveVoxRefusal(http.StatusBadRequest, "newPassword is mandatory")
	}
	s.sessions.password = text(body["newPassword"])
	s.sessions.endAll()
	return answer{status: http.StatusOK}
}
