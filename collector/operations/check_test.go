package operations

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// checked runs the steps of an account with one group and the agents a1 and a4, and
// returns what they found, or the advice on an error.
func checked(t *testing.T, a config.Account, identity collector.Identity) map[string]string {
	t.Helper()
	state := &metric.Desc{Name: "agent_state", Labels: []string{"agent_id", "state"}}
	shown := func(time.Time) []collector.Shown {
		return []collector.Shown{{Samples: []metric.Sample{serviceInfo.Of(1, "9", "Orders"), state.Of(1, identity("a1", ""), "ready"), state.Of(1, identity("a4", ""), "ready")}}}
	}
	found := map[string]string{}
	for _, s := range steps(collector.Setup{Env: collector.Env{Account: a, Shown: shown, Identity: identity, RosterHTTP: http.DefaultClient}}, AgentIDs{}) {
		if err := s.Try(t.Context()); err != nil {
			found[s.Name] = err.Error() + ": " + s.Advice(err)
			continue
		}
		found[s.Name] = s.Found()
	}
	return found
}

func rosterIn(t *testing.T, content string) config.Roster {
	file := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Roster{File: file}
}

func TestACheckSaysWhatARosterHolds(t *testing.T) {
	a := config.Account{Roster: rosterIn(t, goodRoster+"Mr Six,,9,calls,gestern,heute\n")}
	const rows = "4 duties of 4 agents in 2 groups, the last until 2026-03-02T12:00:00Z, 1 row of breaks and other activities, 1 row skipped (line 7 has no agent_id)"
	for name, c := range map[string]struct {
		kind     config.Identity
		identity collector.Identity
		want     string
	}{
		"ids":  {config.ID, byID, rows + ", 3 of the agents are none of those who are shown now, 1 of the groups are none of those that are shown now"},
		"name": {config.Name, byID, rows + ", its agents can't be compared: no source shows agents, or identity is none or name, 1 of the groups are none of those that are shown now"},
		"none": {config.None, func(string, string) string { return "" }, rows + ", its agents can't be compared: no source shows agents, or identity is none or name, 1 of the groups are none of those that are shown now"},
	} {
		a.Identity = c.kind
		if got := checked(t, a, c.identity)["roster"]; got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestACheckAdvisesOnARosterThatCannotBeRead(t *testing.T) {
	if got := checked(t, config.Account{Roster: rosterIn(t, "<html>")}, byID)["roster"]; !strings.Contains(got, "the first row must name the columns") || !strings.Contains(got, "docs/staffing.md") {
		t.Error(got)
	}
	for code, want := range map[int]string{302: "Redirects are not followed", 401: "headers_file", 503: "try again later"} {
		r := newRoster(func(*http.Request) (*http.Response, error) { return answer(code, nil, http.NoBody) })
		if r.refresh(t.Context(), begin); !strings.Contains(rosterAdvice(r.config, r.err), want) {
			t.Errorf("%d: %s", code, rosterAdvice(r.config, r.err))
		}
	}
}

func TestACheckSaysWhichGroupsHaveHoursAndTargets(t *testing.T) {
	always := []config.OpenTimes{"mon-sun 00:00-24:00"}
	a := config.Account{
		Hours:   []config.Hours{{Groups: []config.Pattern{"Returns"}, Timezone: "UTC", Open: always}, {Timezone: "UTC", Open: always, Holidays: []config.Date{"2020-12-25"}}},
		Targets: []config.Target{{Groups: []config.Pattern{"8"}}},
	}
	found := checked(t, a, byID)
	if got, want := found["hours"], "2 entries for 1 of 1 group, hours[0] is that of none that is shown now, 1 open now, 1 holiday"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := found["targets"], "1 entry for 0 of 1 group, targets[0] is that of none that is shown now"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(checked(t, config.Account{}, byID)) != 0 {
		t.Error("a check tries what isn't there")
	}
}

// It is the server of the roster that is at fault, not the vendor's host.
func TestAdviceOnTheURLOfARosterSpeaksOfItsServer(t *testing.T) {
	for name, c := range map[string]struct {
		server server
		want   string
	}{
		"time-out":      {func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded }, "doesn't answer in 20s"},
		"no connection": {func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, "The host of roster.url can't be reached"},
		"no such host":  {func(*http.Request) (*http.Response, error) { return nil, &net.DNSError{IsNotFound: true} }, "doesn't resolve"},
		"a page":        {func(*http.Request) (*http.Response, error) { return answer(200, nil, strings.NewReader("<html>")) }, "not to a page or a login"},
		"a redirect":    {func(*http.Request) (*http.Response, error) { return answer(302, nil, http.NoBody) }, "roster.url must be the address that they lead to"},
	} {
		r := newRoster(c.server)
		env := collector.Env{Account: config.Account{Roster: r.config}, RosterHTTP: r.client, Identity: byID}
		step := func(collector.Setup) []collector.Step { return steps(collector.Setup{Env: env}, AgentIDs{}) }
		vendor := collector.Vendor{Open: func(collector.Env) (*collector.Account, error) {
			return &collector.Account{Collectors: []collector.Collector{{Source: collector.Source{Derived: true, Steps: step}}}}, nil
		}}
		env.Shown = func(time.Time) []collector.Shown { return nil }
		found := collector.Check(t.Context(), vendor, env)
		if len(found) != 1 || !strings.Contains(found[0].Advice, c.want) {
			t.Errorf("%s: %+v, want %s", name, found, c.want)
		}
	}
}
