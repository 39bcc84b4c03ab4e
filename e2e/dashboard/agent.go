package dashboard

import "slices"

const ofAgent = `account=~"$account", agent_id=~"$agent"`

func agent() Dashboard {
	return Dashboard{
		Name: "agent", Title: "Agent", About: "One agent's day. Empty for accounts with identity: none.",
		Variables: []Variable{account(""), {
			Name: "agent", Label: "Agent", One: true, Query: `label_values({__name__=~"livevox_agent_info|liveperson_agent_info", account=~"$account"}, agent_id)`,
		}},
		Rows: []Row{agentState(), agentTime(), agentContacts()},
	}
}

func agentState() Row {
	voice := []string{"ready", "in_call", "wrap_up", "not_ready", "hold", "reserved", "dialing", "manual_dial", "preview_dial", "transferring", "logged_on", "registering", "other"}
	messaging := []string{"online", "back_soon", "away", "offline", "other"}
	now := func(title, about, unit string, queries ...Query) Panel {
		return Panel{Title: title, About: about, Kind: "stat", Unit: unit, Width: 6, Height: 4, Queries: queries}
	}
	return Row{"State", []Panel{
		{
			Title: "State", About: "At LiveVox or LivePerson. Gaps: not logged in, or no data.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 5, Texts: numbered(slices.Concat(voice, messaging)),
			Queries: []Query{
				{current("livevox_agent_state", "state", ofAgent, voice, 1), "LiveVox"},
				{current("liveperson_agent_status", "status", ofAgent, messaging, 1+len(voice)), "LivePerson"},
			},
		},
		now("In this state for", "Since the vendor says that it began.", "s",
			Query{`time() - max(livevox_agent_state_start_timestamp_seconds{` + ofAgent + `})`, "LiveVox"},
			Query{`time() - max(liveperson_agent_status_start_timestamp_seconds{` + ofAgent + `})`, "LivePerson"}),
		now("Calls in the chosen period", "LiveVox: from the vendor's day totals.", "short",
			Query{`round(sum(increase(livevox_agent_calls_total{` + ofAgent + `}[$__range])))`, "calls"}),
		now("Open conversations", "LivePerson: assigned to the agent now.", "none",
			Query{`max(liveperson_agent_open_conversations{` + ofAgent + `})`, "open"}),
		now("Load", "LivePerson: part of the agent's capacity in use.", "percentunit",
			Query{`max(liveperson_agent_load_ratio{` + ofAgent + `})`, "load"}),
	}}
}

func agentTime() Row {
	states := byState()
	return Row{"Time", []Panel{
		{
			Title: "Time in state in the chosen period", About: "LiveVox: from the vendor's day totals. LivePerson: from status changes, which are up to an hour late.", Kind: "bargauge", Unit: "s", Width: 24, Height: 7,
			Colors: map[string]string{"ready": states["ready"], "talk": states["in_call"], "wrap-up": states["wrap_up"], "online": states["online"], "offline": states["offline"]},
			Steps:  []Step{{0, paused}},
			Queries: []Query{
				{`sum(increase(livevox_agent_ready_seconds_total{` + ofAgent + `}[$__range]))`, "ready"},
				{`sum(increase(livevox_agent_talk_seconds_total{` + ofAgent + `}[$__range]))`, "talk"},
				{`sum(increase(livevox_agent_wrap_up_seconds_total{` + ofAgent + `}[$__range]))`, "wrap-up"},
				{`sum by (reason) (increase(livevox_agent_not_ready_reason_seconds_total{` + ofAgent + `}[$__range])) > 0`, "{{reason}}"},
				{`sum by (status) (increase(liveperson_agent_status_seconds_total{` + ofAgent + `, status=~"online|offline"}[$__range])) > 0`, "{{status}}"},
				{`sum by (status, reason) (increase(liveperson_agent_status_seconds_total{` + ofAgent + `, status!~"online|offline"}[$__range])) > 0`, "{{status}} {{reason}}"},
			},
			Empty: "the agent may have taken no break, and status changes are settled after a while",
		},
	}}
}

func agentContacts() Row {
	return Row{"Contacts", []Panel{
		{
			Title: "Calls", About: "LiveVox: per hour, by direction.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (direction) (increase(livevox_agent_calls_total{` + ofAgent + `}[1h]))`, "{{direction}}"}},
		},
		{
			Title: "Outcomes", About: "LiveVox: per hour.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (outcome) (increase(livevox_agent_outcomes_total{` + ofAgent + `}[1h]))`, "{{outcome}}"}},
		},
		{
			Title: "Conversations", About: "LivePerson: open, and slots busy with them, against the agent's slots.", Kind: "timeseries", Unit: "none", Width: 8,
			Colors: map[string]string{"open": busy, "busy slots": after, "slots": gone},
			Queries: []Query{
				{`max(liveperson_agent_open_conversations{` + ofAgent + `})`, "open"},
				{`max(liveperson_agent_busy_slots{` + ofAgent + `})`, "busy slots"},
				{`max(liveperson_agent_max_slots{` + ofAgent + `})`, "slots"},
			},
		},
	}}
}
