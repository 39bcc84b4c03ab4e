package simulator

import (
	"net/http"
	"strings"
)

// Roles that may call a group of methods, by their initials: Sysadmin, sUperuser, Manager, Report admin, It user,
// Auditor.
const (
	feedRoles     = "SM"
	callRoles     = "SUR"
	campaignRoles = "SUMIA"
	serviceRoles  = "SUM"
)

func liveVoxRoutes() []route {
	add := func(endpoint, roles, method, path string, serve func(*exchange) answer) route {
		r := newRoute(vendorLiveVox, endpoint, method, path, serve)
		r.roles, r.open = roles, roles == ""
		return r
	}
	const get, post, remove = http.MethodGet, http.MethodPost, http.MethodDelete
	return []route{
		add("login", "", post, "/session/login", (*exchange).login),
		add("validate", "", get, "/session/validate/{session}", (*exchange).validate),
		add("logout", "", remove, "/session/logout/{session}", (*exchange).logout),
		add("password", "", post, "/session/password", (*exchange).changePassword),
		add("service_stats", serviceRoles, post, "/realtime/service/stats", (*exchange).serviceStats),
		add("agents_status", serviceRoles, post, "/realtime/service/agents/status", (*exchange).agentsStatus),
		add("agent_stats", serviceRoles, post, "/realtime/service/agent/stats/ex", (*exchange).agentStatsEx),
		add("agent_stats_legacy", serviceRoles, post, "/realtime/service/agent/stats", (*exchange).agentStats),
		add("agent_averages", serviceRoles, post, "/realtime/service/agents/averages", (*exchange).agentAverages),
		add("calls_on_hold", serviceRoles, post, "/realtime/service/calls/status", (*exchange).callsStatus),
		add("live_connects", serviceRoles, post, "/realtime/service/liveConnects", (*exchange).liveConnects),
		add("campaign_stats", campaignRoles, post, "/realtime/campaign/stats", (*exchange).campaignStats),
		add("agent_events", feedRoles, post, "/realtime/agentEvent/feed", (*exchange).agentFeed),
		add("interaction_events", feedRoles, post, "/realtime/event/feed", (*exchange).eventFeed),
		add("interaction_events_sse", feedRoles, post, "/realtime/event/feed/sse", (*exchange).eventStream),
		add("in_call", callRoles, get, "/realtime/callData/inCall", (*exchange).inCall),
		add("services", configurationRoles, get, "/configuration/services", (*exchange).serviceList),
		add("post_call", callRoles, get, "/realtime/callData/postCall", (*exchange).postCall),
	}
}

// liveVoxError is LiveVox's form of an error; the code is the vendor's own.
func liveVoxError(status, code int, message string) answer {
	return answer{status: status, body: map[string]any{"code": code, "message": message}}
}

// notAcceptable is the vendor's code for a request that it understands but will not answer.
const notAcceptable = 202

// codeOf is the vendor's own code beside an HTTP status.
func codeOf(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return 100
	case http.StatusForbidden:
		return 101
	case http.StatusNotFound:
		return 203
	case http.StatusBadRequest:
		return 200
	}
	return 1
}

func liveVoxRefusal(status int, message string) answer {
	return liveVoxError(status, codeOf(status), message)
}

func unacceptable(message string) answer {
	return liveVoxError(http.StatusBadRequest, notAcceptable, message)
}

// liveVox answers a request that needs a session and a role.
func (x *exchange) liveVox() answer {
	s := x.sim
	s.mu.Lock()
	x.user = s.sessions.use(x.r.Header.Get("LV-Session"), s.options.Now())
	s.mu.Unlock()
	if x.user == nil {
		return liveVoxRefusal(http.StatusUnauthorized, "Session is invalid or has expired")
	}
	if x.user.agent || !strings.Contains(x.route.roles, initialOf(x.user.role)) || x.has("role_missing") {
		return liveVoxRefusal(http.StatusForbidden, "The user's role does not permit this method")
	}
	return x.route.serve(x)
}

// initialOf is a role as the routes' lists have it; an unknown role has none.
func initialOf(role string) string {
	switch role {
	case "Superuser":
		return "U"
	case "Sysadmin", "Manager", "Report Admin", "IT User", "Auditor":
		return role[:1]
	}
	return "none"
}
