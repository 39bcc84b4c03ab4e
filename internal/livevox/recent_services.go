package livevox

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// recentServices is what answers said of the services there are: the methods that say
// nothing of the service that a record belongs to are asked for these, one by
// one.
type recentServices struct {
	mu   sync.Mutex
	seen map[ID]seenService
}

type seenService struct {
	Service
	at time.Time
}

// recentAge is how long a service is taken to exist after the last answer that
// showed it.
const recentAge = 10 * time.Minute

// saw keeps the services of an answer.
func (r *recentServices) saw(list []Service) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[ID]seenService{}
	}
	for _, s := range list {
		if s.ID != "" {
			r.seen[s.ID] = seenService{s, now}
		}
	}
}

// complete gives a service the names that an answer leaves out and earlier ones had.
func (r *recentServices) complete(s *Service) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.seen[s.ID]
	s.Name = cmp.Or(s.Name, before.Name)
	s.CallCenterID = cmp.Or(s.CallCenterID, before.CallCenterID)
	s.CallCenterName = cmp.Or(s.CallCenterName, before.CallCenterName)
}

// has reports whether a recent answer has shown a service.
func (r *recentServices) has(id ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.seen[id]
	return ok && time.Since(s.at) <= recentAge
}

// empty reports whether no recent answer has shown any service.
func (r *recentServices) empty() bool { return len(r.list()) == 0 }

// list returns the services that any recent answer has shown.
func (r *recentServices) list() []Service {
	r.mu.Lock()
	defer r.mu.Unlock()
	byID := map[ID]Service{}
	for id, s := range r.seen {
		if time.Since(s.at) > recentAge {
			delete(r.seen, id)
			continue
		}
		byID[id] = s.Service
	}
	return ordered(byID)
}

// servicesOf returns the service of each row.
func servicesOf[T any](rows []T, of func(*T) Service) []Service {
	list := make([]Service, len(rows))
	for i := range rows {
		list[i] = of(&rows[i])
	}
	return list
}

func ordered(byID map[ID]Service) []Service {
	list := make([]Service, 0, len(byID))
	for _, s := range byID {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Service) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return list
}

// Services returns the services that the newest answers of service_stats and
// agents_status showed, by id. It sends no request.
func (c *Client) Services() []Service { return c.recentServices.list() }

// serviceIDs returns the services to ask for one by one: those of the filter,
// else those last seen, which service_stats is asked for if that was not done
// yet, else the vendor's list, which needs another role.
func (c *Client) serviceIDs(ctx context.Context) ([]string, error) {
	ids := slices.Clone(c.filter.ServiceIDs)
	if len(ids) > 0 && len(c.filter.CallCenterIDs) == 0 {
		return ids, nil
	}
	if seen := c.seenIDs(); len(seen) > 0 {
		return distinct(append(ids, seen...)), nil
	}
	if _, err := c.ServiceStats(ctx); err != nil {
		return nil, err
	}
	if seen := c.seenIDs(); len(seen) > 0 {
		return distinct(append(ids, seen...)), nil
	}
	return c.listedIDs(ctx, ids)
}

func (c *Client) seenIDs() (ids []string) {
	for _, s := range c.Services() {
		ids = append(ids, string(s.ID))
	}
	return ids
}

// listedIDs adds to ids what the Configuration API lists.
func (c *Client) listedIDs(ctx context.Context, ids []string) ([]string, error) {
	centers := c.filter.CallCenterIDs
	if len(centers) == 0 {
		centers = []string{""}
	}
	for _, center := range centers {
		listed, err := c.listServices(ctx, center)
		if err != nil {
			return nil, err
		}
		ids = append(ids, listed...)
	}
	return distinct(ids), nil
}
