package dashboard

import "slices"

// Links between dashboards carry only what the other one can choose: an account of LiveVox isn't one of the LivePerson
// dashboard, which would be empty.

const (
	runbooks = "https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/docs/runbooks.md"
	keep     = "&${datasource:queryparam}&${__url_time_range}"
)

// field and label are the value of a column, and of a label of the series, of what was clicked.
func field(title string) string { return `${__data.fields["` + title + `"]:percentencode}` }

func label(name string) string { return "${__field.labels." + name + ":percentencode}" }

// groupOfLine leads to the vendor's dashboard; the uids end with the vendors' names.
func groupOfLine() *Link {
	return &Link{"Open the group", "/d/contactcenter-" + field("vendor") + "?var-account=" + field("Account") + "&var-group=" + field("group_id") + keep}
}

func groupOfSeries() *Link {
	return &Link{"Open the group", "/d/contactcenter-" + label("vendor") + "?var-account=" + label("account") + "&var-group=" + label("group_id") + keep}
}

func serviceOfSeries() *Link {
	return &Link{"Only this service", "/d/contactcenter-livevox?var-account=" + label("account") + "&var-group=" + label("service_id") + keep}
}

func serviceOfLine() *Link {
	return &Link{"Only this service", "/d/contactcenter-livevox?var-account=" + field("Account") + "&var-group=" + field("service_id") + keep}
}

func skillOfLine() *Link {
	return &Link{"Only this skill", "/d/contactcenter-liveperson?var-account=" + field("Account") + "&var-skill=" + field("skill_id") + keep}
}

func agentOfLine() *Link {
	return &Link{"Open the agent", "/d/contactcenter-agent?var-account=" + field("Account") + "&var-group=$__all&var-agent=" + field("agent_id") + keep}
}

// links are those at the head of a dashboard.
func links(from Dashboard) []object {
	out := []object{}
	for _, to := range All() {
		if to.Name == from.Name {
			continue
		}
		url := "/d/contactcenter-" + to.Name + "?${datasource:queryparam}"
		for _, v := range from.Variables {
			if fits(v, to) {
				url += "&${" + v.Name + ":queryparam}"
			}
		}
		out = append(out, object{"type": "link", "title": to.Title, "url": url, "keepTime": true})
	}
	return append(out, object{"type": "link", "title": "Runbooks", "icon": "doc", "targetBlank": true, "url": runbooks})
}

// fits reports whether every value of a variable is one of the other dashboard too.
func fits(v Variable, to Dashboard) bool {
	return !v.One && slices.ContainsFunc(to.Variables, func(o Variable) bool {
		return o.Name == v.Name && (o.Vendor == "" || o.Vendor == v.Vendor)
	})
}
