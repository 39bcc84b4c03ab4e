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
