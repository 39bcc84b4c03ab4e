package livevox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

var feedPaths = map[string]string{"agentEvent": "agentEvent/feed", "events": "event/feed"}

// A timestamp that is none makes a bad record, unless the id of the event tells its time.
func TestEventWithATimestampThatIsNone(t *testing.T) {
	for list, path := range feedPaths {
		dated := `"cid=1:aid=2:time=1900000000123:seq=3"`
		if list == "events" {
			dated = `"` + tokenAt(time.Now()) + `"`
		}
		for timestamp, bad := range map[string]bool{
			`0`: true, `-1`: true, `-1900000000000`: true, `9223372036854775807`: true, `1.7e308`: true, `"soon"`: true, `"0"`: true,
			`null`: false, `""`: false, `1900000000000`: false, `"2031-03-05T15:04:05Z"`: false,
		} {
			v := &vendor{answers: map[string]http.HandlerFunc{"realtime/" + path: func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{%q:[{"eventId":"x","eventType":"READY","timestamp":%s},{"eventId":%s,"eventType":"READY","timestamp":%[2]s}],"token":"t"}`, list, timestamp, dated)
			}}}
			got, err := askEither(t, newClient(t, v), list, "start")
			if want := map[bool]int{true: 1}[bad]; err != nil || got.Skipped != want || len(got.Events) != 2-want {
				t.Errorf("%s, timestamp %s: %d skipped and %d events, %v; want %d skipped of two", list, timestamp, got.Skipped, len(got.Events), err, want)
			}
		}
	}
}

// A vendor whose clock takes every token for expired makes one gap, and then errors.
func TestTokensThatAreRefusedAtOnceAreOneGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newFeedVendor("events")
		feed, wrong := v.answers["realtime/event/feed"], true
		v.answers["realtime/event/feed"] = func(w http.ResponseWriter, req *http.Request) {
			var body struct{ Token string }
			sent := v.sent("realtime/event/feed")
			_ = json.Unmarshal([]byte(sent[len(sent)-1].body), &body)
			if wrong && body.Token != "" {
				refuse(w, http.StatusBadRequest, 202)
				return
			}
			feed(w, req)
		}
		c, token, gaps := newClient(t, v), tokenAt(time.Now().Add(-time.Minute)), 0
		for i := range 20 {
			got, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
			if got.Gap > 0 {
				gaps++
			}
			if (err == nil) != (i < 3) || err != nil && api.ClassOf(err) != api.VendorError {
				t.Fatalf("request %d: %v", i, err)
			}
			if got.Token != "" {
				token = got.Token
			}
			time.Sleep(time.Second)
		}
		if gaps != 1 || v.logins != 1 {
			t.Errorf("%d gaps and %d logins, want one of each", gaps, v.logins)
		}
		wrong = false
		if got, err := c.InteractionEvents(t.Context(), token, InteractionOptions{}); err != nil || got.Gap != 0 || len(got.Events) == 0 {
			t.Errorf("%d events, gap %s, %v after the vendor's clock is right", len(got.Events), got.Gap, err)
		}
		wrong = true
		time.Sleep(25 * time.Hour)
		if got, err := c.InteractionEvents(t.Context(), token, InteractionOptions{}); err != nil || got.Gap == 0 {
			t.Errorf("gap %s, %v; a token older than a day is a gap", got.Gap, err)
		}
	})
}

// A vendor that gives tokens that it then takes for too old makes one gap, and then errors,
// until it gives one that serves.
func TestTokensThatAreGivenTooOldAreOneGap(t *testing.T) {
	for list, path := range feedPaths {
		for _, age := range []time.Duration{26 * time.Hour, 72 * time.Hour, 300 * 24 * time.Hour} {
			for kind, given := range map[string]func(begin time.Time) string{
				"new tokens":         func(time.Time) string { return tokenAt(time.Now().Add(-age)) },
				"one constant token": func(begin time.Time) string { return tokenAt(begin.Add(-age)) },
			} {
				t.Run(fmt.Sprintf("%s, %s of %s", list, kind, age), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { tooOldTokens(t, list, "realtime/"+path, given) })
				})
			}
		}
	}
}

func tooOldTokens(t *testing.T, list, path string, given func(begin time.Time) string) {
	v, begin := newFeedVendor(list), time.Now()
	right := v.answers[path]
	v.answers[path] = func(w http.ResponseWriter, req *http.Request) {
		if sent := v.sent(path); !strings.Contains(sent[len(sent)-1].body, `-`) { // no token
			fmt.Fprintf(w, `{%q:[],"token":%q}`, list, given(begin))
			return
		}
		refuse(w, http.StatusBadRequest, 202)
	}
	c, token, gaps, failed := newClient(t, v), tokenAt(begin.Add(-30*time.Hour)), 0, 0
	ask := func() {
		got, err := askEither(t, c, list, token)
		if got.Gap > 0 {
			gaps++
		}
		if err != nil {
			failed++
			if api.ClassOf(err) != api.VendorError {
				t.Fatal(err)
			}
		}
		token = cmp.Or(got.Token, token)
		time.Sleep(time.Second)
	}
	for range 20 {
		ask()
	}
	if gaps != 1 || failed != 19 || v.logins != 1 {
		t.Errorf("%d gaps, %d failures and %d logins of 20, want 1, 19 and 1", gaps, failed, v.logins)
	}
	v.answers[path] = right
	time.Sleep(restartPause)
	failed = 0
	for range 5 {
		ask()
	}
	if gaps != 2 || failed != 0 {
		t.Errorf("%d gaps, %d failures after the vendor is right; want one gap more, of the time without it", gaps, failed)
	}
}

// askEither asks a client for a page of either feed. Of agent events it has the number alone.
func askEither(t *testing.T, c *Client, list, token string) (Feed[InteractionEvent], error) {
	if list == "events" {
		return c.InteractionEvents(t.Context(), token, InteractionOptions{})
	}
	feed, err := c.AgentEvents(t.Context(), token)
	return Feed[InteractionEvent]{Events: make([]InteractionEvent, len(feed.Events)), Token: feed.Token, Gap: feed.Gap, Extent: feed.Extent}, err
}
