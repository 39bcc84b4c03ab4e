package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const statsPath = "/realtime/service/stats"

// with runs a check while one fault is in force.
func (s *stand) with(f Fault, check func()) {
	s.t.Helper()
	if err := s.AddFault(f); err != nil {
		s.t.Fatal(err)
	}
	check()
	s.ClearFaults()
}

func TestFaultsThatAnswer(t *testing.T) {
	s := newStand(t, Options{})
	s.session()
	for _, c := range []struct {
		fault  Fault
		status int
		body   string
	}{
		{Fault{Kind: "status"}, 500, `"code"`},
		{Fault{Kind: "status", Status: 403, Body: "no"}, 403, "no"},
		{Fault{Kind: "outage"}, 503, "<html>"},
		{Fault{Kind: "html"}, 200, "<html>"},
		{Fault{Kind: "empty"}, 200, ""},
		{Fault{Kind: "null"}, 200, "null"},
		{Fault{Kind: "garbage"}, 200, "not json"},
		{Fault{Kind: "redirect", URL: "http://elsewhere.example.com/"}, 302, ""},
		{Fault{Kind: "huge_body", Size: 200_000}, 200, `{"agentId":"1"},{"agentId":"1"}`},
		{Fault{Kind: "gzip_bomb", Size: 20 << 20}, 200, "     "},
		{Fault{Kind: "role_missing"}, 403, `"code"`},
		{Fault{Kind: "truncated"}, 200, "unexpected EOF"},
		{Fault{Kind: "cut"}, 200, "unexpected EOF"},
		{Fault{Kind: "reset"}, 0, "reset"},
		{Fault{Kind: "status", Endpoint: "agents_status"}, 200, "stats"},
		{Fault{Kind: "status", Vendor: "liveperson"}, 200, "stats"},
		{Fault{Kind: "status", Path: "/realtime/service/st"}, 500, ""},
		{Fault{Kind: "status", From: Duration(time.Hour)}, 200, "stats"},
	} {
		s.with(c.fault, func() {
			status, _, body := s.ask("POST", statsPath, "{}")
			if status != c.status || !strings.Contains(string(body), c.body) {
				t.Errorf("%+v: status %d, body %.200q", c.fault, status, body)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	s := newStand(t, Options{})
	for given, want := range map[string]string{"30": "30", "+30s": "Wed, 05 Mar 2031 15:04:35 GMT", "": ""} {
		s.with(Fault{Kind: "status", Status: 429, RetryAfter: given, Vendor: "liveperson"}, func() {
			status, h, _ := s.ask("POST", s.lp(statusPath), "{}")
			if status != 429 || h.Get("Retry-After") != want {
				t.Errorf("%q: %d %q", given, status, h.Get("Retry-After"))
			}
		})
	}
	s.with(Fault{Kind: "clock_skew", Skew: Duration(time.Hour)}, func() {
		if _, h, _ := s.ask("POST", s.lp(statusPath), "{}"); h.Get("Date") != "Wed, 05 Mar 2031 16:04:05 GMT" {
			t.Errorf("Date %s", h.Get("Date"))
		}
	})
}

func TestHowOftenFaultsHit(t *testing.T) {
	s := newStand(t, Options{})
	hits := func(f Fault, n int) (hit int) {
		s.with(f, func() {
			for range n {
				if status, _, _ := s.ask("POST", s.lp(statusPath), "{}"); status == 500 {
					hit++
				}
				s.clock.forward(time.Second)
			}
		})
		return hit
	}
	for want, f := range map[int]Fault{3: {Count: 3}, 5: {Every: 2}, 4: {From: Duration(2 * time.Second), Until: Duration(6 * time.Second)}} {
		f.Kind = "status"
		if got := hits(f, 10); got != want {
			t.Errorf("%+v hit %d of 10", f, got)
		}
	}
	if got := hits(Fault{Kind: "status", Probability: 0.5}, 200); got < 60 || got > 140 {
		t.Errorf("half hit %d of 200", got)
	}
}

func TestFaultsThatTakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{})
		s.session()
		for kind, f := range map[string]Fault{
			"delay": {Delay: Duration(7 * time.Second)}, "hang": {Delay: Duration(7 * time.Second)}, "slow_body": {Rate: 1000},
		} {
			f.Kind = kind
			s.with(f, func() {
				begin := time.Now()
				s.ask("POST", statsPath, "{}")
				if took := time.Since(begin); took < 2*time.Second || took > 20*time.Second || kind != "slow_body" && took != 7*time.Second {
					t.Errorf("%s took %v", kind, took)
				}
			})
		}
	})
}

