package liveperson

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// maxCalendars bounds the calendars whose events are asked for.
const maxCalendars = 100

// Names are what the Account Configuration API (read only) says of an account: one
// answer for each list, and one for each calendar.
type Names struct {
	Reasons []StatusReason
	Skills  []ConfiguredSkill
	Groups  []AgentGroup
	// Hours and Days are calendars by id.
	Hours, Days map[api.Text]Calendar
	api.Extent
}

// StatusReason mirrors a record of le-agents/status-reasons.
type StatusReason struct {
	ID    api.Text `json:"id"`
	Text  api.Text `json:"text"`
	State api.Text `json:"state"` // Online, Occupied, Away
	Type  api.Text `json:"type"`  // AWAY, BACK_SOON: some write it instead of state
}

// ConfiguredSkill mirrors a record of le-users/skills. Response times are seconds.
type ConfiguredSkill struct {
	ID                api.Text   `json:"id"`
	Name              api.Text   `json:"name"`
	Deleted           api.Bool   `json:"deleted"`
	DefaultResponse   api.Number `json:"slaDefaultResponseTime"`
	UrgentResponse    api.Number `json:"slaUrgentResponseTime"`
	FirstResponse     api.Number `json:"slaFirstTimeResponseTime"`
	WorkingHoursID    api.Text   `json:"workingHoursId"`
	SpecialOccasionID api.Text   `json:"specialOccasionId"`
}

// AgentGroup mirrors a record of le-users/agentGroups, in which the vendor's sample
// has text everywhere.
type AgentGroup struct {
	ID       api.Text `json:"id"`
	Name     api.Text `json:"name"`
	Deleted  api.Bool `json:"deleted"`
	ParentID api.Text `json:"parentGroupId"`
}

// Calendar mirrors an answer of ac-common/workinghours or specialoccasion: the lists
// have id, name and isDefault only, an answer by id has the events.
type Calendar struct {
	ID        api.Text                `json:"id"`
	Deleted   api.Bool                `json:"deleted"`
	IsDefault api.Bool                `json:"isDefault"`
	Events    api.List[CalendarEvent] `json:"events"`
}

// CalendarEvent is a span of time on one day or every week.
type CalendarEvent struct {
	Start      api.Object[CalendarTime] `json:"start"`
	End        api.Object[CalendarTime] `json:"end"`
	Recurrence texts                    `json:"recurrence"` // the rules; nil for an event that happens once
	Meta       api.Object[struct {
		Working api.Bool `json:"working"` // of a special day: whether people work
	}] `json:"meta"`
}

// CalendarTime is a local time, such as 2030-01-01T06:00:00, in a zone.
type CalendarTime struct {
	DateTime api.Text `json:"dateTime"`
	Zone     api.Text `json:"timeZone"`
}

