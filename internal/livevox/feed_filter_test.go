package livevox

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// The code is that of an old token, but the message speaks of something else.
func TestARequestForTooManyServicesLosesNoEvents(t *testing.T) {
	for message, gap := range map[string]bool{
		"covers 170 services; at most 150": false,
		"No more than 150 Services":        false,
		"":                                 true,
		"the token is too old":             true,
		"2031-01-02 03:04:05-0500 is more than 24 hours old: all services": true,
	} {
		v := newFeedVendor("events")
		feed, refusals := v.answers["realtime/event/feed"], 2
		v.answers["realtime/event/feed"] = func(w http.ResponseWriter, req *http.Request) {
			if refusals--; refusals >= 0 {
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"code":202,"message":%q}`, message)
				return
			}
			feed(w, req)
		}
		c := newClient(t, v)
		token := tokenAt(time.Now().Add(-time.Minute))
		var got Feed[InteractionEvent]
		var err error
		for range 3 {
			if got, err = c.InteractionEvents(t.Context(), token, InteractionOptions{}); err == nil && got.Token != "" {
				break
			}
			if gap && err == nil {
				continue // asked for once more
			}
			if api.ClassOf(err) != api.ClientError || got.Token != "" {
				t.Errorf("%q: %+v, %v", message, got, err)
			}
		}
		if err != nil || (got.Gap > 0) != gap || (len(got.Events) > 0) == gap {
			t.Errorf("%q: gap %s, %d events, %v", message, got.Gap, len(got.Events), err)
		}
	}
}

func TestRecordsThatTellNothingAreSkipped(t *testing.T) {
	for list, path := range feedPaths {
		v := &vendor{answers: map[string]http.HandlerFunc{
			"realtime/" + path: says(fmt.Sprintf(`{%q:[{},{"eventId":"1"},{"eventId":["2"]},null,{"eventId":""},{"agentId":7},7,{"eventType":"x"}],"token":"t"}`, list)),
		}}
		if got, err := askEither(t, newClient(t, v), list, tokenAt(time.Now())); len(got.Events) != 2 || got.Skipped != 6 || err != nil {
			t.Errorf("%s: %d events, %d skipped, %v; want 2 and 6", list, len(got.Events), got.Skipped, err)
		}
	}
}

// An agent event tells no call center: its service is one of the filter's if an
// answer that was filtered showed it.
func TestAgentEventsOfOtherCallCentersAreNotCovered(t *testing.T) {
	v := newFeedVendor("agentEvent")
	v.answers["realtime/service/stats"] = says(`{"stats":[{"serviceId":"1","callCenterId":"11"}]}`)
	for _, c := range []struct {
		services, centers []string
		covered           map[ID]bool
		asked             bool // for the services there are
	}{
		{nil, nil, map[ID]bool{"1": true, "99": true, "": true}, false},
		{[]string{"5"}, nil, map[ID]bool{"1": false, "5": true, "99": false, "": true}, false},
		{nil, []string{"11"}, map[ID]bool{"1": true, "5": false, "99": false, "": true}, true},
		{[]string{"5"}, []string{"11"}, map[ID]bool{"1": true, "5": true, "99": false}, true},
	} {
		client := newClient(t, v, filtered(c.services, c.centers))
		before := len(v.sent("realtime/service/stats"))
		for range 2 {
			if _, err := client.AgentEvents(t.Context(), tokenAt(time.Now())); err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range c.covered {
			if got := client.Covers(id); got != want {
				t.Errorf("services %v, call centers %v: service %q covered: %v", c.services, c.centers, id, got)
			}
		}
		if asked := len(v.sent("realtime/service/stats")) - before; (asked > 0) != c.asked {
			t.Errorf("services %v, call centers %v: asked for services %d times", c.services, c.centers, asked)
		}
	}
	v.answers["realtime/service/stats"] = func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, 403) }
	feed, err := newClient(t, v, filtered(nil, []string{"11"})).AgentEvents(t.Context(), tokenAt(time.Now()))
	if api.ClassOf(err) != api.Forbidden || feed.Token != "" {
		t.Errorf("%+v, %v: events are taken without knowing whose they are", feed, err)
	}
}
