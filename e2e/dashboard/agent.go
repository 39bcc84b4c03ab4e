package dashboard

import "slices"

const ofAgent = `account=~"$account", agent_id=~"$agent"`

func agent() Dashboard {
	return Dashboard{
		Name: "agent", Title: "Agent", About: "One agent's day, found by group and, where personal_data is on, by name. Empty for accounts with identity: none. For Grafana 10 or later.",
		Variables: []Variable{account(""), group("", "Group"), state(""), {
			Name: "agent", Label: "Agent", One: true, Query: "query_result(" + people() + ")",
			Regex: `/agent_id="(?<value>[^"]*)".*who="(?<text>[^"]*)"/`,
		}},
		Rows: []Row{agentState(), agentTime(), agentCalls(), agentConversations(), agentChat()},
	}
}

// people are the agents of the chosen groups who are in one of the chosen states, by group, name where it may be shown, and id.
func people() string {
	of := func(info, id, name string) string {
		return `label_join(max by (account, agent_id, agent_name, ` + name + `) (` + info + `{account=~"$account", ` + id + `=~"$group"}), "who", " / ", "` + name + `", "agent_name", "agent_id")`
	}
	const chosen = ` and on (account, agent_id) (livevox_agent_state{account=~"$account", state=~"$state"} == 1 or liveperson_agent_status{account=~"$account", status=~"$state"} == 1)`
	return `max by (account, agent_id, who) (label_replace((` + of("livevox_agent_info", "service_id", "service_name") + ` or ` + of("liveperson_agent_info", "group_id", "group_name") +
		`)` + chosen + `, "who", "$1 / $2", "who", "(.*) /  / (.*)"))`
}

func voiceStates() []string {
	return []string{"ready", "in_call", "wrap_up", "not_ready", "hold", "reserved", "dialing", "manual_dial", "preview_dial", "transferring", "logged_on", "registering", "other"}
}

func agentState() Row {
	messaging := []string{"online", "back_soon", "away", "offline", "other"}
	return Row{Title: "State", Panels: []Panel{
		{
			Title: "State", About: "At LiveVox or LivePerson. Gaps: not logged in, or no data.", Kind: "state-timeline", Unit: "none", Width: 12, Height: 5, Texts: numbered(slices.Concat(voiceStates(), messaging)),
			Queries: []Query{
				{current("livevox_agent_state", "state", ofAgent, voiceStates(), 1), "LiveVox"},
				{current("liveperson_agent_status", "status", ofAgent, messaging, 1+len(voiceStates())), "LivePerson"},
			},
		},
		{
			Title: "In this state for", About: "Since the vendor says that it began.", Kind: "stat", Unit: "dthms", Width: 5, Height: 5,
			Queries: []Query{
				{`time() - max(livevox_agent_state_start_timestamp_seconds{` + ofAgent + `})`, "LiveVox"},
				{`time() - max(liveperson_agent_status_start_timestamp_seconds{` + ofAgent + `})`, "LivePerson"},
			},
		},
		{
			Title: "As scheduled", About: "Whether an agent whom the roster has at work now is at work. Needs a roster.", Kind: "stat", Unit: "none", Width: 3, Height: 5,
			Texts:   map[int]Text{0: {"no", warn}, 1: {"yes", good}},
			Queries: []Query{{`max(contactcenter_agent_adherent{` + ofAgent + `})`, "as scheduled"}}, Empty: "there is no roster",
		},
		{
			Title: "Adherence", About: "Time at work by time that the roster has the agent at work, in the chosen period. Needs a roster.", Kind: "stat", Unit: "percentunit", Width: 4, Height: 5,
			Queries: []Query{{`clamp_max(sum(increase(contactcenter_agent_adherent_seconds_total{` + ofAgent + `}[$__range])) / (sum(increase(contactcenter_agent_scheduled_seconds_total{` + ofAgent + `}[$__range])) > 0), 1)`, "adherence"}}, Empty: "there is no roster",
		},
	}}
}

// agentNow is a figure of an agent at one vendor.
func agentNow(width int, title, about, unit, expr string) Panel {
	p := figure(title, about, unit, expr, nil)
	p.Width, p.Empty = width, "of one vendor, and of a source that may be off"
	return p
}

func agentYes(width int, title, about, metric string) Panel {
	p := agentNow(width, title, about, "none", `max(`+metric+`{`+ofAgent+`})`)
	p.Texts = map[int]Text{0: {"no", gone}, 1: {"yes", good}}
	return p
}

