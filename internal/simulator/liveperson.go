package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func livePersonRoutes() []route {
	add := func(endpoint, method, path string, serve func(*exchange) answer) route {
		return newRoute(vendorLivePerson, endpoint, method, path, serve)
	}
	open := func(r route) route { r.open = true; return r }
	const one = "/service/{service}/baseURI.json"
	const all = "/service/baseURI.json"
	return []route{
		open(add("domain", http.MethodGet, "/api/account/{account}"+one, (*exchange).domain)),
		open(add("domain", http.MethodGet, "/api/account/{account}"+all, (*exchange).domain)),
		open(add("domain", http.MethodGet, "/csdr/account/{account}"+all, (*exchange).domain)),
		open(add("token", http.MethodPost, "/sentinel/api/v2/account/{account}/app/token", (*exchange).token)),
		add("agent_status", http.MethodPost,
			"/messaging_history/api/account/{account}/agent-view/status", (*exchange).agentStatus),
		add("agent_activity", http.MethodGet, "/operations/api/account/{account}/agentactivity",
			(*exchange).agentActivityByQuery),
		add("agent_activity", http.MethodPost, "/operations/api/account/{account}/agentactivity",
			(*exchange).agentActivityByBody),
		add("status_changes", http.MethodGet, "/api/v2/account/{account}/status-changes",
			(*exchange).statusChanges),
		add("status_changes", http.MethodGet, "/api/account/{account}/status-changes", (*exchange).statusChangesV1),
		add("queue_health", http.MethodGet, "/operations/api/account/{account}/msgqueuehealth/current", (*exchange).queueHealth),
		add("agent_segments", http.MethodGet, "/api/account/{account}/agent-segments", (*exchange).agentSegments),
		add("segment_breakdown", http.MethodGet, "/api/account/{account}/agent-segments/breakdown", (*exchange).segmentFiles),
		add("segment_breakdown", http.MethodGet, "/api/account/{account}/agent-segments/files", (*exchange).segmentFile),
		add("interval_metrics", http.MethodGet, "/api/account/{account}/interval-metrics", (*exchange).intervalMetrics),
		add("agent_view", http.MethodPost, workspacePath+"agent_view", (*exchange).agentView),
		add("queues", http.MethodPost, workspacePath+"metrics", (*exchange).queueMetrics),
		add("queues", http.MethodPost, workspacePath+"skill/availability", (*exchange).skillAvailability),
		add("names", http.MethodGet, "/api/account/{account}/configuration/{family}/{list}", (*exchange).configuration),
		add("names", http.MethodGet, "/api/account/{account}/configuration/{family}/{list}/{id}", (*exchange).configuration),
	}
}

// livePersonError is LivePerson's form of an error: causes with 400, a reason with 401, an internal code with 5xx.
func livePersonError(status int, reasons ...string) answer {
	body := map[string]any{"message": fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))}
	switch {
	case status == http.StatusBadRequest:
		body["causes"] = reasons
	case status == http.StatusUnauthorized:
		body["reason"] = strings.Join(reasons, " ")
	case status >= 500:
		body["internalCode"] = "5f0c1d52-0a4b-4b7e-9c55-2f1f7a90b3aa"
	}
	return answer{status: status, body: body}
}

func badRequest(causes ...string) answer { return livePersonError(http.StatusBadRequest, causes...) }

// livePerson answers a request that needs credentials.
func (x *exchange) livePerson() answer {
	if x.vars["account"] != x.sim.liveperson.AccountID {
		return livePersonError(http.StatusUnauthorized, "oauth_problem=account_mismatch")
	}
	if problem := x.unauthorized(); problem != "" {
		a := livePersonError(http.StatusUnauthorized, problem)
		a.header = http.Header{"Www-Authenticate": {"OAuth"}}
		return a
	}
	return x.route.serve(x)
}

// unauthorized says why the request's credentials do not do, "" if they do.
func (x *exchange) unauthorized() string {
	scheme, rest, _ := strings.Cut(x.r.Header.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		return x.checkBearer(strings.TrimSpace(rest))
	case "oauth":
		return x.checkSignature(rest)
	}
	return "oauth_problem=parameter_absent&oauth_problem_advice=Authorization header is missing"
}

// domain plays the Domain API: every service lives at the host that was asked.
func (x *exchange) domain() answer {
	account := x.sim.liveperson.AccountID
	switch {
	case x.vars["account"] != account:
		return livePersonError(http.StatusUnauthorized, "invalid site")
	case x.r.URL.Query().Get("version") != "1.0":
		return badRequest("version: must be 1.0")
	}
	names := []string{
		"agentActivityDomain", "leDataReporting", "msgHist", "sentinel", "agentVep", "msgEwtAPI",
		"agentManagerWorkspace", "accountConfigReadOnly",
	}
	entry := func(name string) map[string]string {
		return map[string]string{"service": name, "account": account, "baseURI": x.r.Host}
	}
	asked, single := x.vars["service"]
	if single && !slices.Contains(names, asked) {
		return badRequest("service: unknown")
	}
	if single && !x.has("array_form") {
		return ok(entry(asked))
	}
	if single {
		names = []string{asked}
	}
	var all []map[string]string
	for _, name := range names {
		all = append(all, entry(name))
	}
	return ok(map[string]any{"baseURIs": all})
}
