package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// StatusChangesQuery says which changes are asked for. At most one of the ids
// may be given.
type StatusChangesQuery struct {
	// Version is 2, or 1 for the form that groups by agent, which LivePerson no
	// longer maintains.
	Version int
	// From and To are at most a month apart, and From at most six months ago.
	From, To time.Time
	// Limit is the length of a page: changes (at most 5000), or agents (at most
	// 100) in version 1.
	Limit                   int
	AgentID, EmpID, GroupID string
}

// StatusChanges are the changes of all pages, as delivered: in no order, perhaps
// repeated.
type StatusChanges struct {
	Changes []StatusChange
	api.Extent
}

// The types of changes, and the subtypes of StatusChanged.
const (
	StatusChanged = "1"
	LoggedOn      = "3"
	LoggedOff     = "4"

	ToOffline  = "1"
	ToOnline   = "2"
	ToBackSoon = "3" // version 2 calls it occupied
	ToAway     = "4"
)

// StatusChange mirrors a record of status-changes (Agent Activity API). A login
// is two records of one instant, the login with the sequence number -1 and the
// default state with 1; a logout is two as well, a change to offline and the
// logout.
type StatusChange struct {
	AgentID       api.Text   `json:"agentId"`
	AgentUserName api.Text   `json:"agentUserName"`
	EmployeeID    api.Text   `json:"employeeId"`
	AgentGroupID  api.Text   `json:"agentGroupId"` // -1 is the Main Group
	Time          api.Time   `json:"time"`
	Sequence      api.Number `json:"sequenceNumber"`
	Type          api.Text   `json:"statusType"`
	SubType       api.Text   `json:"statusSubType"`
	ReasonID      api.Text   `json:"statusReasonId"` // -1 or 0 for none
	ReasonText    api.Text   `json:"statusReasonText"`
}

// usable reports whether the record says who changed and when.
func (s *StatusChange) usable() bool { return s.AgentID != "" && !s.Time.IsZero() && s.Type != "" }

// statusChangesPage mirrors the envelope of both versions.
type statusChangesPage struct {
	Metadata api.Object[changesMetadata] `json:"_metadata"`    // or metadata, as the document's table says
	Changes  api.List[StatusChange]      `json:"stateChanges"` // version 2
	Agents   api.List[agentChanges]      `json:"agentsInfo"`   // version 1

	malformed []string
}

type changesMetadata struct {
	References api.List[reference] `json:"references"`
	Count      api.Number          `json:"count"` // isn't documented
}

// agentChanges mirrors an agent of version 1.
type agentChanges struct {
	AgentID       api.Text               `json:"agentId"`
	AgentUserName api.Text               `json:"agentUserName"`
	EmployeeID    api.Text               `json:"employeeId"`
	AgentGroupID  api.Text               `json:"agentGroupId"`
	Changes       api.List[StatusChange] `json:"statusChangeHistory"`
}

type reference struct {
	Rel  api.Text `json:"rel"`
	Href api.Text `json:"href"`
}

// linked reports whether a page says that another one follows. Of a link nothing else is
// used: its host is often an internal one.
func linked(references api.List[reference]) bool {
	return slices.ContainsFunc(references.Items, func(r reference) bool { return r.Rel == "next" })
}