func TestRevocations(t *testing.T) {
	s := newStand(t, Options{})
	s.with(Fault{Kind: "session_revoked", Count: 1}, func() {
		old := s.session()
		s.status(http.StatusOK, "POST", statsPath, "{}") // the login was hit
		s.with(Fault{Kind: "session_revoked", Count: 1}, func() {
			s.status(http.StatusUnauthorized, "POST", statsPath, "{}")
		})
		if s.lv = ""; s.session() == old {
			t.Error("the session lives")
		}
	})
	path := s.lp("/sentinel/api/v2/account/{a}/app/token")
	form := "grant_type=client_credentials&client_id=" + s.LivePerson().ClientID + "&client_secret=" + s.LivePerson().ClientSecret
	token := func() map[string]any {
		var out map[string]any
		s.get(&out, "POST", path, form, "Content-Type", "application/x-www-form-urlencoded")
		return out
	}
	s.bearer = token()["access_token"].(string)
	s.status(http.StatusOK, "POST", s.lp(statusPath), "{}")
	s.with(Fault{Kind: "token_revoked", Endpoint: "agent_status", Count: 1}, func() {
		s.status(http.StatusUnauthorized, "POST", s.lp(statusPath), "{}")
	})
	s.with(Fault{Kind: "expires_string"}, func() {
		if v := token()["expires_in"]; v != "3600" {
			t.Errorf("expires_in %v", v)
		}
	})
	s.with(Fault{Kind: "expires_absent"}, func() {
		if v, has := token()["expires_in"]; has {
			t.Errorf("expires_in %v", v)
		}
	})
	s.with(Fault{Kind: "array_form"}, func() {
		var out struct{ BaseURIs []any }
		s.get(&out, "GET", s.lp("/api/account/{a}/service/msgHist/baseURI.json?version=1.0"), "")
		if len(out.BaseURIs) != 1 {
			t.Errorf("%v", out)
		}
	})
}

func TestFaultsOfRecords(t *testing.T) {
	s := newStand(t, Options{})
	rows := func(key, path string) []any {
		var top map[string]any
		s.get(&top, "POST", path, "{}")
		all, _ := top[key].([]any)
		return all
	}
	count := func(all []any, odd func(map[string]any) bool) (n int) {
		for _, row := range all {
			if fields, is := row.(map[string]any); !is || odd(fields) {
				n++
			}
		}
		return n
	}
	plain := rows("stats", statsPath)
	for how, odd := range map[string]func(map[string]any) bool{
		"wrong_type": func(r map[string]any) bool { return typeOf(r["serviceId"]) == "object" },
		"missing_id": func(r map[string]any) bool { return r["serviceId"] == nil },
		"null":       func(map[string]any) bool { return false },
		"text":       func(map[string]any) bool { return false },
	} {
		s.with(Fault{Kind: "bad_record", How: how}, func() {
			if n := count(rows("stats", statsPath), odd); n != 1 {
				t.Errorf("%s: %d bad records", how, n)
			}
		})
	}
	for kind, odd := range map[string]func(map[string]any) bool{
		"unknown_state":  func(r map[string]any) bool { return r["pacingMethod"] == "Pondering" },
		"unknown_field":  func(r map[string]any) bool { return r["somethingNew"] != nil },
		"string_numbers": func(r map[string]any) bool { return typeOf(r["totalOffered"]) == "string" },
		"null_text":      func(r map[string]any) bool { return r["callCenterName"] == "null" },
	} {
		want := len(plain)
		if kind == "unknown_state" {
			want = 1
		}
		s.with(Fault{Kind: kind}, func() {
			if n := count(rows("stats", statsPath), odd); n != want {
				t.Errorf("%s: %d records", kind, n)
			}
		})
	}
	s.with(Fault{Kind: "duplicate_rows"}, func() {
		if n := len(rows("stats", statsPath)); n != len(plain)+1 {
			t.Errorf("%d rows", n)
		}
	})
	s.with(Fault{Kind: "half_built"}, func() {
		odd := func(r map[string]any) bool { return r["loaded"] == nil }
		if all := rows("stats", "/realtime/campaign/stats"); count(all, odd) != len(all) {
			t.Error("campaigns are built")
		}
	})
	hold := rows("callsDetails", "/realtime/service/calls/status")[0].(map[string]any)["timeStamp"]
	s.with(Fault{Kind: "hold_shift"}, func() {
		if rows("callsDetails", "/realtime/service/calls/status")[0].(map[string]any)["timeStamp"] == hold {
			t.Error("the row is not early")
		}
	})
	s.with(Fault{Kind: "lost_brace"}, func() {
		_, _, b := s.ask("POST", "/realtime/service/agent/stats", "{}")
		if !strings.HasPrefix(string(b), `"agentStatistics":`) || json.Valid(b) {
			t.Errorf("%.40s", b)
		}
	})
	s.with(Fault{Kind: "short_json"}, func() {
		if _, _, b := s.ask("POST", statsPath, "{}"); json.Valid(b) || len(b) == 0 {
			t.Errorf("%.40s", b)
		}
	})
}

