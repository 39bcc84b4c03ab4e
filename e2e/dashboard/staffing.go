package dashboard

func staffing() Dashboard {
	return Dashboard{
		Name: "staffing", Title: "Staffing", From: "now-12h", Refresh: "1m",
		About:     "Are there enough agents for the load, how busy are they, where does their time go, and do diallers stay within the limits. For Grafana 10 or later.",
		Variables: []Variable{account(""), group("", "Group"), skill()},
		Rows:      []Row{staffingLoad(), staffingToday(), staffingTime(), staffingService(), staffingCampaigns()},
	}
}

// inGroupOrSkill selects what is recorded of groups and of skills alike.
const inGroupOrSkill = `account=~"$account", group_id=~"$group|$skill"`

func staffingLoad() Row {
	once := func(metric, selector string) string {
		return `max by (account, group_id) (` + metric + `{` + selector + `})`
	}
	return Row{Title: "Load and agents (source operations)", Panels: []Panel{
		{
			Title: "Load, needed and serving", About: "Of inbound LiveVox services: load in Erlangs, agents needed for the target, agents available, on a contact or in wrap-up.", Kind: "timeseries", Unit: "short", Empty: isOff,
			Colors: map[string]string{"load": busy, "needed": warn, "serving": good},
			Queries: []Query{
				{`sum(` + once("contactcenter_group_offered_erlangs", inGroup+`, vendor="livevox"`) + `)`, "load"},
				{`sum(` + once("contactcenter_group_agents_needed", inGroup) + `)`, "needed"},
				{`sum(contactcenter:group:serving{` + inGroup + `} and on (account, group_id) contactcenter_group_agents_needed)`, "serving"},
			},
			Hours: inGroup,
		},
		{
			Title: "Agents missing", About: "Needed less serving, on average over 30 minutes; below 0 there are more than needed. The 15 groups with most in the chosen period; a closed group has none.", Kind: "timeseries", Unit: "short", Empty: isOff,
			Queries: []Query{{`contactcenter:group:staffing_gap:30m{` + inGroup + `} and topk(15, max_over_time(contactcenter:group:staffing_gap:30m{` + inGroup + `}[$__range] @ end()))`, "{{group_name}}"}}, Link: groupOfSeries(), Hours: inGroup,
		},
		{
			Title: "Utilization of skills", About: "LivePerson: the conversations in work by the load, by the slots of the skill's agents; the 15 with most in the chosen period.", Kind: "timeseries", Unit: "percentunit", Height: 8, Empty: isOff,
			Queries: []Query{{most(`contactcenter_group_utilization_ratio{` + inGroupOrSkill + `}`), "{{group_name}}"}},
		},
		{
			Title: "Open", About: "Opening hours of the groups that have them; 20 at most.", Kind: "state-timeline", Unit: "none", Height: 8, Empty: "no group has hours",
			Queries: []Query{{least(20, `contactcenter_group_open{`+inGroupOrSkill+`}`), "{{group_name}}"}},
			Texts:   map[int]Text{0: {"closed", gone}, 1: {"open", good}},
		},
	}}
}

// staffingToday looks ahead to the end of the day by what other weeks had.
func staffingToday() Row {
	const how = " All of today, and the mean of this weekday in the four weeks before, of those that Prometheus has; without weeks before a change of clocks, after which the hours around are in the mean of the first week."
	sum := func(name, selector string) func(string) string {
		return func(offset string) string {
			return `sum(max by (account, group_id) (` + name + `{` + selector + `}` + offset + `))`
		}
	}
	day := func(title, about, unit, usually string, expr func(string) string, more ...Query) Panel {
		return Panel{
			Title: title, About: about + how, Kind: "timeseries", Unit: unit, Height: 8, Today: true, Empty: noWeek, Hours: inGroup,
			Colors: map[string]string{"today": busy, usually: gone}, Queries: append([]Query{{expr(""), "today"}, {usual(expr), usually}}, more...),
		}
	}
	bars := func(p Panel, hours string) Panel {
		p.Bars, p.Lines, p.Hours = true, []string{"usual"}, hours
		return p
	}
	load := day("Load today", "In Erlangs, of inbound LiveVox services.", "short", "usual", sum("contactcenter_group_offered_erlangs", inGroup+`, vendor="livevox"`))
	needed := day("Agents needed today", "For the target of each inbound LiveVox service, and those who serve.", "short", "usually needed",
		sum("contactcenter_group_agents_needed", inGroup), Query{`sum(contactcenter:group:serving{` + inGroup + `} and on (account, group_id) contactcenter_group_agents_needed)`, "serving"})
	needed.Queries[0].Legend = "needed"
	needed.Colors = map[string]string{"needed": warn, "usually needed": gone, "serving": good}
	load.Late, needed.Late = true, true
	offered := func(o string) string {
		return `round(sum(contactcenter:group:calls_offered:increase30m{` + inGroup + `}` + o + `))`
	}
	arrived := func(o string) string {
		return `round(sum(increase(liveperson_interval_arrivals_total{` + inSkill + `}[30m]` + o + `)))`
	}
	return Row{Title: "Today against the same weekday", Panels: []Panel{
		load, needed,
		bars(day("Calls offered today", "By half hour.", "none", "usual", offered), inGroup),
		bars(day("Conversations arrived today", "By half hour, up to an hour late (source interval_metrics).", "none", "usual", arrived), `account=~"$account", group_id=~"$skill"`),
	}}
}

