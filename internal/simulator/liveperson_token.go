package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// token plays the version 2 token endpoint: client credentials come in a form, in the body.
func (x *exchange) token() answer {
	if !x.read("application/x-www-form-urlencoded") {
		return tokenError(http.StatusBadRequest, "invalid_request")
	}
	form, err := url.ParseQuery(string(x.body))
	me := x.sim.liveperson
	switch {
	case err != nil || x.vars["account"] != me.AccountID:
		return tokenError(http.StatusBadRequest, "invalid_request")
	case form.Get("grant_type") != "client_credentials":
		return tokenError(http.StatusBadRequest, "unsupported_grant_type")
	case form.Get("client_id") != me.ClientID || form.Get("client_secret") != me.ClientSecret:
		return tokenError(http.StatusUnauthorized, "invalid_client")
	}
	life := int64(x.sim.options.TokenLife.Seconds())
	body := map[string]any{"access_token": x.issue(), "token_type": "Bearer", "expires_in": life}
	if x.has("expires_string") {
		body["expires_in"] = strconv.FormatInt(life, 10)
	}
	if x.has("expires_absent") {
		delete(body, "expires_in")
	}
	return ok(body)
}

func tokenError(status int, code string) answer {
	return answer{status: status, body: map[string]any{"error": code, "error_description": "the token request failed"}}
}

// issue makes an access token that reads as a JWT, with the times in it.
func (x *exchange) issue() string {
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	end := now.Add(s.options.TokenLife)
	part := func(v any) string {
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	token := part(map[string]string{"alg": "RS256", "typ": "JWT", "kid": "sim"}) + "." + part(map[string]any{
		"iss": "Sentinel", "aud": s.liveperson.AccountID, "azp": s.liveperson.ClientID,
		"iat": now.Unix(), "exp": end.Unix(), "scope": "wfm.agent.activity.read.external",
	}) + "." + fmt.Sprintf("%016x%016x", s.luck.Uint64(), s.luck.Uint64())
	for t, until := range s.tokens {
		if until <= now.UnixMilli() {
			delete(s.tokens, t)
		}
	}
	s.tokens[token] = end.UnixMilli()
	return token
}

// checkBearer says what is wrong with a bearer token, "" if nothing.
func (x *exchange) checkBearer(token string) string {
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == s.liveperson.Bearer {
		return ""
	}
	if end, known := s.tokens[token]; known && s.options.Now().UnixMilli() < end {
		return ""
	}
	return "oauth_problem=token_expired&oauth_problem_advice=The access token is unknown or has expired"
}
