package operations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// steps are what a check tries of an account: whether its roster can be read, and what of
// roster, hours and targets fits the groups and agents that the sources have answered.
func steps(s collector.Setup, agents AgentIDs) []collector.Step {
	var all []collector.Step
	if s.Account.Roster.Set() {
		all = append(all, rosterStep(s, agents))
	}
	if len(s.Account.Hours) > 0 {
		all = append(all, groupsStep("hours", s, func(names map[string]string) string {
			return foundHours(s.Account.Hours, names, time.Now())
		}))
	}
	if len(s.Account.Targets) > 0 {
		all = append(all, groupsStep("targets", s, func(names map[string]string) string {
			fits := make([][]config.Pattern, len(s.Account.Targets))
			for i, t := range s.Account.Targets {
				fits[i] = t.Groups
			}
			return foundGroups("targets", fits, names)
		}))
	}
	return all
}

// groupsStep is a step that can't fail: it says what find finds for the groups.
func groupsStep(name string, s collector.Setup, find func(names map[string]string) string) collector.Step {
	return collector.Step{
		Name:  name,
		Try:   func(context.Context) error { return nil },
		Found: func() string { return find(groupNames(s.Shown(time.Now()))) },
	}
}

func rosterStep(s collector.Setup, agents AgentIDs) collector.Step {
	r := roster{config: s.Account.Roster, client: s.RosterHTTP, agents: agents}
	return collector.Step{
		Name: "roster",
		Try: func(ctx context.Context) error {
			r.refresh(ctx, time.Now())
			return r.err
		},
		Found:  func() string { return r.duties.found(s.Shown(time.Now()), s.Env, agents) },
		Advice: func(err error) string { return rosterAdvice(s.Account.Roster, err) },

		Elsewhere: true,
		Offline:   !s.Account.Roster.URL.Set(),
	}
}

// rosterAdvice says what to do about a roster that can't be read; "" where what is done
// about a vendor's host is done about it too.
func rosterAdvice(c config.Roster, err error) string {
	if !c.URL.Set() {
		return "roster.file must be a CSV file or a calendar that the exporter may read: docs/staffing.md says what it holds."
	}
	if status := api.StatusOf(err); status != nil && status.Code/100 == 3 {
		return "Redirects are not followed: roster.url must be the address that they lead to."
	}
	switch api.ClassOf(err) {
	case api.Proxy:
		return ""
	case api.VendorError:
		return "The server of roster.url fails by itself: try again later."
	case api.DNS:
		return "The host name in roster.url doesn't resolve: check it, and the name server of this machine."
	case api.Connect, api.Truncated:
		return "The host of roster.url can't be reached, or breaks the connection: check address, firewall and proxy."
	case api.TLS:
		return "The certificate of roster.url isn't trusted: set ca_file to its certificate authority."
	case api.Timeout:
		return fmt.Sprintf("The server of roster.url doesn't answer in %s: check the firewall, or let the roster be written to a file and set roster.file.", rosterTimeout)
	case api.TooLarge:
		return "Let roster.url answer fewer days."
	case api.Schema:
		return "roster.url must lead to a CSV file or a calendar, not to a page or a login: docs/staffing.md says what it holds."
	}
	return "Check roster.url, and the credentials in roster.headers_file."
}

// found says what the duties are and what of them is not known. It names no person.
func (d duties) found(shown []collector.Shown, env collector.Env, ids AgentIDs) string {
	agents, groups, last := map[string]bool{}, map[string]bool{}, uint32(0)
	for _, entry := range d.list {
		agents[d.ids[entry.agent]], groups[d.ids[entry.group]] = true, true
		last = max(last, entry.end)
	}
	found := []string{fmt.Sprintf("%s of %s in %s", number(len(d.list), "duty", "duties"), number(len(agents), "agent", "agents"), number(len(groups), "group", "groups"))}
	if len(d.list) > 0 {
		found[0] += ", the last until " + time.Unix(int64(last), 0).UTC().Format(time.RFC3339)
	}
	if d.breaks > 0 {
		found = append(found, number(d.breaks, "row", "rows")+" of breaks and other activities")
	}
	if d.skipped > 0 {
		found = append(found, fmt.Sprintf("%s skipped (%s)", number(d.skipped, "row", "rows"), strings.Join(d.reasons, "; ")))
	}
	return strings.Join(append(found, unknownIDs(agents, groups, shown, env, ids)...), ", ")
}

// unknownIDs says how many agents and groups of a roster are not among those that the
// sources have answered.
func unknownIDs(agents, groups map[string]bool, shown []collector.Shown, env collector.Env, vendor AgentIDs) (found []string) {
	if len(shown) == 0 {
		return nil
	}
	names, ids := groupNames(shown), agentIDs(shown)
	identity := rosterIdentity(env, vendor)
	unknown, judged := 0, len(ids) > 0 && env.Account.Identity != config.Name && env.Identity("1", "") != ""
	for agent := range agents {
		if !ids[identity(agent, "")] {
			unknown++
		}
	}
	if judged && unknown > 0 {
		found = append(found, fmt.Sprintf("%d of the agents are none of those who are shown now", unknown))
	}
	if !judged && len(agents) > 0 {
		found = append(found, "its agents can't be compared: no source shows agents, or identity is none or name")
	}
	unknown = 0
	for group := range groups {
		if _, known := names[group]; !known {
			unknown++
		}
	}
	if unknown > 0 {
		found = append(found, fmt.Sprintf("%d of the groups are none of those that are shown now", unknown))
	}
	return found
}

// agentIDs returns the values of the label agent_id.
func agentIDs(shown []collector.Shown) map[string]bool {
	ids := map[string]bool{}
	for _, source := range shown {
		for _, s := range source.Samples {
			if at := slices.Index(s.Desc.Labels, "agent_id"); at >= 0 && s.Labels[at] != "" {
				ids[s.Labels[at]] = true
			}
		}
	}
	return ids
}

// foundHours says which groups have hours and which are open at a time.
func foundHours(hours []config.Hours, names map[string]string, now time.Time) string {
	fits, holidays := make([][]config.Pattern, len(hours)), 0
	for i, h := range hours {
		fits[i] = h.Groups
		holidays += len(h.Holidays) + len(h.FileHolidays)
	}
	open := 0
	for _, s := range appendOpen(nil, hours, nil, names, now) {
		open += int(s.Value)
	}
	return fmt.Sprintf("%s, %d open now, %s", foundGroups("hours", fits, names), open, number(holidays, "holiday", "holidays"))
}

// foundGroups says how many groups have an entry of a list of the account, and which
// entries no group has.
func foundGroups(key string, fits [][]config.Pattern, names map[string]string) string {
	with, used := 0, make([]bool, len(fits))
	for id, name := range names {
		if i := slices.IndexFunc(fits, func(p []config.Pattern) bool { return config.MatchesAny(p, id, name) }); i >= 0 {
			with, used[i] = with+1, true
		}
	}
	found := fmt.Sprintf("%s for %d of %s", number(len(fits), "entry", "entries"), with, number(len(names), "group", "groups"))
	for i, is := range used {
		if !is {
			found += fmt.Sprintf(", %s[%d] is that of none that is shown now", key, i)
		}
	}
	return found
}

func number(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", n, plural)
}