func staffingTime() Row {
	ratio := func(title, about, record, selector string, width int) Panel {
		return Panel{
			Title: title, About: about + " The 15 groups with most in the chosen period.", Kind: "timeseries", Unit: "percentunit", Width: width, Empty: noWeek,
			Queries: []Query{{most(`contactcenter:group:` + record + `:30m{` + selector + `}`), "{{group_name}}"}},
		}
	}
	return Row{Title: "Occupancy and shrinkage", Panels: []Panel{
		ratio("Occupancy", "Talk and wrap-up by talk, wrap-up and ready; LivePerson: time online in conversations, of agent_activity.", "occupancy_ratio", inGroup, 6),
		ratio("Shrinkage", "Not ready, away or back soon by the time logged in.", "shrinkage_ratio", inGroup, 6),
		{
			Title: "Shrinkage by reason", About: "Mean of the groups' shares of the last half hour, by reason; the 15 largest.", Kind: "bargauge", Unit: "percentunit", Width: 6, Empty: noWeek,
			Queries: []Query{{`topk(15, avg by (reason) (contactcenter:group:shrinkage_reason_ratio:30m{` + inGroup + `}))`, "{{reason}}"}},
		},
		ratio("Concurrency", "LivePerson: busy slots by all slots, of groups and skills.", "concurrency_ratio", inGroupOrSkill, 6),
	}}
}

func staffingService() Row {
	time := func(title, about, record string) Panel {
		return Panel{
			Title: title, About: about + " The 15 with most in the chosen period.", Kind: "timeseries", Unit: "dthms", Width: 8, Empty: isOff,
			Queries: []Query{{most(`contactcenter:group:` + record + `:1h{` + inGroupOrSkill + `}`), "{{group_name}}"}},
		}
	}
	within := time("Time to answer", "Targets of groups: within of targets, or the vendor's own.", "")
	within.Queries = []Query{{most(`contactcenter_group_target_seconds{` + inGroupOrSkill + `}`), "{{group_name}}"}}
	return Row{Title: "Service", Panels: []Panel{
		time("Speed of answer", "Over an hour: wait of calls that queued; wait for the first response to a conversation.", "speed_of_answer_seconds"),
		within,
		time("Handle time", "Over an hour: talk and wrap-up of a call; handle time of a closed conversation.", "average_handle_seconds"),
		{
			Title: "Service level", About: "Over an hour, of services and skills; the 15 lowest in the chosen period.", Kind: "timeseries", Unit: "percentunit", Max: 1, Width: 24, Height: 8, Empty: isOff,
			Queries: []Query{{least(15, `contactcenter:group:service_level_ratio:1h{`+inGroupOrSkill+`}`), "{{group_name}}"}}, Hours: inGroupOrSkill,
		},
	}}
}

func staffingCampaigns() Row {
	const ofAccount = `account=~"$account"`
	return Row{Title: "Compliance of diallers, and lists (LiveVox)", Panels: []Panel{
		{
			Title: "Abandoned by campaign", About: "Abandoned calls by those that a person answered, over a day and 30 days; the 50 with most over 30 days. Evidence, no legal advice: see the runbook.", Kind: "table", Unit: "none", Empty: "no campaign has answered calls yet", Sorted: []string{"-30 days"},
			Queries: []Query{
				{`topk(50, max by (account, campaign_id) (contactcenter:campaign:abandonment_ratio{` + ofAccount + `, window="30d"}))`, ""},
				{`topk(50, max by (account, campaign_id) (contactcenter:campaign:abandonment_ratio{` + ofAccount + `, window="1d"}))`, ""},
				{`topk(50, max by (account, campaign_id) (contactcenter:campaign:answered{` + ofAccount + `, window="30d"}))`, ""},
			},
			Columns: []Column{
				{From: "campaign_id", Title: "Campaign"}, {From: "account", Title: "Account", Width: 90},
				{From: "Value #A", Title: "30 days", Unit: "percentunit", Width: 90, Steps: limits(0.025, 0.03)},
				{From: "Value #B", Title: "A day", Unit: "percentunit", Width: 90, Steps: limits(0.025, 0.03)},
				{From: "Value #C", Title: "Answered", Width: 95},
			},
		},
		{
			Title: "Lists", About: "How much of a list is worked off, and how long the rest takes at the pace of the last half hour, and about how many records lie in time zones that may be dialled now; the 50 that end first.", Kind: "table", Unit: "none", Empty: "there are moments in which no list shrinks", Sorted: []string{"Ends in"},
			Queries: []Query{
				{`bottomk(50, max by (account, campaign_id) (contactcenter:campaign:remaining_seconds{` + ofAccount + `}))`, ""},
				{`max by (account, campaign_id) (contactcenter:campaign:penetration_ratio{` + ofAccount + `} and on (account, campaign_id) bottomk(50, contactcenter:campaign:remaining_seconds{` + ofAccount + `}))`, ""},
				{`max by (account, campaign_id) (contactcenter:campaign:dialable_records{` + ofAccount + `} and on (account, campaign_id) bottomk(50, contactcenter:campaign:remaining_seconds{` + ofAccount + `}))`, ""},
			},
			Columns: []Column{
				{From: "campaign_id", Title: "Campaign"}, {From: "account", Title: "Account", Width: 90},
				{From: "Value #A", Title: "Ends in", Unit: "dthms", Width: 110}, {From: "Value #B", Title: "Worked off", Unit: "percentunit", Width: 110},
				{From: "Value #C", Title: "Dialable now", Width: 110},
			},
		},
	}}
}
