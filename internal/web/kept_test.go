package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// keeper is a replica without the database, which owned the account shop at an epoch; 0
// for one that did not. owner is true for the replica that owns the account.
func keeper(epoch int64, owner bool, peers ...string) Options {
	o := options()
	o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text(w, http.StatusOK, fmt.Sprint("epoch ", epoch))
	})
	o.Replicas = &Replicas{
		Accounts:  func() []Placement { return []Placement{{"shop", "livevox", "", ""}} },
		Owns:      func(string) bool { return owner },
		Kept:      func(string) int64 { return epoch },
		Peers:     func() []string { return peers },
		Token:     func() string { return "" },
		Transport: http.DefaultTransport,
	}
	return o
}

func serve(t *testing.T, o Options) string {
	s := httptest.NewServer(Handler(o))
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatIsKeptIsShownWhileNoReplicaOwnsIt(t *testing.T) {
	none, other := serve(t, keeper(0, false)), serve(t, keeper(0, false))
	older, newer := serve(t, keeper(1, false)), serve(t, keeper(3, false))
	owner := serve(t, keeper(4, true))
	for _, c := range []struct {
		name  string
		peers []string
		code  int
		body  string
	}{
		{"alone", nil, 200, "epoch 2"},
		{"none owns it", []string{none, other}, 200, "epoch 2"},
		{"another owns it", []string{none, owner}, 200, "epoch 4"},
		{"another kept it before", []string{older}, 200, "epoch 2"},
		{"another kept it later", []string{older, newer}, 200, "epoch 3"},
		{"one does not answer", []string{none, "http://127.0.0.1:1"}, 503, "may own account shop"},
		{"one has no address", []string{""}, 503, "advertise-url"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, Handler(keeper(2, false, c.peers...)), "GET", "/metrics?account=shop")
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.body) {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.code, c.body)
			}
		})
	}
}

// What another replica owns of several accounts is not shown as it was.
func TestSeveralKeptAccountsAreAskedForOneByOne(t *testing.T) {
	w := get(t, Handler(keeper(2, false, serve(t, keeper(0, false)))), "GET", "/metrics?account=shop&account=mall")
	if w.Code != 503 || !strings.Contains(w.Body.String(), "one account at a time") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Two replicas that both kept an account ask each other once.
func TestReplicasWithoutADatabaseDoNotAskInCircles(t *testing.T) {
	var first, second http.Handler
	a := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { first.ServeHTTP(w, r) }))
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { second.ServeHTTP(w, r) }))
	defer a.Close()
	defer b.Close()
	first, second = Handler(keeper(1, false, b.URL)), Handler(keeper(2, false, a.URL))
	for _, h := range []http.Handler{first, second} {
		if w := get(t, h, "GET", "/metrics?account=shop"); w.Body.String() != "epoch 2" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