// StatusChanges returns the changes from q.From to q.To. If one page fails there
// is only the error. An error of class truncated comes together with what there
// is: version 1 leaves out changes and doesn't say so.
func (c *Client) StatusChanges(ctx context.Context, q StatusChangesQuery) (StatusChanges, error) {
	var all StatusChanges
	var truncated error
	seen := map[StatusChange]bool{}
	pages, byAgent := tally{endpoint: "status_changes"}, false
	for range maxPages {
		offset := pages.offset
		page, err := c.statusChangesPage(ctx, q, offset)
		if err != nil {
			return StatusChanges{}, err
		}
		if offset > 0 && page.byAgent() != byAgent {
			return StatusChanges{}, api.Schema.Errorf("status_changes: the page at offset %d has the form of another version", offset)
		}
		byAgent = page.byAgent()
		known := len(seen)
		changes := page.add(&all, seen)
		limit := page.limit(q.Limit)
		if most := q.cap(limit); byAgent && changes >= most {
			truncated = api.Truncated.Errorf("status_changes: LivePerson left out changes beyond %d on a page of version 1; version 2 has no such bound", most)
		}
		if err := pages.add(page.Metadata.Value.Count, page.received(), limit, linked(page.Metadata.Value.References)); err != nil {
			return StatusChanges{}, err
		}
		if pages.ends(page.received(), limit, false) {
			return all, truncated
		}
		if changes > 0 && len(seen) == known {
			return all, api.Truncated.Errorf("status_changes: the page at offset %d repeats earlier ones", offset)
		}
	}
	return all, api.Truncated.Errorf("status_changes: more than %d pages", maxPages)
}

// cap is how many changes version 1 puts on a page at most.
func (q StatusChangesQuery) cap(limit int) int {
	days := int((q.To.Sub(q.From) + 24*time.Hour - 1) / (24 * time.Hour))
	return 20 * limit * max(days, 1)
}

// add takes the changes of a page and returns how many it has.
func (p *statusChangesPage) add(all *StatusChanges, seen map[StatusChange]bool) int {
	changes := p.Changes.Items
	all.Skipped += p.Changes.Skipped + p.Agents.Skipped
	all.Malformed = append(all.Malformed, p.malformed...)
	for _, a := range p.Agents.Items {
		all.Skipped += a.Changes.Skipped
		for _, change := range a.Changes.Items {
			change.AgentID, change.AgentUserName = a.AgentID, a.AgentUserName
			change.EmployeeID, change.AgentGroupID = a.EmployeeID, a.AgentGroupID
			changes = append(changes, change)
		}
	}
	for _, change := range changes {
		if !change.usable() {
			all.Skipped++
			continue
		}
		if !seen[change] {
			seen[change] = true
			all.Changes = append(all.Changes, change)
		}
	}
	return len(changes)
}

// byAgent reports whether the page has the form of version 1, which may come
// whatever was asked for.
func (p *statusChangesPage) byAgent() bool { return p.Agents.Items != nil && p.Changes.Items == nil }

// maxAgents is how many agents a page of version 1 has at most.
const maxAgents = 100

// limit returns the length of a full page in the form that it has.
func (p *statusChangesPage) limit(asked int) int {
	if p.byAgent() {
		return min(asked, maxAgents)
	}
	return asked
}

// received returns how many records the page has: agents in version 1.
func (p *statusChangesPage) received() int {
	if p.byAgent() {
		return p.Agents.Received()
	}
	return p.Changes.Received()
}

func (c *Client) statusChangesPage(ctx context.Context, q StatusChangesQuery, offset int) (statusChangesPage, error) {
	path, version := "api/v2/account/%s/status-changes", "2"
	if q.Version == 1 {
		path, version = "api/account/%s/status-changes", "1"
	}
	query := q.values(c.source, offset)
	query.Set("v", version) // version 1 is the default, whatever the path says
	var page statusChangesPage
	malformed, err := c.ask(ctx, request{
		endpoint: "status_changes",
		service:  Activity,
		method:   http.MethodGet,
		path:     path,
		query:    query,
	}, &page)
	page.malformed = malformed
	if err == nil && page.Agents.Items == nil && page.Changes.Items == nil {
		err = api.Schema.Errorf("status_changes: the answer has no list of changes in the form of either version")
	}
	return page, err
}

func (q StatusChangesQuery) values(source string, offset int) url.Values {
	v := url.Values{
		"source": {source},
		"from":   {moment(q.From)},
		"to":     {moment(q.To)},
		"limit":  {strconv.Itoa(q.Limit)},
		"offset": {strconv.Itoa(offset)},
	}
	for name, value := range map[string]string{"agentId": q.AgentID, "empId": q.EmpID, "groupId": q.GroupID} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// moment writes a time in UTC, which needs no + in a query.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
