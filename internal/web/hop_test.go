package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// replicaPages are the pages of a replica that owns the account mine, next to one that
// owns other, and of the accounts that have no owner or no address.
func replicaPages(ownerURL, token string) Options {
	o := options()
	o.Replicas = &Replicas{
		Accounts: func() []Placement {
			return []Placement{
				{"mine", "livevox", "a", "http://a"},
				{"other", "livevox", "b", ownerURL},
				{"silent", "livevox", "c", ""},
				{"none", "livevox", "", ""},
			}
		},
		Owns:  func(account string) bool { return account == "mine" },
		Kept:  func(string) int64 { return 0 },
		Peers: func() []string { return nil },
		Token: func() string { return token },
	}
	return o
}

func TestAnyReplicaAnswersForAnAccountByOneHop(t *testing.T) {
	var got *http.Request
	owner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(r.Context())
		if r.URL.Query().Has("redirect") {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		text(w, http.StatusOK, "compressed")
	}))
	defer owner.Close()
	for _, c := range []struct {
		name, token, query string
		header             []string
		code               int
		body               string
	}{
		{"own", "", "?account=mine", nil, 200, "page\n"},
		{"all own", "", "", nil, 200, "page\n"},
		{"another's", "", "?account=other", []string{"Authorization", "Basic abc", "Accept-Encoding", "gzip"}, 200, "compressed"},
		{"with a token", "secret", "?account=other", []string{"Authorization", "Basic abc", "Accept-Encoding", "gzip"}, 200, "compressed"},
		{"a second hop", "", "?account=other", []string{hopHeader, ""}, 503, "this replica does not own account other\n"},
		{"several owners", "", "?account=mine&account=other", nil, 503, "the accounts are owned by several replicas: ask for one account at a time\n"},
		{"no owner", "", "?account=none", nil, 503, "no replica owns account none now\n"},
		{"no address", "", "?account=silent", nil, 503, "replica c, which owns account silent, has no --replica.advertise-url\n"},
		{"a redirect", "", "?account=other&redirect", nil, 502, "the replica that owns the account does not answer: it answers with a redirect\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = nil
			w := get(t, Handler(replicaPages(owner.URL, c.token)), "GET", "/metrics"+c.query, c.header...)
			if w.Code != c.code || w.Body.String() != c.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.code, c.body)
			}
			if got == nil || c.code != 200 {
				return
			}
			if w.Header().Get("Content-Encoding") != "gzip" {
				t.Error("the encoding is lost")
			}
			if token, marked := Hop(got); !marked || token != c.token {
				t.Errorf("the hop is marked %v with %q", marked, token)
			}
			if password := got.Header.Get("Authorization") != ""; password == (c.token != "") {
				t.Errorf("password goes along: %v, with token %q", password, c.token)
			}
			if got.URL.Path != "/metrics" || got.URL.Query().Get("account") != "other" {
				t.Errorf("asked for %s", got.URL)
			}
		})
	}
}

func TestAnOwnerThatIsGoneIsABadGateway(t *testing.T) {
	w := get(t, Handler(replicaPages("http://127.0.0.1:1", "")), "GET", "/metrics?account=other")
	if w.Code != http.StatusBadGateway {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestEveryReplicaHasTheTargetsOfAllAccounts(t *testing.T) {
	h := Handler(replicaPages("http://b", ""))
	var groups []targetGroup
	if err := json.Unmarshal(get(t, h, "GET", "/sd").Body.Bytes(), &groups); err != nil || len(groups) != 4 {
		t.Fatalf("%v %v", groups, err)
	}
	page := get(t, h, "GET", "/").Body.String()
	for _, want := range []string{`<a href="http://b/">b</a>`, "no replica owns it now"} {
		if !strings.Contains(page, want) {
			t.Errorf("the landing page lacks %s", want)
		}
	}
}
