package livevox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokenOfTheFutureIsNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newFeedVendor("agentEvent")
		v.answers["realtime/agentEvent/feed"] = says(fmt.Sprintf(`{"agentEvent":[],"token":%q}`, tokenAt(time.Now().Add(time.Hour))))
		feed, err := newClient(t, v).AgentEvents(t.Context(), tokenAt(time.Now()))
		if err != nil || !feed.UpTo.Equal(time.Now()) {
			t.Errorf("the feed has reached %s, %v; want now", feed.UpTo, err)
		}
	})
}

func TestOpaqueTokenReachesThePresentUnlessThePageIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for n, known := range map[int]bool{3: true, 1000: false} {
			v := newFeedVendor("agentEvent")
			v.answers["realtime/agentEvent/feed"] = says(`{"agentEvent":[` + strings.Repeat(`{},`, n-1) + `{}],"token":"opaque"}`)
			feed, err := newClient(t, v).AgentEvents(t.Context(), "before")
			if err != nil || feed.UpTo.IsZero() == known {
				t.Errorf("%d events: the feed has reached %s, %v", n, feed.UpTo, err)
			}
		}
	})
}

func TestServicesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": says(`{"stats":[{"serviceId":"9","serviceName":"Sales"},{"serviceId":"10"}]}`)}}
		c := newClient(t, v)
		if _, err := c.ServiceStats(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := c.Services(); len(got) != 2 || got[1].Name != "Sales" {
			t.Errorf("services %+v", got)
		}
		time.Sleep(recentAge + time.Second)
		if got := c.Services(); len(got) != 0 {
			t.Errorf("services %+v after %s without an answer", got, recentAge)
		}
	})
}

func TestEventsOutsideTheFilterAreLeftOut(t *testing.T) {
	v := &vendor{answers: map[string]http.HandlerFunc{"realtime/event/feed": says(
		`{"token":"next","events":[{"eventId":"1","serviceId":"1","callCenterId":"5"},{"eventId":"2","serviceId":2,"callCenterId":"7"},{"eventId":"3","serviceId":3,"callCenterId":5}]}`)}}
	feed, err := newClient(t, v, filtered([]string{"1"}, []string{"7"})).InteractionEvents(t.Context(), "opaque", InteractionOptions{})
	if err != nil || len(feed.Events) != 2 || feed.Events[1].EventID != "2" {
		t.Errorf("%+v, %v", feed.Events, err)
	}
}

func TestEndedCallsAreBounded(t *testing.T) {
	c := newClient(t, statsVendor())
	for i := range MaxEnded + 3 {
		c.endedCalls.add(Call{SessionID: "U1@192.0.2.1", TransactionID: ID(fmt.Sprint(i))})
	}
	if calls, dropped := c.EndedCalls(); len(calls) != MaxEnded || dropped != 3 {
		t.Errorf("%d calls kept, %d dropped", len(calls), dropped)
	}
}

func TestCallOfTwoAgentsIsOneCall(t *testing.T) {
	v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/agents/status": says(
		`{"agentDetails":[{"agentLoginId":"A1","serviceId":1,"sessionId":"U1@192.0.2.1","transactionId":7},{"agentLoginId":"A2","serviceId":2,"sessionId":"U1@192.0.2.1","transactionId":"7"},{"agentLoginId":"A3","serviceId":1,"sessionId":"null","transactionId":null}]}`)}}
	c := newClient(t, v)
	if _, err := c.AgentsStatus(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls, at := c.ActiveCalls(); len(calls) != 1 || at.IsZero() {
		t.Errorf("calls %+v, seen at %s", calls, at)
	}
}

// A page is read into the memory of a full one before, of whose events nothing is left.
func TestNothingIsLeftOfAFullPage(t *testing.T) {
	const full = `{"eventId":"1","agentId":"7","timestamp":1900000000123}`
	for answer, want := range map[string]int{
		`{"agentEvent":[{"eventId":"2","timestamp":1900000000124},{}]`: 1, `{"agentEvent":[]`: 0, `{"agentEvent":null`: 0, `{"agentEvent":{}`: 0, `{"other":1`: 0,
	} {
		token := tokenAt(time.Now())
		v := newFeedVendor("agentEvent")
		v.answers["realtime/agentEvent/feed"] = says(`{"agentEvent":[` + strings.Repeat(full+",", 999) + full + `],"token":"` + token + `"}`)
		c := newClient(t, v)
		if feed, err := c.AgentEvents(t.Context(), "before"); err != nil || len(feed.Events) != 1000 {
			t.Fatal(len(feed.Events), err)
		}
		v.answers["realtime/agentEvent/feed"] = says(answer + `,"token":"` + token + `"}`)
		feed, err := c.AgentEvents(t.Context(), token)
		if len(feed.Events) != want || want > 0 && (feed.Events[0].EventID != "2" || feed.Events[0].AgentID != "") {
			t.Errorf("%s: %+v, %v", answer, feed.Events[:min(2, len(feed.Events))], err)
		}
	}
}
