package simulator

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestSignatureBaseOfTheStandard(t *testing.T) {
	// RFC 5849, section 3.4.1.1, without the parameters of the form body.
	r, _ := http.NewRequest(http.MethodPost, "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", nil)
	x := &exchange{r: r}
	got := x.signatureBase("http", map[string]string{
		"oauth_consumer_key": "9djdj82h48djs9d2", "oauth_token": "kkk9d7dh3k39sjv7",
		"oauth_signature_method": "HMAC-SHA1", "oauth_timestamp": "137131201", "oauth_nonce": "7d8f3e4a",
	})
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26" +
		"oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
		"oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// sign is an authorization for a GET of a path whose query is in order already and needs no escapes but those given.
func (s *stand) sign(path string, at time.Time, nonce, secret string) string {
	a := s.LivePerson()
	base, query, _ := strings.Cut(path, "?")
	stamp := strconv.FormatInt(at.Unix(), 10)
	params := "oauth_consumer_key=" + a.ConsumerKey + "&oauth_nonce=" + nonce + "&oauth_signature_method=HMAC-SHA1" +
		"&oauth_timestamp=" + stamp + "&oauth_token=" + a.AccessToken + "&" + query
	text := "GET&" + url.QueryEscape("http://sim.example.com"+base) + "&" + url.QueryEscape(params)
	h := hmac.New(sha1.New, []byte(secret+"&"+a.AccessTokenSecret))
	h.Write([]byte(text))
	mac := url.QueryEscape(base64.StdEncoding.EncodeToString(h.Sum(nil)))
	return fmt.Sprintf(`OAuth oauth_consumer_key=%q, oauth_nonce=%q, oauth_signature=%q, `+
		`oauth_signature_method="HMAC-SHA1", oauth_timestamp=%q, oauth_token=%q`,
		a.ConsumerKey, nonce, mac, stamp, a.AccessToken)
}

func TestSignedRequests(t *testing.T) {
	s := newStand(t, Options{})
	path := s.lp(changesPath) + "?source=test"
	secret := s.LivePerson().ConsumerSecret
	now := s.clock.at
	s.status(http.StatusOK, "GET", path, "", "Authorization", s.sign(path, now, "n1", secret))
	s.status(http.StatusOK, "GET", path, "", "Authorization", s.sign(path, now.Add(299*time.Second), "n2", secret))
	for want, header := range map[string]string{
		"nonce_used":           s.sign(path, now, "n1", secret),
		"timestamp_refused":    s.sign(path, now.Add(301*time.Second), "n3", secret),
		"signature_invalid":    s.sign(path, now, "n4", "other"),
		"consumer_key_unknown": strings.Replace(s.sign(path, now, "n5", secret), `key="`, `key="x`, 1),
		"token_rejected":       strings.Replace(s.sign(path, now, "n6", secret), `token="`, `token="x`, 1),
		"parameter_rejected":   "OAuth nonsense",
	} {
		var e struct{ Reason, Message string }
		b := s.status(http.StatusUnauthorized, "GET", path, "", "Authorization", header)
		if json.Unmarshal(b, &e) != nil || !strings.HasPrefix(e.Reason, "oauth_problem="+want+"&") || e.Message == "" {
			t.Errorf("%s: %s", want, b)
		}
	}
	s.with(Fault{Kind: "clock_skew", Skew: Duration(time.Hour)}, func() {
		s.status(http.StatusUnauthorized, "GET", path, "", "Authorization", s.sign(path, now, "n7", secret))
		s.status(http.StatusOK, "GET", path, "", "Authorization", s.sign(path, now.Add(time.Hour), "n8", secret))
	})
}

func TestQueriesForChanges(t *testing.T) {
	s := newStand(t, Options{})
	at := func(d time.Duration) string { return url.QueryEscape(s.clock.at.Add(d).Format(time.RFC3339)) }
	const day = 24 * time.Hour
	for query, cause := range map[string]string{
		"": "source", "source=x&from=" + at(-day): "from and to", "source=x&to=" + at(0): "from and to",
		"source=x&from=yesterday&to=" + at(0):                   "RFC 3339",
		"source=x&from=" + at(-40*day) + "&to=" + at(0):         "1 month",
		"source=x&from=" + at(-200*day) + "&to=" + at(-190*day): "6 months",
		"source=x&from=" + at(0) + "&to=" + at(-day):            "before from",
		"source=x&limit=5001":                                   "less than or equal to 5000", "source=x&limit=0": "limit", "source=x&offset=-1": "offset",
		"source=x&agentId=1&empId=2": "only one", "source=x&groupId=1&empId=2": "only one",
	} {
		var e struct{ Causes []string }
		b := s.status(http.StatusBadRequest, "GET", s.lp(changesPath)+"?"+query, "")
		if json.Unmarshal(b, &e) != nil || !strings.Contains(strings.Join(e.Causes, ","), cause) {
			t.Errorf("%q: %s", query, b)
		}
	}
	s.status(http.StatusBadRequest, "GET", s.lp("/api/account/{a}/status-changes?source=x&limit=101"), "")
	var out struct {
		StateChanges []changeRow
		Timeframe    map[string]any
		Metadata     struct{ References []struct{ Rel, Href string } } `json:"_metadata"`
	}
	s.get(&out, "GET", s.lp(changesPath)+"?source=x&limit=10&offset=10", "")
	rels := ""
	for _, r := range out.Metadata.References {
		rels += r.Rel + " "
		if !strings.HasPrefix(r.Href, "http://localhost:8082/") {
			t.Errorf("href %s", r.Href)
		}
	}
	if rels != "self first next previous last " || len(out.Timeframe) != 4 || typeOf(out.Timeframe["startTimeL"]) != "string" {
		t.Errorf("rels %s, timeframe %v", rels, out.Timeframe)
	}
	one := out.StateChanges[0]
	s.get(&out, "GET", s.lp(changesPath)+fmt.Sprintf("?source=x&limit=5000&agentId=%d", one.AgentID), "")
	for _, c := range out.StateChanges {
		if c.AgentID != one.AgentID {
			t.Errorf("agent %d among those of %d", c.AgentID, one.AgentID)
		}
	}
}

func TestSessionsGetTheirIDLater(t *testing.T) {
	s := newStand(t, Options{Late: time.Minute})
	from := s.clock.at
	find := func() map[int64]int {
		ids := map[int64]int{}
		for _, c := range s.allChanges(from, from.Add(2*time.Hour), 5000) {
			if c["sequenceNumber"].(float64) <= 1 {
				ids[int64(c["sessionId"].(float64))]++
			}
		}
		return ids
	}
	s.clock.forward(2 * time.Hour)
	early := find()
	s.clock.forward(time.Hour)
	if late := find(); late[-1] != 0 || len(late) < 2 {
		t.Errorf("sessions %v, later %v", early, late)
	}
	s2 := newStand(t, Options{Late: -1})
	from2 := s2.clock.at
	s2.clock.forward(time.Hour)
	now := len(s2.allChanges(from2, s2.clock.at, 5000))
	at := s2.clock.at
	s2.clock.forward(time.Hour)
	if later := len(s2.allChanges(from2, at, 5000)); later != now || now == 0 {
		t.Errorf("without lateness %d changes, later %d", now, later)
	}
}

func TestFirstVersionOfChangesIsCutSilently(t *testing.T) {
	s := newStand(t, Options{})
	type infos struct {
		AgentsInfo []struct {
			AgentID int64
			History []changePart `json:"statusChangeHistory"`
		}
	}
	var out infos
	s.get(&out, "GET", s.lp("/api/account/{a}/status-changes?source=x&limit=1"), "")
	all := s.allChanges(s.clock.at.Add(-24*time.Hour), s.clock.at, 5000)
	per := map[int64]int{}
	for _, c := range all {
		per[int64(c["agentId"].(float64))]++
	}
	cut := 0
	for offset := range len(per) {
		s.get(&out, "GET", s.lp(fmt.Sprintf("/api/account/{a}/status-changes?source=x&limit=1&offset=%d", offset)), "")
		for _, a := range out.AgentsInfo {
			want := min(20, per[a.AgentID])
			if len(a.History) != want {
				t.Errorf("agent %d: %d changes, want %d of %d", a.AgentID, len(a.History), want, per[a.AgentID])
			}
			if per[a.AgentID] > 20 {
				cut++
			}
		}
	}
	if cut == 0 {
		t.Error("no agent was cut")
	}
}

func TestTimeInStatusFillsTheSession(t *testing.T) {
	s := newStand(t, Options{Late: -1})
	s.clock.forward(10 * time.Hour)
	truth := s.Truth()
	sum := 0.0
	for _, a := range truth.LivePerson.Agents {
		for _, reasons := range a.StatusSeconds {
			for _, n := range reasons {
				sum += n
			}
		}
	}
	want := 0.0
	for _, a := range s.messaging.agents {
		a.spans(s.started, s.clock.at.UnixMilli(), func(g segment, ms int64) {
			if g.status != statusNone {
				want += float64(ms) / 1000
			}
		})
	}
	if d := sum - want; d > 0.1 || d < -0.1 || sum == 0 {
		t.Errorf("%.3f s in statuses, %.3f s logged in", sum, want)
	}
}
