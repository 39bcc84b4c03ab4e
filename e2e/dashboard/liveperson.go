package dashboard

// Panels of skills follow the variable skill, those of agent groups the variable group. Sources that are off leave theirs empty.
const (
	inSkill   = `account=~"$account", skill_id=~"$skill"`
	isOff     = "its source is off by default, or its intervals are not settled yet"
	inLPQueue = `account=~"$account", vendor="liveperson", queue_id=~"$skill"`
)

func liveperson() Dashboard {
	return Dashboard{
		Name: "liveperson", Title: "LivePerson", About: "Queues, service level, agents, load and handle time of LivePerson accounts. For Grafana 10 or later.", Vendor: "liveperson",
		Variables: []Variable{account("liveperson"), group("liveperson", "Agent group"), skill(), state("liveperson")},
		Rows: []Row{
			livepersonQueues(), livepersonLevel(), livepersonAgents(), livepersonLoad(), livepersonHandled(), livepersonTime(), livepersonSegments(), livepersonChat(),
		},
	}
}

func skill() Variable {
	return Variable{
		Name: "skill", Label: "Skill", Vendor: "liveperson",
		Query: `query_result(group by (skill_id, skill_name) (liveperson_skill_agents{account=~"$account"} or liveperson_skill_load_ratio{account=~"$account"}))`,
		Regex: `/skill_id="(?<value>[^"]*)".*skill_name="(?<text>[^"]*)"/`,
	}
}

func livepersonQueues() Row {
	return Row{Title: "Queues by skill (sources queues, queue_health and names)", Panels: []Panel{
		skillsTable(),
		{
			Title: "Conversations that wait", About: "Not assigned to an agent yet; the 15 skills with most in the chosen period.", Kind: "timeseries", Unit: "none", Width: 8,
			Queries: []Query{{`sum by (queue_name) (` + most(`contactcenter_queue_waiting{`+inLPQueue+`}`) + `)`, "{{queue_name}}"}},
		},
		{
			Title: "Longest wait", About: "Of the conversation that waits longest; the 15 skills with the longest.", Kind: "timeseries", Unit: "dthms", Width: 8,
			Queries: []Query{{named(`(` + most(`liveperson_skill_queue_longest_wait_seconds{`+inSkill+`}`) + `)`), "{{skill_name}}"}}, Empty: isOff,
		},
		{
			Title: "Overdue conversations", About: "Whose response is later than its target, in the queue or with an agent; and how many in the queues can be answered now.", Kind: "timeseries", Unit: "none", Width: 8,
			Colors: map[string]string{"overdue in the queue": bad, "overdue with an agent": warn, "to be answered: yes": busy, "to be answered: no": gone},
			Queries: []Query{
				{`sum(liveperson_skill_overdue_conversations{` + inSkill + `, place="queue"})`, "overdue in the queue"},
				{`sum(liveperson_skill_overdue_conversations{` + inSkill + `, place="assigned"})`, "overdue with an agent"},
				{`sum by (actionable) (liveperson_skill_queue_conversations{` + inSkill + `})`, "to be answered: {{actionable}}"},
			},
			Empty: isOff,
		},
	}}
}

