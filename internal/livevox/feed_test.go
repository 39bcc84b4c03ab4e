package livevox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// tokenAt returns a feed token of a moment, as the vendor makes them.
func tokenAt(at time.Time) string {
	const reform = 0x01B21DD213814000 // Unix time 0 in steps of 100 ns since the calendar reform
	n := uint64(at.UnixNano()/100) + reform
	return fmt.Sprintf("%08x-%04x-1%03x-8080-808080808080", uint32(n), uint16(n>>32), uint16(n>>48)&0xfff)
}

func TestTokenTime(t *testing.T) {
	// The vendor's page shows this token with an error that names its second.
	if got := tokenTime("d57fa600-9117-11eb-8080-808080808080"); got.Format(time.RFC3339Nano) != "2021-03-30T05:21:51.712Z" {
		t.Errorf("the sample token is of %s", got)
	}
	now := time.UnixMilli(1900000000123)
	if got := tokenTime(tokenAt(now)); !got.Equal(now) {
		t.Errorf("a token of %s is of %s", now, got)
	}
	for _, opaque := range []string{"", "abc", uuid.NewString(), "{d57fa600-9117-11eb-8080-808080808080}", "urn:uuid:d57fa600-9117-11eb-8080-808080808080"} {
		if got := tokenTime(opaque); !got.IsZero() {
			t.Errorf("%q is of %s, want opaque", opaque, got)
		}
	}
}

// feedVendor plays a feed with one event per second, for both kinds of feed.
type feedVendor struct {
	*vendor
	begin time.Time
	most  int
}

func newFeedVendor(list string) *feedVendor {
	v := &feedVendor{vendor: &vendor{}, begin: time.Now(), most: feedPage}
	v.answers = map[string]http.HandlerFunc{"realtime/" + feedPaths[list]: func(w http.ResponseWriter, req *http.Request) { v.feed(w, req, list) }}
	return v
}

func (v *feedVendor) feed(w http.ResponseWriter, req *http.Request, list string) {
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	var body struct{ Token string }
	_ = json.NewDecoder(req.Body).Decode(&body)
	if body.Token == "" {
		fmt.Fprintf(w, `{%q:[{"eventId":"of before"}],"token":%q}`, list, tokenAt(time.Now()))
		return
	}
	at := tokenTime(body.Token)
	if time.Since(at) > 24*time.Hour {
		refuse(w, http.StatusBadRequest, 202)
		return
	}
	var events []string
	for next := at.Truncate(time.Second).Add(time.Second); !next.After(time.Now()) && len(events) < v.most; next = next.Add(time.Second) {
		events = append(events, fmt.Sprintf(`{"eventId":%q}`, tokenAt(next)))
		at = next
	}
	if len(events) < v.most {
		at = time.Now()
	}
	fmt.Fprintf(w, `{%q:[%s],"token":%q}`, list, strings.Join(events, ","), tokenAt(at))
}

func TestFeedBeginsAtThePresentAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newFeedVendor("agentEvent")
		c := newClient(t, v)
		first, err := c.AgentEvents(t.Context(), "")
		if err != nil || len(first.Events) != 0 || first.Token == "" {
			t.Fatalf("first: %+v, %v", first, err)
		}
		if got := v.sent("realtime/agentEvent/feed")[0].body; got != "{}" {
			t.Errorf("the first body is %s, want {}", got)
		}
		time.Sleep(2500 * time.Second)
		token, events, pages := first.Token, 0, 0
		for more := true; more; pages++ {
			feed, err := c.AgentEvents(t.Context(), token)
			if err != nil || feed.Gap != 0 {
				t.Fatalf("gap %s, %v", feed.Gap, err)
			}
			events += len(feed.Events)
			token, more = feed.Token, feed.More
		}
		if events != 2500 || pages != 3 {
			t.Errorf("%d events on %d pages, want 2500 on 3", events, pages)
		}
	})
}

func TestFirstInteractionTokenIsAskedForWithAnEmptyOne(t *testing.T) {
	v := newFeedVendor("events")
	c := newClient(t, v)
	if _, err := c.InteractionEvents(t.Context(), "", InteractionOptions{Count: 500, Types: []string{"voice"}}); err != nil {
		t.Fatal(err)
	}
	r := v.sent("realtime/event/feed")[0]
	if r.query != "count=500" || r.body != `{"token":"","filter":{"interactionType":[{"type":"VOICE"}]}}` {
		t.Errorf("query %s, body %s", r.query, r.body)
	}
}

