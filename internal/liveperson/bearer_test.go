package liveperson

import (
	"io"
	"net/http"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestBearerTokenIsReadAgain(t *testing.T) {
	valid, file := "one", "one\n"
	f := &fake{}
	f.api = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+valid {
			w.WriteHeader(http.StatusUnauthorized)
			file = "three" // rotated while the request was under way
			return
		}
		io.WriteString(w, noAgents)
	}
	c := f.client(t, func(o *Options) { o.Auth = Bearer(func() string { return file }) })
	for _, token := range []string{"one", "two", "three"} {
		valid = token
		if token != "three" {
			file = token
		}
		if err := askStatus(c); err != nil {
			t.Errorf("%s: %v", token, err)
		}
	}
	if n := f.count("/app/token"); n != 0 {
		t.Errorf("%d logins", n)
	}
	valid = "four"
	if err := askStatus(c); api.ClassOf(err) != api.Auth {
		t.Errorf("a token that is refused and not replaced: %v", err)
	}
	if n := f.count("/agent-view/status"); n != 5 {
		t.Errorf("%d requests, want 5", n)
	}
}

func TestBadBearerTokenIsNotSent(t *testing.T) {
	for _, token := range []string{"", " \n", "a b", "a\r\nX-Evil: 1", "ü"} {
		f := &fake{api: respond(noAgents)}
		c := f.client(t, func(o *Options) { o.Auth = Bearer(func() string { return token }) })
		if err := askStatus(c); api.ClassOf(err) != api.Auth {
			t.Errorf("%q: %v", token, err)
		}
		if n := f.count("/agent-view/status"); n != 0 {
			t.Errorf("%q was sent", token)
		}
	}
}