// inRange is the time that a counter of seconds grew in the chosen period. An extrapolation is never more than the period.
func inRange(by, metric, more string) string {
	return `clamp_max(sum` + by + ` (increase(` + metric + `{` + ofAgent + more + `}[$__range])), $__range_s)`
}

func agentTime() Row {
	states := byState()
	return Row{Title: "Time", Panels: []Panel{
		{
			Title: "Time in state in the chosen period", About: "LiveVox: from the vendor's day totals. LivePerson: from status changes, which are up to an hour late.", Kind: "bargauge", Unit: "dthms", Width: 16, Height: 8,
			Colors: map[string]string{"ready": states["ready"], "talk": states["in_call"], "wrap-up": states["wrap_up"], "online": states["online"], "offline": states["offline"]},
			Steps:  []Step{{0, paused}},
			Queries: []Query{
				{inRange("", "livevox_agent_ready_seconds_total", ""), "ready"},
				{inRange("", "livevox_agent_talk_seconds_total", ""), "talk"},
				{inRange("", "livevox_agent_wrap_up_seconds_total", ""), "wrap-up"},
				{inRange("", "livevox_agent_not_ready_seconds_total", ""), "not ready, all reasons"},
				{inRange(" by (reason)", "livevox_agent_not_ready_reason_seconds_total", "") + " > 0", "{{reason}}"},
				{inRange(" by (status)", "liveperson_agent_status_seconds_total", `, status=~"online|offline"`) + " > 0", "{{status}}"},
				{inRange(" by (status, reason)", "liveperson_agent_status_seconds_total", `, status!~"online|offline"`) + " > 0", "{{status}} {{reason}}"},
			},
			Empty: "the agent may have taken no break, and status changes are settled after a while",
		},
		{
			Title: "Changes in the chosen period", About: "LivePerson: logins, logouts and changes of status, up to an hour late.", Kind: "bargauge", Unit: "none", Width: 8, Height: 8,
			Queries: []Query{
				{`round(sum(increase(liveperson_agent_logins_total{` + ofAgent + `}[$__range])))`, "logins"},
				{`round(sum(increase(liveperson_agent_logouts_total{` + ofAgent + `}[$__range])))`, "logouts"},
				{`round(sum by (status) (increase(liveperson_agent_status_changes_total{` + ofAgent + `}[$__range]))) > 0`, "to {{status}}"},
			},
			Empty: "status changes are settled after a while",
		},
	}}
}

func agentCalls() Row {
	return Row{Title: "LiveVox", Panels: []Panel{
		agentNow(8, "Calls in the period", "In the chosen period, from the vendor's day totals.", "none",
			`round(sum(increase(livevox_agent_calls_total{`+ofAgent+`}[$__range])))`),
		agentNow(8, "Handle time", "Talk and wrap-up of a call in the chosen period.", "dthms",
			`(sum(increase(livevox_agent_talk_seconds_total{`+ofAgent+`}[$__range])) + sum(increase(livevox_agent_wrap_up_seconds_total{`+ofAgent+`}[$__range]))) / (sum(increase(livevox_agent_calls_total{`+ofAgent+`}[$__range])) > 0)`),
		agentYes(8, "Monitored", "Somebody listens.", "livevox_agent_monitored"),
		{
			Title: "Calls", About: "By half hour and direction.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{{halfHour(" by (direction)", "livevox_agent_calls_total", ofAgent), "{{direction}}"}},
		},
		{
			Title: "Outcomes", About: "By half hour.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true,
			Queries: []Query{{halfHour(" by (outcome)", "livevox_agent_outcomes_total", ofAgent), "{{outcome}}"}},
		},
	}}
}