// skillsTable has a line for each skill, those in which most wait first.
func skillsTable() Panel {
	of := func(metric, more string) Query {
		return Query{`max by (account, skill_id) (` + metric + `{` + inSkill + more + `})`, ""}
	}
	waits := []Step{{0, "transparent"}, {300, warn}, {900, bad}}
	return Panel{
		Title: "Skills", About: "Each skill now. Overdue: whose response is later than the target. Load: weight of the conversations against the capacity, which they can exceed. A click on a skill chooses it.", Kind: "table", Unit: "none", Width: 24, Height: 10,
		Queries: []Query{
			{`group by (account, skill_id, skill_name) (liveperson_skill_agents{` + inSkill + `} or liveperson_skill_load_ratio{` + inSkill + `})`, ""},
			{`label_replace(max by (account, queue_id) (contactcenter_queue_waiting{` + inLPQueue + `}), "skill_id", "$1", "queue_id", "(.*)")`, ""},
			of("liveperson_skill_queue_longest_wait_seconds", ""), of("liveperson_skill_queue_wait_median_seconds", ""), of("liveperson_skill_queue_wait_p90_seconds", ""),
			{`sum by (account, skill_id) (liveperson_skill_overdue_conversations{` + inSkill + `})`, ""},
			of("liveperson_skill_response_target_seconds", `, kind="default"`),
			of("liveperson_skill_assigned_conversations", ""), of("liveperson_skill_active_conversations", ""),
			of("liveperson_skill_available_slots", ""), of("liveperson_skill_load_ratio", `, agents="online"`), of("liveperson_skill_open", ""),
			{`1000 * max by (account, skill_id) (liveperson_skill_hours_change_timestamp_seconds{` + inSkill + `})`, ""},
		},
		Columns: []Column{
			{From: "skill_name", Title: "Skill", Link: skillOfLine()},
			{From: "account", Title: "Account", Width: 80},
			{From: "Value #B", Title: "Waiting", Width: 75, Steps: []Step{{0, "transparent"}, {1, warn}}},
			{From: "Value #C", Title: "Longest wait", Width: 105, Unit: "dthms", Steps: waits},
			{From: "Value #D", Title: "Median", Width: 80, Unit: "dthms"},
			{From: "Value #E", Title: "90 %", Width: 80, Unit: "dthms"},
			{From: "Value #F", Title: "Overdue", Width: 80, Steps: []Step{{0, "transparent"}, {1, bad}}},
			{From: "Value #G", Title: "Target", Width: 80, Unit: "dthms"},
			{From: "Value #H", Title: "Assigned", Width: 85},
			{From: "Value #I", Title: "Active", Width: 70},
			{From: "Value #J", Title: "Free slots", Width: 90, Steps: few()},
			{From: "Value #K", Title: "Load", Width: 65, Unit: "percentunit"},
			{From: "Value #L", Title: "Open", Width: 60, Names: map[int]Text{0: {"no", gone}, 1: {"yes", good}}},
			{From: "Value #M", Title: "Changes", Width: 105, Unit: "dateTimeFromNow"},
			{From: "skill_id", Inner: true},
			{From: "queue_id"}, {From: "Value #A"},
		},
		Sorted: []string{"-Waiting"}, Empty: isOff,
	}
}

func livepersonLevel() Row {
	const within = `sum by (skill_name) (increase(liveperson_skill_agent_responses_total{` + inSkill + `, service_level="within"}[1h])) / (sum by (skill_name) (increase(liveperson_skill_agent_responses_total{` + inSkill + `}[1h])) > 0)`
	return Row{Title: "Service level (source queues)", Panels: []Panel{
		{
			Title: "Responses in time", About: "Share of the responses of an hour within the service level; the 15 skills with the lowest now.", Kind: "timeseries", Late: true, Unit: "percentunit", Max: 1, Width: 8,
			Queries: []Query{{`clamp_max(` + within + `, 1) and bottomk(15, ` + atEnd(within) + `)`, "{{skill_name}}"}}, Steps: share(), Empty: isOff,
		},
		{
			Title: "Responses by half hour", About: "Of agents, within and outside the service level.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Width: 8,
			Colors:  map[string]string{"within": good, "outside": bad},
			Queries: []Query{{halfHour(" by (service_level)", "liveperson_skill_agent_responses_total", inSkill), "{{service_level}}"}}, Empty: isOff,
		},
		{
			Title: "Closings by half hour", About: "By whom; and the conversations that were concluded.", Kind: "timeseries", Unit: "none", Bars: true, Stacked: true, Lines: []string{"concluded"}, Width: 8,
			Queries: []Query{
				{halfHour(" by (closed_by)", "liveperson_skill_conversations_closed_total", inSkill), "closed by {{closed_by}}"},
				{halfHour("", "liveperson_skill_conversations_concluded_total", inSkill), "concluded"},
			},
			Empty: isOff,
		},
		{
			Title: "Waits of the last hour", About: "Means as the vendor delivers them, of all skills: until the first response, until a response, and a conversation's whole length.", Kind: "timeseries", Unit: "dthms", Width: 8,
			Queries: []Query{
				{`avg(liveperson_skill_wait_window_seconds{` + inSkill + `})`, "wait"},
				{`avg(liveperson_skill_response_window_seconds{` + inSkill + `})`, "response"},
				{`avg(liveperson_skill_conversation_window_seconds{` + inSkill + `})`, "conversation"},
			},
			Empty: isOff,
		},
		{
			Title: "Waiting for a first response", About: "How many conversations waited for their first response at a time, on average over an hour: the seconds waited in a second.", Kind: "timeseries", Unit: "short", Width: 8,
			Queries: []Query{{`sum by (skill_name) (rate(liveperson_skill_first_response_wait_seconds_total{` + inSkill + `}[1h]))`, "{{skill_name}}"}}, Empty: isOff,
		},
		{
			Title: "Satisfaction", About: "CSAT of the last hour, as a share; the 15 skills with the lowest.", Kind: "bargauge", Unit: "percentunit", Max: 1, Width: 8, Steps: share(),
			Queries: []Query{{`bottomk(15, max by (account, skill_name) (liveperson_skill_csat_window_ratio{` + inSkill + `}))`, "{{skill_name}}"}}, Empty: isOff,
		},
	}}
}