func TestTokenOlderThanADayIsAGap(t *testing.T) {
	for name, asked := range map[string]int{"known by its age": 2, "refused by the vendor": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := newFeedVendor("events")
				c := newClient(t, v)
				if err := c.Login(t.Context()); err != nil {
					t.Fatal(err)
				}
				if asked > 2 {
					for range 9 {
						c.clock.Observe(time.Now().Add(-2 * time.Hour)) // this machine can't know better
					}
				}
				old := tokenAt(time.Now().Add(-25 * time.Hour))
				feed, err := c.InteractionEvents(t.Context(), old, InteractionOptions{})
				if asked > 2 {
					if err != nil || feed.Gap != 0 || feed.Token != "" {
						t.Errorf("first: %+v, %v; want the token to be asked for once more", feed, err)
					}
					feed, err = c.InteractionEvents(t.Context(), old, InteractionOptions{})
				}
				if err != nil || feed.Gap.Round(time.Minute) != 25*time.Hour || feed.Token == "" || len(feed.Events) != 0 {
					t.Errorf("%+v, %v; want a gap of 25 hours", feed, err)
				}
				if got := len(v.sent("realtime/event/feed")); got != asked {
					t.Errorf("%d requests, want %d", got, asked)
				}
				if v.logins != 1 {
					t.Errorf("%d logins, want 1", v.logins)
				}
			})
		})
	}
	t.Run("opaque", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			v := newFeedVendor("events")
			feed := v.answers["realtime/event/feed"]
			v.answers["realtime/event/feed"] = func(w http.ResponseWriter, req *http.Request) {
				if strings.Contains(v.sent("realtime/event/feed")[len(v.sent("realtime/event/feed"))-1].body, "opaque") {
					refuse(w, http.StatusBadRequest, 202)
					return
				}
				feed(w, req)
			}
			c := newClient(t, v)
			if first, err := c.InteractionEvents(t.Context(), "opaque", InteractionOptions{}); err != nil || first.Gap != 0 {
				t.Errorf("first: %+v, %v; want the token to be asked for once more", first, err)
			}
			got, err := c.InteractionEvents(t.Context(), "opaque", InteractionOptions{})
			if err != nil || got.Gap != 24*time.Hour {
				t.Errorf("%+v, %v; want a gap of a day", got, err)
			}
		})
	})
}

// A token that is refused before its time is asked for once more, without a login.
func TestYoungTokenIsAskedForAgain(t *testing.T) {
	for refusals, gap := range map[int]bool{1: false, 2: true} {
		synctest.Test(t, func(t *testing.T) {
			v := newFeedVendor("events")
			feed, left := v.answers["realtime/event/feed"], refusals
			v.answers["realtime/event/feed"] = func(w http.ResponseWriter, req *http.Request) {
				if left--; left >= 0 {
					refuse(w, http.StatusBadRequest, 202)
					return
				}
				feed(w, req)
			}
			c, token := newClient(t, v), tokenAt(time.Now().Add(-time.Minute))
			first, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
			if err != nil || first.Gap != 0 || first.Token != "" || first.More {
				t.Errorf("%d refusals: first %+v, %v; want the feed to stay where it is", refusals, first, err)
			}
			got, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
			if err != nil || (got.Gap > 0) != gap || (len(got.Events) == 0) != gap || v.logins != 1 {
				t.Errorf("%d refusals: gap %s, %d events, %d logins, %v", refusals, got.Gap, len(got.Events), v.logins, err)
			}
		})
	}
}

func TestRefusalsOfTokensCauseNoLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newFeedVendor("agentEvent")
		feed, n := v.answers["realtime/agentEvent/feed"], 0
		v.answers["realtime/agentEvent/feed"] = func(w http.ResponseWriter, req *http.Request) {
			if n++; n%2 == 0 {
				refuse(w, http.StatusBadRequest, 202)
				return
			}
			feed(w, req)
		}
		c, token, events := newClient(t, v), "", 0
		for range 60 {
			got, err := c.AgentEvents(t.Context(), token)
			if err != nil || got.Gap != 0 {
				t.Fatalf("gap %s, %v; want no failure by a refusal of every second request", got.Gap, err)
			}
			if events += len(got.Events); got.Token != "" {
				token = got.Token
			}
			time.Sleep(time.Second)
		}
		if v.logins != 1 || n != 60 || events != 58 {
			t.Errorf("%d logins, %d requests, %d events; want 1, 60 and 58", v.logins, n, events)
		}
	})
}

func TestTokenOf23HoursIsNoGapEvenOnAWrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newFeedVendor("events")
		c := newClient(t, v)
		now := time.Now()
		v.answers["realtime/service/stats"] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", now.Add(-2*time.Hour).UTC().Format(http.TimeFormat)) // ours is two hours fast
			fmt.Fprint(w, noStats)
		}
		if _, err := c.ServiceStats(t.Context()); err != nil {
			t.Fatal(err)
		}
		if age := c.tokenAge(tokenAt(now.Add(-25 * time.Hour))); age > 24*time.Hour {
			t.Errorf("the age is %s by the vendor's clock", age)
		}
	})
}

func TestOtherErrorsAreNoGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for status, code := range map[int]int{400: 200, 401: 202, 403: 202, 404: 202, 500: 202} {
			v := newFeedVendor("events")
			v.answers["realtime/event/feed"] = func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, code) }
			feed, err := newClient(t, v).InteractionEvents(t.Context(), tokenAt(time.Now()), InteractionOptions{})
			if err == nil || feed.Gap != 0 || feed.Token != "" {
				t.Errorf("HTTP %d code %d: %+v, %v; want the feed to stay where it is", status, code, feed, err)
			}
		}
	})
}

func TestAnswerWithoutTokenHolds(t *testing.T) {
	for _, token := range []string{`null`, `""`, `"a\u0000b"`, `"` + strings.Repeat("x", 2000) + `"`} {
		v := newFeedVendor("events")
		v.answers["realtime/event/feed"] = says(`{"events":[{"eventId":"1"}],"token":` + token + `}`)
		feed, err := newClient(t, v).InteractionEvents(t.Context(), tokenAt(time.Now()), InteractionOptions{})
		if api.ClassOf(err) != api.Schema || len(feed.Events) != 0 {
			t.Errorf("token %.20s: %+v, %v; want class schema and no event", token, feed, err)
		}
	}
}

func TestFullPageUnderTheSameTokenIsNotAskedForAtOnce(t *testing.T) {
	token := tokenAt(time.Now())
	v := newFeedVendor("agentEvent")
	v.answers["realtime/agentEvent/feed"] = says(`{"agentEvent":[` + strings.Repeat(`{"eventId":"1"},`, 999) + `{"eventId":"1"}],"token":"` + token + `"}`)
	feed, err := newClient(t, v).AgentEvents(t.Context(), token)
	if err != nil || feed.More || len(feed.Events) != 1000 {
		t.Errorf("%d events, more %v, %v", len(feed.Events), feed.More, err)
	}
}

func TestInteractionTimeIsFoundWhateverIsWritten(t *testing.T) {
	const id = "41ee8020-a4d9-11eb-abe6-bd1649d297a6"
	for in, want := range map[string]string{
		`{"timestamp":"2021-04-24T07:34:52.000-04:00"}`:         "2021-04-24T11:34:52Z",
		`{"timestamp":"2023-06-05T09:36:00.000Z"}`:              "2023-06-05T09:36:00Z",
		`{"timestamp":"2021-04-24T07:52:16-100-04:00"}`:         "2021-04-24T11:52:16.1Z",
		`{"timestamp":"2021-04-24T07:52:16-100Z"}`:              "2021-04-24T07:52:16.1Z",
		`{"timestamp":"soon","eventId":"` + id + `"}`:           tokenTime(id).Format(time.RFC3339Nano),
		`{"timestamp":"null","end":"2023-06-05T09:36:14.000Z"}`: "2023-06-05T09:36:14Z",
		`{"timestamp":null,"callStartTime":"1685957638000"}`:    "2023-06-05T09:33:58Z",
		`{"timestamp":"1685957638000"}`:                         "2023-06-05T09:33:58Z",
		`{}`:                                                    "0001-01-01T00:00:00Z",
	} {
		var e InteractionEvent
		if _, err := decode(strings.NewReader(in), &e); err != nil {
			t.Fatal(err)
		}
		if got := e.Time().UTC().Format(time.RFC3339Nano); got != want {
			t.Errorf("%s is of %s, want %s", in, got, want)
		}
	}
}

func TestAgentEventKeyTellsLinesApart(t *testing.T) {
	event := func(in string) (e AgentEvent) {
		if _, err := decode(strings.NewReader(in), &e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	keys := map[string]string{}
	for _, in := range []string{
		`{"eventId":"cid=1:aid=2:time=1900000000123:seq=3","lineNumber":"ACD","eventType":"READY"}`,
		`{"eventId":"cid=1:aid=2:time=1900000000123:seq=3","lineNumber":"DIRECT","eventType":"READY"}`,
		`{"eventId":"cid=1:aid=2:time=1900000000123:seq=3","lineNumber":"ACD","eventType":"NOT_READY"}`,
		`{"agentId":2,"timestamp":1900000000123,"seqNum":3,"eventType":"LOGON"}`,
		`{"agentId":2,"timestamp":1900000000123,"seqNum":4,"eventType":"LOGON"}`,
	} {
		e := event(in)
		key := e.Key()
		if other, met := keys[key]; met {
			t.Errorf("%s and %s have one key", in, other)
		}
		keys[key] = in
	}
	if e := event(`{"eventId":"cid=1:aid=2:time=1900000000123:seq=3"}`); e.Time().UnixMilli() != 1900000000123 {
		t.Errorf("the time in the id is read as %s", e.Time())
	}
}
