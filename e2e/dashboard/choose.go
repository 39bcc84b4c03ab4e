package dashboard

// The choices that dashboards have in common.

func account(vendor string) Variable {
	selector := ""
	if vendor != "" {
		selector = `{vendor="` + vendor + `"}`
	}
	return Variable{Name: "account", Label: "Account", Query: "label_values(contactcenter_source_up" + selector + ", account)"}
}

func group(vendor, label string) Variable {
	selector := `account=~"$account"`
	if vendor != "" {
		selector += `, vendor="` + vendor + `"`
	}
	return Variable{
		Name: "group", Label: label,
		Query: "query_result(contactcenter:group:seen_timestamp_seconds{" + selector + "})",
		Regex: `/group_id="(?<value>[^"]*)".*group_name="(?<text>[^"]*)"/`,
	}
}

// good and bad colour a number of which more is better, from a value on.
func good(from float64) []Step { return []Step{{0, "red"}, {from, "green"}} }

func bad(warn, from float64) []Step { return []Step{{0, "green"}, {warn, "yellow"}, {from, "red"}} }

// All lists the dashboards.
func All() []Dashboard {
	return []Dashboard{overview(), liveperson(), livevox(), agent(), exporter()}
}