func livepersonAgents() Row {
	of := func(metric, more string) Query {
		return Query{`max by (account, group_id, group_name) (` + metric + `{` + inGroup + more + `})`, ""}
	}
	return Row{Title: "Agents", Panels: []Panel{
		{
			Title: "Agents by status", About: "currentStatus of the agents who are logged in; the chosen ones.", Kind: "timeseries", Unit: "none", Stacked: true, Width: 8,
			Colors:  only(byState(), "online", "away", "back_soon", "offline", "other"),
			Queries: []Query{{`sum by (status) (max by (account, group_id, status) (liveperson_agents{` + inGroup + `, status=~"$state"}))`, "{{status}}"}},
		},
		{
			Title: "Away, by reason", About: "Now. The id stands for a reason whose name no source knows.", Kind: "bargauge", Unit: "none", Width: 8, Steps: []Step{{0, paused}},
			Queries: []Query{{awayReasons(inGroup) + ` > 0`, "{{reason}}"}}, Empty: "there are moments in which no agent is away",
		},
		{
			Title: "Online agents by skill", About: "The 25 skills with the fewest in the chosen period. An agent counts under each of its skills.", Kind: "state-timeline", Unit: "none", Width: 8,
			Queries: []Query{{least(25, `liveperson_skill_agents{`+inSkill+`, status="online"}`), "{{skill_name}}"}},
			Steps:   few(),
		},
		{
			Title: "Agent groups", About: "Each group now. Free slots, load and assigned conversations need the source queues. Load: weight of the conversations against the capacity, which they can exceed.", Kind: "table", Unit: "none", Width: 24, Height: 9,
			Queries: []Query{
				of("liveperson_agents", `, status="online"`), of("liveperson_group_agents_connected", ""), of("liveperson_group_agents_present", ""), of("liveperson_group_open_conversations", ""),
				of("liveperson_group_intense_conversations", ""), of("liveperson_group_assigned_conversations", ""), of("liveperson_group_busy_slots", ""),
				of("liveperson_group_max_slots", ""), of("liveperson_group_available_slots", ""), of("liveperson_group_load_ratio", ""),
			},
			Columns: []Column{
				{From: "group_name", Title: "Agent group"},
				{From: "account", Title: "Account", Width: 90},
				{From: "Value #A", Title: "Online", Width: 80, Steps: few()},
				{From: "Value #B", Title: "Connected", Width: 95},
				{From: "Value #C", Title: "Present", Width: 80},
				{From: "Value #D", Title: "Open", Width: 75},
				{From: "Value #E", Title: "Intense", Width: 80},
				{From: "Value #F", Title: "Assigned", Width: 90},
				{From: "Value #G", Title: "Busy slots", Width: 90},
				{From: "Value #H", Title: "Slots", Width: 70},
				{From: "Value #I", Title: "Free slots", Width: 90},
				{From: "Value #J", Title: "Load", Width: 75, Unit: "percentunit"},
				{From: "group_id"},
			},
			Sorted: []string{"Online"},
		},
	}}
}
