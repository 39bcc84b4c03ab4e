package livevox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// fullPage has as many events as a page may have.
func fullPage(list, prefix, token string) string {
	events := make([]string, feedPage)
	for i := range events {
		events[i] = fmt.Sprintf(`{"eventId":"%s%d","eventType":"READY"}`, prefix, i)
	}
	return fmt.Sprintf(`{%q:[%s],"token":%q}`, list, strings.Join(events, ","), token)
}

// A page that brings nothing new is no reason to ask at once.
func TestFeedThatLoopsIsNotAskedAtOnce(t *testing.T) {
	for name, pages := range map[string]int{"the same page with new tokens": 1, "two tokens that lead to each other": 2, "ten tokens in a circle": 10} {
		for list, path := range map[string]string{"agentEvent": "agentEvent/feed", "events": "event/feed"} {
			t.Run(name+", "+list, func(t *testing.T) {
				asked := 0
				v := &vendor{answers: map[string]http.HandlerFunc{"realtime/" + path: func(w http.ResponseWriter, _ *http.Request) {
					n := asked % pages
					asked++
					token := fmt.Sprint("t", n)
					if pages == 1 {
						token = fmt.Sprint("t", asked)
					}
					fmt.Fprint(w, fullPage(list, fmt.Sprint(n, "-"), token))
				}}}
				c := newClient(t, v)
				ask := func(token string) (string, bool, error) {
					if list == "events" {
						feed, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
						return feed.Token, feed.More, err
					}
					feed, err := c.AgentEvents(t.Context(), token)
					return feed.Token, feed.More, err
				}
				token := "start"
				for i := range 3 * pages {
					next, more, err := ask(token)
					if err != nil || more != (i < pages) {
						t.Fatalf("page %d: more %t, %v", i, more, err)
					}
					token = next
				}
			})
		}
	}
}

// bothFeeds asks a client for a page of either feed.
func bothFeeds(t *testing.T, c *Client, list, token string) (skipped, events int, more bool) {
	t.Helper()
	if list == "events" {
		feed, err := c.InteractionEvents(t.Context(), token, InteractionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return feed.Skipped, len(feed.Events), feed.More
	}
	feed, err := c.AgentEvents(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return feed.Skipped, len(feed.Events), feed.More
}

var feedPaths = map[string]string{"agentEvent": "agentEvent/feed", "events": "event/feed"}

// A full page of new records of which none is usable brings nothing new.
func TestFeedOfUnusableRecordsIsNotAskedAtOnce(t *testing.T) {
	for list, path := range feedPaths {
		for name, record := range map[string]string{
			"dated 1970": `{"eventId":"a%[1]d","eventType":"READY","timestamp":"1970-01-01T00:00:01Z"}`,
			"dated 9999": `{"eventId":"a%[1]d","eventType":"READY","timestamp":"9999-01-01T00:00:01Z"}`,
			"a day and more too old": fmt.Sprintf(`{"eventId":"a%%[1]d","eventType":"READY","timestamp":%d}`,
				time.Now().Add(-26*time.Hour).UnixMilli()),
			"dated 0":        `{"eventId":"a%[1]d","eventType":"READY","timestamp":0}`,
			"no known field": `{"x":%[1]d}`,
			"no object":      `%[1]d`,
		} {
			t.Run(list+", "+name, func(t *testing.T) {
				asked := 0
				v := &vendor{answers: map[string]http.HandlerFunc{"realtime/" + path: func(w http.ResponseWriter, _ *http.Request) {
					records := make([]string, feedPage)
					for i := range records {
						records[i] = fmt.Sprintf(record, asked*feedPage+i)
					}
					asked++
					fmt.Fprintf(w, `{%q:[%s],"token":"t%d"}`, list, strings.Join(records, ","), asked)
				}}}
				c := newClient(t, v)
				for range 3 {
					if _, _, more := bothFeeds(t, c, list, fmt.Sprint("t", asked)); more {
						t.Fatal("asked for more at once")
					}
				}
			})
		}
	}
}

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
			skipped, events, _ := bothFeeds(t, newClient(t, v), list, "start")
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
