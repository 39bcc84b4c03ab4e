package livevox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// bothFeeds asks a client for a page of either feed.
func bothFeeds(t *testing.T, c *Client, list, token string) (skipped, events int) {
	t.Helper()
	if list == "events" {
		feed, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return feed.Skipped, len(feed.Events)
	}
	feed, err := c.AgentEvents(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return feed.Skipped, len(feed.Events)
}

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
			skipped, events := bothFeeds(t, newClient(t, v), list, "start")
			if want := map[bool]int{true: 1}[bad]; skipped != want || events != 2-want {
				t.Errorf("%s, timestamp %s: %d skipped and %d events, want %d skipped of two", list, timestamp, skipped, events, want)
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
			if (err == nil) != (i == 0) || err != nil && api.ClassOf(err) != api.VendorError {
				t.Fatalf("request %d: %v", i, err)
			}
			if got.Token != "" {
				token = got.Token
			}
			time.Sleep(time.Second)
		}
		if gaps != 1 || v.logins > 3 {
			t.Errorf("%d gaps and %d logins, want one gap", gaps, v.logins)
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
