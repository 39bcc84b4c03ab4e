package command

// unusedBecause says of the metrics that are on no dashboard and in no alert why
// they are served all the same. A test of the dashboards compares it with them.
func unusedBecause() map[string]string {
	const window = "the counter of the same name without window is shown: it is final and adds up; the window is for a look at one agent in between"
	return map[string]string{
		"liveperson_agent_state_window_seconds":                 window,
		"liveperson_agent_state_window_chatting_seconds":        window,
		"liveperson_agent_state_window_not_chatting_seconds":    window,
		"liveperson_agent_state_window_max_concurrency_seconds": window,
		"liveperson_agent_logged_in_window_seconds":             window,
		"livevox_service_right_party_connects_window":           "the counter livevox_service_right_party_connects_total is shown by half hour",
		"liveperson_status_changes_agent_info":                  "it is for joins in queries of your own, such as time in status by group; the dashboards take groups from liveperson_agent_info",
		"liveperson_group_info":                                 "it is for joins in queries of your own, such as sums over the parent of a group; every series of a group has the group's name already",
		"liveperson_interval_in_progress":                       "it says that the newest interval is not whole, of which no counter has anything yet; the age of what is settled is shown",
		"contactcenter_account_epoch":                           "a number for the one who follows a takeover in the log; the takeovers are shown",
	}
}