func TestFaultsOfAgentStatus(t *testing.T) {
	s := newStand(t, Options{})
	type page struct {
		Metadata struct {
			Count  int
			Shards struct{ PartialResult bool } `json:"shardsStatusResult"`
		} `json:"_metadata"`
		Records []statusRecord `json:"agentStatusRecords"`
	}
	var whole, p page
	s.get(&whole, "POST", s.lp(statusPath), "{}")
	s.with(Fault{Kind: "partial_result"}, func() {
		s.get(&p, "POST", s.lp(statusPath), "{}")
		if !p.Metadata.Shards.PartialResult || len(p.Records) >= len(whole.Records) {
			t.Errorf("%d records, %+v", len(p.Records), p.Metadata)
		}
	})
	s.with(Fault{Kind: "page_count"}, func() {
		s.get(&p, "POST", s.lp(statusPath)+"?limit=3", "{}")
		if p.Metadata.Count != 3 {
			t.Errorf("count %d", p.Metadata.Count)
		}
	})
	s.with(Fault{Kind: "duplicate_rows", Endpoint: "agent_status"}, func() {
		s.get(&p, "POST", s.lp(statusPath)+"?limit=3&offset=3", "{}")
		if p.Records[0].AgentID != whole.Records[2].AgentID {
			t.Error("the page does not repeat the last row")
		}
	})
	s.with(Fault{Kind: "restate"}, func() {
		path := s.lp(activityPath) + "?v=1&timeframe=60&interval=5&agentIds=all"
		_, _, lower := s.ask("GET", path, "")
		s.ClearFaults()
		if _, _, plain := s.ask("GET", path, ""); string(lower) == string(plain) {
			t.Error("nothing is restated")
		}
	})
}

func TestFaultsOfActivity(t *testing.T) {
	s := newStand(t, Options{})
	for _, path := range []string{"?v=1&timeframe=60&agentIds=all", "?v=1&timeframe=60&interval=30&agentIds=all"} {
		for kind, want := range map[string]string{"unknown_state": `"Pondering"`, "bad_record": `"unexpected":true`} {
			s.with(Fault{Kind: kind, How: "wrong_type"}, func() {
				b := string(s.status(http.StatusOK, "GET", s.lp(activityPath)+path, ""))
				if strings.Count(b, want) != 1 {
					t.Errorf("%s %s: %d times", path, kind, strings.Count(b, want))
				}
			})
		}
	}
}

func TestFaultsOfFeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		var first, a feedAnswer
		s.get(&first, "POST", agentFeedPath, "{}")
		_ = s.Burst(Burst{"agent_events", 30})
		time.Sleep(time.Second)
		s.get(&first, "POST", agentFeedPath, tokenBody(first.Token))
		s.with(Fault{Kind: "repeat", Size: 12}, func() {
			s.get(&a, "POST", agentFeedPath, tokenBody(first.Token))
			if len(a.AgentEvent) != 12 {
				t.Errorf("%d events repeated", len(a.AgentEvent))
			}
		})
		s.with(Fault{Kind: "token_expired"}, func() {
			s.status(http.StatusBadRequest, "POST", agentFeedPath, tokenBody(first.Token))
		})
		s.with(Fault{Kind: "token_missing"}, func() {
			if b := s.status(http.StatusOK, "POST", agentFeedPath, tokenBody(first.Token)); strings.Contains(string(b), "token") {
				t.Errorf("%s", b)
			}
		})
	})
}