// Local returns the time; false if the vendor's text is none or the zone not known.
func (t CalendarTime) Local() (time.Time, bool) {
	zone, err := time.LoadLocation(string(t.Zone))
	if err != nil || t.Zone == "" || t.Zone == "Local" || len(t.DateTime) < len("2006-01-02T15:04:05") {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", string(t.DateTime[:len("2006-01-02T15:04:05")]), zone)
	return at, err == nil
}

// NamesReader asks for Names again and again: what hasn't changed is not sent again
// by the vendor. It is used by one goroutine at a time.
type NamesReader struct {
	client  *Client
	reasons held[api.List[StatusReason]]
	skills  held[api.List[ConfiguredSkill]]
	groups  held[api.List[AgentGroup]]
	hours   calendars
	days    calendars
}

// calendars are a list of calendars and what is held of each.
type calendars struct {
	list held[api.List[Calendar]]
	byID map[api.Text]*held[Calendar]
}

// Names returns a reader that holds nothing yet.
func (c *Client) Names() *NamesReader { return &NamesReader{client: c} }

// Read returns the names of now. An account without any is no answer.
func (n *NamesReader) Read(ctx context.Context) (Names, error) {
	var out Names
	c := n.client
	reasons, err := n.reasons.read(ctx, c, "le-agents/status-reasons", url.Values{"v": {"1.0"}, "include_deleted": {"true"}}, hasList, &out)
	if err != nil {
		return Names{}, err
	}
	skills, err := n.skills.read(ctx, c, "le-users/skills", url.Values{"v": {"4.0"}, "select": {"$all"}}, hasList, &out)
	if err != nil {
		return Names{}, err
	}
	groups, err := n.groups.read(ctx, c, "le-users/agentGroups", url.Values{"v": {"2.0"}}, hasList, &out)
	if err != nil {
		return Names{}, err
	}
	out.Reasons, out.Skills, out.Groups = reasons.Items, skills.Items, groups.Items
	out.Skipped += reasons.Skipped + skills.Skipped + groups.Skipped
	if len(out.Reasons)+len(out.Skills)+len(out.Groups) == 0 {
		return Names{}, api.Schema.Errorf("names: the account has neither reasons nor skills nor groups")
	}
	if out.Hours, err = n.hours.read(ctx, c, "ac-common/workinghours", &out); err != nil {
		return Names{}, err
	}
	if out.Days, err = n.days.read(ctx, c, "ac-common/specialoccasion", &out); err != nil {
		return Names{}, err
	}
	return out, nil
}

func (k *calendars) read(ctx context.Context, c *Client, path string, out *Names) (map[api.Text]Calendar, error) {
	query := url.Values{"v": {"1.0"}}
	list, err := k.list.read(ctx, c, path, query, hasList, out)
	if err != nil {
		return nil, err
	}
	out.Skipped += list.Skipped
	all, kept := map[api.Text]Calendar{}, map[api.Text]*held[Calendar]{}
	for _, listed := range list.Items {
		if listed.ID == "" || escape(string(listed.ID)) != string(listed.ID) {
			out.Skipped++
			continue
		}
		if listed.Deleted.Value || len(all) >= maxCalendars {
			continue
		}
		kept[listed.ID] = k.byID[listed.ID]
		if kept[listed.ID] == nil {
			kept[listed.ID] = &held[Calendar]{}
		}
		calendar, err := kept[listed.ID].read(ctx, c, path+"/"+string(listed.ID), query, hasEvents, out)
		if err != nil {
			return nil, err
		}
		out.Skipped += calendar.Events.Skipped
		calendar.IsDefault = listed.IsDefault
		all[listed.ID] = calendar
	}
	k.byID = kept
	return all, nil
}

// hasList reports whether an answer is a list; null or an object says nothing of it.
func hasList[T any](l api.List[T]) bool { return l.Items != nil }

func hasEvents(c Calendar) bool { return hasList(c.Events) }

// held is an answer with the revision by which it is asked for again.
type held[T any] struct {
	value    T
	revision string
}

// read asks for a part of the configuration, or returns what is held where the vendor
// says that it has not changed, or where an answer is not whole, which makes out partial.
// A part that the account doesn't have is empty.
func (h *held[T]) read(ctx context.Context, c *Client, path string, query url.Values, whole func(T) bool, out *Names) (T, error) {
	r := request{
		endpoint: "names", service: ReadOnly, method: http.MethodGet,
		path: "api/account/%s/configuration/" + path, query: query, revision: h.revision,
	}
	var value T
	var own *api.StatusError // of the part itself, not of the login or the Domain API
	a, err := c.answer(ctx, r, func(ctx context.Context, call api.Call) (api.Answer, error) {
		a, err := call.JSON(ctx, c.http, &value)
		own = api.StatusOf(err)
		return a, err
	})
	switch status := api.StatusOf(err); {
	case status != own:
		return value, err
	case status != nil && status.Code == http.StatusNotModified && h.revision != "":
		return h.value, nil
	case status != nil && status.Code == http.StatusNotFound:
		*h = held[T]{}
		return h.value, nil
	case status != nil && status.Code == http.StatusUnauthorized:
		return value, &api.Error{Class: api.Forbidden, Err: err} // the credentials are good elsewhere
	case err != nil:
		return value, err
	case !whole(value):
		out.Partial, h.revision = true, ""
		return h.value, nil
	}
	out.Malformed = append(out.Malformed, a.Malformed...)
	*h = held[T]{}
	if len(a.Malformed) == 0 { // a bad answer is asked for as a whole again
		h.value, h.revision = value, a.Header.Get("ac-revision")
	}
	return value, nil
}
