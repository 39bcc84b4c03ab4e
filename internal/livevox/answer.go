package livevox

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Rows are the records of a method that answers with nothing else.
type Rows[T any] struct {
	Rows []T
	api.Extent
}

// method is a method of the real-time API that answers with a list of records.
type method[T any] struct{ endpoint, path string }

// reply is the answer to a method: each has a name of its own for the list.
type reply[T any] struct {
	fault
	TimeStamp api.Time `json:"timeStamp"`

	Stats           *api.List[T] `json:"stats"`
	AgentStatistics *api.List[T] `json:"agentStatistics"`
	AgentDetails    *api.List[T] `json:"agentDetails"`
	AgentAverages   *api.List[T] `json:"agentAverages"`
	CallsDetails    *api.List[T] `json:"callsDetails"`
	LiveConnects    *api.List[T] `json:"liveConnects"`
}

// ask sends one request. It returns its records with the vendor's time of the
// answer, where there is one, and adds to e. An answer is partial if the vendor says so
// (202 Accepted: partial success), and if it has no list, or null in place of it, which
// doesn't say that there is nothing.
func (m method[T]) ask(ctx context.Context, c *Client, f *filter, e *api.Extent) ([]T, api.Time, error) {
	call, err := c.realtime(m.endpoint, m.path, request{f})
	if err != nil {
		return nil, api.Time{}, wrap(m.endpoint, err)
	}
	var r reply[T]
	a, err := c.ask(ctx, call, &r)
	if err != nil {
		return nil, api.Time{}, err
	}
	found := cmp.Or(r.Stats, r.AgentStatistics, r.AgentDetails, r.AgentAverages, r.CallsDetails, r.LiveConnects)
	list, err := records(r.fault, a, found)
	if err != nil {
		return nil, api.Time{}, wrap(m.endpoint, err)
	}
	e.Add(api.Extent{Skipped: list.Skipped, Partial: a.Status == http.StatusAccepted || list.Items == nil, Malformed: a.Malformed})
	return list.Items, r.TimeStamp, nil
}

// byService asks for all that the account's filter covers, each service once. It
// returns the oldest time of the answers with their records.
func (m method[T]) byService(ctx context.Context, c *Client, service func(*T) ID) (all Rows[T], oldest api.Time, err error) {
	err = c.each(ctx, func(f *filter) error {
		rows, at, err := m.ask(ctx, c, f, &all.Extent)
		oldest = older(oldest, at)
		all.Rows = slices.Grow(all.Rows, len(rows))
		for i := range rows {
			if !c.repeats(f, service(&rows[i])) {
				all.Rows = append(all.Rows, rows[i])
			}
		}
		return err
	})
	return all, oldest, err
}

// older returns the earlier of two times, of which the zero time is none.
func older(a, b api.Time) api.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a.Time) {
		return b
	}
	return a
}
