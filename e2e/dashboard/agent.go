package dashboard

func agent() Dashboard {
	const this = `account=~"$account", agent_id=~"$agent"`
	on := map[int]Text{0: {"no", "transparent"}, 1: {"yes", "blue"}}
	return Dashboard{
		Name: "agent", Title: "Agent", About: "One agent's day. Empty for accounts with identity: none.",
		Variables: []Variable{account(""), {
			Name: "agent", Label: "Agent", One: true, Query: `label_values({__name__=~"livevox_agent_info|liveperson_agent_info", account=~"$account"}, agent_id)`,
		}},
		Rows: []Row{
			{"State", []Panel{
				{
					Title: "State", About: "A line for each state; coloured while the agent is in it. Gaps: not logged in, or no data.", Kind: "state-timeline", Unit: "none", Width: 24, Height: 11, Texts: on,
					Queries: []Query{
						{`max by (state) (livevox_agent_state{` + this + `}) > 0`, "{{state}}"},
						{`max by (status) (liveperson_agent_status{` + this + `}) > 0`, "{{status}}"},
					},
				},
				{
					Title: "In this state for", About: "Since the vendor says that it began.", Kind: "stat", Unit: "s", Width: 8, Height: 5, Steps: bad(1800, 3600),
					Queries: []Query{
						{`time() - max(livevox_agent_state_start_timestamp_seconds{` + this + `})`, "LiveVox"},
						{`time() - max(liveperson_agent_status_start_timestamp_seconds{` + this + `})`, "LivePerson"},
					},
				},
				{
					Title: "Open conversations", About: "LivePerson: assigned to the agent now.", Kind: "stat", Unit: "none", Width: 8, Height: 5,
					Queries: []Query{{`max(liveperson_agent_open_conversations{` + this + `})`, "open"}},
				},
				{
					Title: "Load", About: "LivePerson: part of the agent's capacity in use.", Kind: "stat", Unit: "percentunit", Width: 8, Height: 5, Steps: bad(0.8, 1),
					Queries: []Query{{`max(liveperson_agent_load_ratio{` + this + `})`, "load"}},
				},
			}},
			{"Time", []Panel{
				{
					Title: "Time in state in the chosen period, LiveVox", About: "From the vendor's day totals.", Kind: "bargauge", Unit: "s",
					Queries: []Query{
						{`sum(increase(livevox_agent_ready_seconds_total{` + this + `}[$__range]))`, "ready"},
						{`sum(increase(livevox_agent_talk_seconds_total{` + this + `}[$__range]))`, "talk"},
						{`sum(increase(livevox_agent_wrap_up_seconds_total{` + this + `}[$__range]))`, "wrap-up"},
						{`sum by (reason) (increase(livevox_agent_not_ready_reason_seconds_total{` + this + `}[$__range]))`, "not ready: {{reason}}"},
					},
				},
				{
					Title: "Time in status in the chosen period, LivePerson", About: "From status changes, which are up to an hour late.", Kind: "bargauge", Unit: "s",
					Queries: []Query{{`sum by (status, reason) (increase(liveperson_agent_status_seconds_total{` + this + `}[$__range]))`, "{{status}} {{reason}}"}},
				},
			}},
			{"Contacts", []Panel{
				{
					Title: "Calls", About: "Per hour, by direction.", Kind: "timeseries", Unit: "none",
					Queries: []Query{{`sum by (direction) (increase(livevox_agent_calls_total{` + this + `}[1h]))`, "{{direction}}"}},
				},
				{
					Title: "Outcomes", About: "Per hour.", Kind: "timeseries", Unit: "none",
					Queries: []Query{{`sum by (outcome) (increase(livevox_agent_outcomes_total{` + this + `}[1h]))`, "{{outcome}}"}},
				},
			}},
		},
	}
}
