package livevox

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// answering returns a client whose vendor answers every method with body.
func answering(t *testing.T, body string) *Client {
	t.Helper()
	answers := map[string]http.HandlerFunc{}
	for _, path := range []string{
		"service/stats", "service/agents/status", "service/agent/stats", "service/agent/stats/ex", "service/agents/averages",
		"service/calls/status", "service/liveConnects", "campaign/stats", "agentEvent/feed", "event/feed", "callData/inCall", "callData/postCall",
	} {
		answers["realtime/"+path] = says(body)
	}
	return newClient(t, &vendor{answers: answers}, filtered([]string{"38049"}, nil))
}

func TestSamplesOfCallDataAreUnderstood(t *testing.T) {
	sample := func(name string) string {
		body, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	ctx := t.Context()
	t.Run("call data, with an object for the consumer array", func(t *testing.T) {
		got, err := answering(t, sample("in_call")).InCall(ctx, Call{SessionID: "U1@192.0.2.1", TransactionID: "21162784221"})
		if err != nil || got.ServiceID != "4199" || got.TotalDue.Value != 216.04 || !got.Outbound.Value || got.StartTime.UnixMilli() != 1368006208000 {
			t.Fatalf("%+v, %v", got, err)
		}
	})
	t.Run("call data, with null for what is mandatory", func(t *testing.T) {
		got, err := answering(t, sample("post_call")).PostCall(ctx, Call{SessionID: "U1@192.0.2.1", TransactionID: "21162784221"})
		if err != nil || got.TermCode != "" || got.Result != "Invalid Phone Number" {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

func TestWhatIsNotTheAnswerHasAClass(t *testing.T) {
	stats := func(c *Client) error { _, err := c.ServiceStats(context.Background()); return err }
	for name, test := range map[string]struct {
		body string
		want api.Class
	}{
		"truncated":          {`{"stats":[{"serviceId":"1"`, api.Truncated},
		"text for the list":  {`{"stats":"none"}`, api.Schema},
		"fault in a success": {`{"code":202,"message":"Jane Example may not"}`, api.ClientError},
	} {
		err := stats(answering(t, test.body))
		if api.ClassOf(err) != test.want {
			t.Errorf("%s: %v has class %q, want %s", name, err, api.ClassOf(err), test.want)
		}
		if err != nil && strings.Contains(err.Error(), "Jane") {
			t.Errorf("%s: the error cites the answer: %v", name, err)
		}
	}
	for body, want := range map[string]api.Class{`<html>Jane</html>`: api.Schema, `{"stats":[]}`: ""} {
		html := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, body)
		}}}
		if err := stats(newClient(t, html)); api.ClassOf(err) != want {
			t.Errorf("%s labelled as HTML: %v, want class %q", body, err, want)
		}
	}
	gateway := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, `<html>Jane</html>`)
	}}}
	if err := stats(newClient(t, gateway)); api.ClassOf(err) != api.VendorError || strings.Contains(err.Error(), "Jane") {
		t.Errorf("an error that is HTML: %v, want class vendor_error", err)
	}
}

func TestEmptyAnswersAreEmpty(t *testing.T) {
	for _, body := range []string{`{}`, `{"stats":null}`, `{"stats":[]}`, `{"stats":{}}`, `{"code":0,"stats":[],"message":"ok"}`} {
		got, err := answering(t, body).ServiceStats(t.Context())
		if err != nil || len(got.Rows) != 0 || got.Skipped != 0 {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestPartialSuccessIsPartial(t *testing.T) {
	v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"stats":[{"serviceId":1}]}`)
	}}}
	got, err := newClient(t, v).ServiceStats(t.Context())
	if err != nil || !got.Partial || len(got.Rows) != 1 {
		t.Errorf("%+v, %v; want a partial answer", got, err)
	}
}

func TestSameKeyMeansAnotherThingElsewhere(t *testing.T) {
	c := answering(t, `{"stats":[{"campaignId":103629512,"serviceId":1008351,"loaded":11,"uploaded":"15","remaining":10,"completed":null,"timezoneBreakdown":[{"timezone":"ET","count":5}]}]}`)
	got, err := c.CampaignStats(t.Context())
	if err != nil || len(got.Rows) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	row := got.Rows[0]
	if row.CampaignID != "103629512" || row.Uploaded.Value != 15 || row.Completed.Valid || row.Timezones.Items[0].Count.Value != 5 {
		t.Errorf("row %+v", row)
	}
}

func TestAgentOfSeveralChunksCountsOnce(t *testing.T) {
	all := numbers(1, 200)
	v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/agent/stats/ex": says(`{"agentStatistics":[{"agentLoginId":"A1","services":[{"id":1,"talkDuration":5},{"id":"200","talkDuration":6}]}]}`)}}
	got, err := newClient(t, v, filtered(all, nil)).AgentStats(t.Context())
	if err != nil || len(got.Rows) != 2 {
		t.Errorf("%d rows, %v; want each service of the agent once", len(got.Rows), err)
	}
}

func TestRowsWithoutAnIDCountOnce(t *testing.T) {
	const agent = `{"agentName":"EXAMPLE","stateChangedTime":1401957077840,"talkDuration":5}`
	legacy, err := answering(t, `{"agentStatistics":[`+agent+`,`+agent+`,{"agentName":"EXAMPLE","stateChangedTime":1401957077841,"talkDuration":5}]}`).LegacyAgentStats(t.Context())
	if err != nil || len(legacy.Rows) != 2 {
		t.Errorf("%d agents, %v; want the repeated one once", len(legacy.Rows), err)
	}
}

// Callers without a name and a number who were put on hold in one second are as many
// as their rows.
func TestEachRowOfCallsOnHoldIsACall(t *testing.T) {
	for _, row := range []string{
		`{"serviceId":"1","timeStamp":"1417066734","phone":"5550100"}`,
		`{"serviceId":"1","timeStamp":"1417066734","phone":"","name":null}`,
		`{"serviceId":"1"}`,
	} {
		held, err := answering(t, `{"callsDetails":[`+row+`,`+row+`,`+row+`]}`).CallsOnHold(t.Context())
		if err != nil || len(held.Rows) != 3 {
			t.Errorf("%d calls of three rows %s, %v", len(held.Rows), row, err)
		}
	}
}

func TestVendorsClockIsKnown(t *testing.T) {
	v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/stats": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		_, _ = io.WriteString(w, noStats)
	}}}
	c := newClient(t, v)
	if c.Skew() != 0 {
		t.Errorf("skew %s before the first answer", c.Skew())
	}
	for range 3 {
		if _, err := c.ServiceStats(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if d := c.Skew() - time.Hour; d.Abs() > 2*time.Second {
		t.Errorf("skew %s, want an hour", c.Skew())
	}
}
