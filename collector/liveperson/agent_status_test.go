package liveperson

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/golden"
)

func TestAgentStatus(t *testing.T) {
	account := testAccount("agent_status", &agentStatusOptions{PageSize: 1000})
	named := account
	named.PersonalData = true
	for name, test := range map[string]struct {
		account  config.Account
		identity collector.Identity
	}{
		"agent_status":          {account, collector.NewIdentity(config.ID, nil)},
		"agent_status_named":    {named, collector.NewIdentity(config.Name, nil)},
		"agent_status_nobody":   {account, collector.NewIdentity(config.None, nil)},
		"agent_status_pitfalls": {account, collector.NewIdentity(config.Hash, []byte("key"))},
		"agent_status_empty":    {account, collector.NewIdentity(config.ID, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			env := testEnv(test.account, nil)
			env.Identity = test.identity
			golden.Check(t, name, readFrom(t, env, "status", ""))
		})
	}
}

func TestAgentStatusAsksWhatTheOptionsSay(t *testing.T) {
	yes := true
	for name, test := range map[string]struct {
		options agentStatusOptions
		want    string
	}{
		"defaults": {agentStatusOptions{PageSize: 1000}, `limit=1000&offset=0 {}`},
		"all": {agentStatusOptions{PageSize: 7, Sort: "end:asc", Filter: agentStatusFilter{
			Status: []string{"AWAY"}, AgentIDs: config.IDs{"7"}, SkillIDs: config.IDs{"8"}, AgentGroupIDs: config.IDs{"9"},
			Presence: &yes, ConnectionStates: []string{"CONNECTED"}, ConnectedWithin: config.Duration(time.Hour),
		}}, `limit=7&offset=0&sort=end%3Aasc {"status":["AWAY"],"agentIds":[7],"skillIds":["8"],"agentGroupIds":["9"],"agentPresence":true,"connectionStates":["CONNECTED"],"timestamp":{"from":1893582000000}}`},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			collected(t, "agent_status", &test.options, heard(func(query, body string) { got = query + " " + body }), "")
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// heard tells what agent-view/status is asked.
type heard func(query, body string)

func (h heard) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/status") {
		body, _ := io.ReadAll(req.Body)
		h(req.URL.RawQuery, string(body))
	}
	return goodVendor.RoundTrip(req)
}

// The configuration's own checks, by the tags of the options.
func TestAgentStatusOptionsInAFile(t *testing.T) {
	for options, want := range map[string]string{
		"{}": "",
		"{page_size: 50, sort: start, filter: {status: [ONLINE], agent_ids: [1, a], presence: false, connection_states: [DISCONNECTED], connected_within: 10m}}": "",
		"{page_size: 1001}":                     "page_size",
		"{page_size: 0}":                        "page_size",
		"{sort: name}":                          "sort",
		"{filter: {status: [online]}}":          "status",
		"{filter: {connection_states: [GONE]}}": "connection_states",
		"{filter: {skill: [1]}}":                "skill_ids",
	} {
		file := filepath.Join(t.TempDir(), "contactcenter.yml")
		text := "accounts:\n  - {name: a, vendor: liveperson, account_id: '1', auth: {oauth2: {client_id: a, client_secret: b}}, sources: {agent_status: " + options + "}}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(file, collector.Configs([]collector.Vendor{Vendor()}))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", options, err, want)
		}
	}
}

func TestOneNameOfAnID(t *testing.T) {
	for _, names := range [][2]string{{"a", "b"}, {"b", "a"}, {"", "a"}, {"a", ""}, {"a", "a"}} {
		if got := oneName(names[0], names[1]); got != "a" {
			t.Errorf("%q: %s", names, got)
		}
	}
}