func TestFaultsFromText(t *testing.T) {
	s := newStand(t, Options{})
	for _, good := range []string{
		`[{"kind":"null"},{"kind":"empty","count":2}]`,
		`{"faults":[{"kind":"null","from":"10s","until":"1m"},{"kind":"html"}]}`,
		"{\"kind\":\"null\"}\n{\"kind\":\"delay\",\"delay\":\"2s\",\"endpoint\":\"login\"}\n",
	} {
		if err := s.LoadFaults(strings.NewReader(good)); err != nil || len(s.inForce()) != 2 {
			t.Errorf("%s: %v, %d in force", good, err, len(s.inForce()))
		}
		s.ClearFaults()
	}
	for bad, want := range map[string]string{
		`{"kind":"nul"}`: `fault 1: kind "nul" is unknown`,
		`{"kind":"null"}{"kind":"null","evry":2}`:  `fault 2: json: unknown field "evry"`,
		`[{"kind":"null","probability":2}]`:        `fault 1: probability 2 is not between 0 and 1`,
		`{"kind":"null","vendor":"x"}`:             `vendor "x" is unknown`,
		`{"kind":"delay","delay":"soon"}`:          `time: invalid duration "soon"`,
		`{"kind":"delay","delay":3}`:               `a duration is a string such as "30s"`,
		`{"kind":"null","from":"1m","until":"1s"}`: `until is not after from`,
		`{"kind":"status","status":12}`:            `status 12 is not between`,
		`{"kind":"redirect"}`:                      `a redirect needs a url`,
		`{"kind":"bad_record","how":"odd"}`:        `how "odd" is unknown`,
		`{"kind":"null","count":-1}`:               `are not negative`,
		`{"kind":`:                                 `fault 1: unexpected EOF`,
	} {
		err := s.LoadFaults(strings.NewReader(bad))
		if err == nil || !strings.Contains(err.Error(), want) || len(s.inForce()) != 0 {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestAdminOverASocket(t *testing.T) {
	s := New(Options{})
	server := httptest.NewServer(s)
	defer server.Close()
	call := func(want int, method, path, body string) string {
		t.Helper()
		r, _ := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != want {
			t.Errorf("%s %s: %d %s", method, path, res.StatusCode, b)
		}
		return string(b)
	}
	if b := call(200, "GET", "/sim/accounts", ""); !strings.Contains(b, s.LiveVox().Password) {
		t.Error(b)
	}
	call(200, "POST", "/sim/faults", `{"kind":"reset","vendor":"livevox"}`)
	if _, err := http.Post(server.URL+statsPath, "application/json", strings.NewReader("{}")); err == nil {
		t.Error("the connection was not reset")
	}
	if b := call(200, "GET", "/sim/faults", ""); !strings.Contains(b, `"hits":`) {
		t.Error(b)
	}
	call(204, "DELETE", "/sim/faults", "")
	call(400, "POST", "/sim/faults", `{"kind":"x"}`)
	call(401, "POST", statsPath, `{}`)
	if b := call(200, "GET", "/sim/requests", ""); !strings.Contains(b, `"401":1`) {
		t.Error(b)
	}
	for _, scene := range []string{"everybody_away", "everybody_leaves", "queue_flood", "frozen", "midnight", "normal"} {
		call(200, "POST", "/sim/scene", fmt.Sprintf(`{"scene":%q}`, scene))
	}
	call(400, "POST", "/sim/scene", `{"scene":"party"}`)
	call(400, "POST", "/sim/scene", `{"scene":"everybody_away","group":"unknown"}`)
	call(200, "POST", "/sim/burst", `{"feed":"agent_events","events":10}`)
	call(400, "POST", "/sim/burst", `{"feed":"x","events":10}`)
	call(400, "POST", "/sim/correct", `{"service":"9001"}`)
	call(404, "GET", "/sim/nothing", "")
	if b := call(200, "GET", "/sim/truth", ""); !strings.Contains(b, `"agent_event_total":`) {
		t.Errorf("%.300s", b)
	}
	call(400, "GET", "/sim/truth?from=x", "")
	call(200, "GET", "/sim/truth?after=&upto=", "")
}