func agentConversations() Row {
	return Row{Title: "LivePerson", Panels: []Panel{
		agentNow(3, "Away for", "Since this reason began.", "dthms",
			`max by (reason) (time() - liveperson_agent_status_reason_start_timestamp_seconds{`+ofAgent+`} * on (account, reason_id) group_left (reason) topk by (account, reason_id) (1, liveperson_away_reason_info))`),
		agentNow(3, "Open", "Conversations assigned to the agent now.", "none", `max(liveperson_agent_open_conversations{`+ofAgent+`})`),
		agentNow(3, "Load", "Part of the agent's capacity in use, which it can exceed.", "percentunit", `max(liveperson_agent_load_ratio{`+ofAgent+`})`),
		agentNow(3, "To answer", "Conversations that wait for the agent's response. Needs the source agent_view.", "none", `max(liveperson_agent_pending_response_conversations{`+ofAgent+`})`),
		agentNow(3, "Free slots", "Needs the source agent_view.", "none", `max(liveperson_agent_available_slots{`+ofAgent+`})`),
		agentYes(3, "Connected", "The agent's workspace is connected.", "liveperson_agent_connected"),
		agentYes(3, "Present", "The agent is present.", "liveperson_agent_present"),
		agentNow(3, "Updated", "How long ago the vendor last updated the agent.", "dthms", `time() - max(liveperson_agent_last_updated_timestamp_seconds{`+ofAgent+`})`),
		{
			Title: "Conversations", About: "Open, those that need most care, and slots, busy and ringing, against the agent's slots.", Kind: "timeseries", Unit: "none", Width: 8, Height: 8,
			Colors: map[string]string{"open": busy, "intense": bad, "busy slots": after, "ringing slots": warn, "slots": gone},
			Queries: []Query{
				{`max(liveperson_agent_open_conversations{` + ofAgent + `})`, "open"},
				{`max(liveperson_agent_intense_conversations{` + ofAgent + `})`, "intense"},
				{`max(liveperson_agent_busy_slots{` + ofAgent + `})`, "busy slots"},
				{`max(liveperson_agent_ringing_slots{` + ofAgent + `})`, "ringing slots"},
				{`max(liveperson_agent_max_slots{` + ofAgent + `})`, "slots"},
			},
		},
		{
			Title: "Conversations in the period", About: "LivePerson: closed, passed on and given back to the queue (source agent_view), and segments (agent_segments), in the chosen period.", Kind: "bargauge", Unit: "none", Width: 8, Height: 8,
			Queries: []Query{
				{`round(sum by (closed_by) (increase(liveperson_agent_conversations_closed_total{` + ofAgent + `}[$__range])))`, "closed by {{closed_by}}"},
				{`round(sum(increase(liveperson_agent_transfers_total{` + ofAgent + `}[$__range])))`, "passed on"},
				{`round(sum(increase(liveperson_agent_back_to_queue_total{` + ofAgent + `}[$__range])))`, "back to the queue"},
				{`round(sum(increase(liveperson_agent_segments_total{` + ofAgent + `}[$__range])))`, "segments"},
			},
			Empty: isOff,
		},
		{
			Title: "Time with conversations", About: "LivePerson: handle time (source agent_segments) and time in each messaging status (agent_view), in the chosen period.", Kind: "bargauge", Unit: "dthms", Width: 8, Height: 8,
			Queries: []Query{
				{`sum(increase(liveperson_agent_handle_seconds_total{` + ofAgent + `}[$__range]))`, "handle time"},
				{inRange(" by (status, reason_id)", "liveperson_agent_messaging_status_seconds_total", ""), "{{status}} {{reason_id}}"},
			},
			Empty: isOff,
		},
	}}
}

func agentChat() Row {
	return Row{Title: "Chat (source agent_activity, which the vendor ended for OAuth 1)", Closed: true, Panels: []Panel{
		{
			Title: "Time in the chosen period", About: "LivePerson: logged in, with and without chats, and at the most chats that the agent may have.", Kind: "bargauge", Unit: "dthms", Height: 8,
			Queries: []Query{
				{inRange("", "liveperson_agent_logged_in_seconds_total", ""), "logged in"},
				{inRange("", "liveperson_agent_logged_in_chatting_seconds_total", ""), "chatting"},
				{inRange("", "liveperson_agent_logged_in_not_chatting_seconds_total", ""), "not chatting"},
				{inRange(" by (state)", "liveperson_agent_state_max_concurrency_seconds_total", ""), "{{state}}, at most chats"},
				{inRange(" by (reason_id)", "liveperson_agent_away_reason_seconds_total", ""), "away, reason {{reason_id}}"},
			},
			Empty: isOff,
		},
		{
			Title: "Time by state in the chosen period", About: "LivePerson: all, with and without chats.", Kind: "bargauge", Unit: "dthms", Height: 8,
			Queries: []Query{
				{inRange(" by (state)", "liveperson_agent_state_seconds_total", ""), "{{state}}"},
				{inRange(" by (state)", "liveperson_agent_state_chatting_seconds_total", ""), "{{state}}, chatting"},
				{inRange(" by (state)", "liveperson_agent_state_not_chatting_seconds_total", ""), "{{state}}, not chatting"},
			},
			Empty: isOff,
		},
	}}
}
