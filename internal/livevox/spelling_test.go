package livevox

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Two nodes of the vendor write a login in two ways: it is one agent, in the spelling
// that came first, in every method that tells logins.
func TestSpellingsOfALoginAreOneAgent(t *testing.T) {
	answers := map[string]http.HandlerFunc{}
	logins := []string{"A1", "a1", "ß1", "A1"}
	turn := 0
	for path, body := range map[string]string{
		"service/agents/status":  `{"agentDetails":[{"agentLoginId":%q,"serviceId":7}]}`,
		"service/agent/stats/ex": `{"agentStatistics":[{"agentLoginId":%q,"services":[{"id":7}]}]}`,
	} {
		answers["realtime/"+path] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, body, logins[turn]) }
	}
	c := newClient(t, &vendor{answers: answers})
	for want := []string{"A1", "A1", "ß1", "A1"}; turn < len(logins); turn++ {
		status, err := c.AgentsStatus(t.Context())
		if err != nil || string(status.Rows[0].LoginID) != want[turn] {
			t.Errorf("agents_status %s: %+v, %v", logins[turn], status.Rows, err)
		}
		stats, err := c.AgentStats(t.Context())
		if err != nil || string(stats.Rows[0].LoginID) != want[turn] {
			t.Errorf("agent_stats %s: %+v, %v", logins[turn], stats.Rows, err)
		}
	}
	if one, other := c.AgentLogin("a1"), c.AgentLogin("Maria"); one != "A1" || other != "" {
		t.Errorf("logins %q and %q", one, other)
	}
}

func TestSpellingsAreBounded(t *testing.T) {
	c := newClient(t, statsVendor())
	for i := range maxSpellings + 10 {
		c.spellings.of(api.Text(fmt.Sprint(i)))
	}
	if n := len(c.spellings.first); n > maxSpellings {
		t.Errorf("%d spellings are kept", n)
	}
}

// A service whose name an answer leaves out has the name that it had.
func TestAnAnswerWithoutANameTakesNoneAway(t *testing.T) {
	answers := map[string]http.HandlerFunc{}
	names := []string{`"S"`, `null`, `""`, `"null"`, `"T"`, `null`}
	turn := 0
	for path, body := range map[string]string{
		"service/stats":         `{"stats":[{"serviceId":7,"serviceName":%s,"callCenterId":3,"callCenterName":%[1]s}]}`,
		"service/agents/status": `{"agentDetails":[{"agentLoginId":"A1","serviceId":7,"serviceName":%s}]}`,
		"service/calls/status":  `{"callsDetails":[{"serviceId":7,"serviceName":%s}]}`,
	} {
		answers["realtime/"+path] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, body, names[turn]) }
	}
	c := newClient(t, &vendor{answers: answers})
	for want := []string{"S", "S", "S", "S", "T", "T"}; turn < len(names); turn++ {
		stats, err := c.ServiceStats(t.Context())
		if err != nil || string(stats.Rows[0].Name) != want[turn] || string(stats.Rows[0].CallCenterName) != want[turn] {
			t.Errorf("service_stats %s: %+v, %v", names[turn], stats.Rows[0].Service, err)
		}
		status, err := c.AgentsStatus(t.Context())
		if err != nil || string(status.Rows[0].Service.Name) != want[turn] {
			t.Errorf("agents_status %s: %+v, %v", names[turn], status.Rows[0].Service, err)
		}
		hold, err := c.CallsOnHold(t.Context())
		if err != nil || string(hold.Rows[0].Name) != want[turn] {
			t.Errorf("calls_on_hold %s: %+v, %v", names[turn], hold.Rows[0].Service, err)
		}
	}
}
