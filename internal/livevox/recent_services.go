package livevox

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// recentServices are the services that answers showed: the methods whose records don't say
// their service are asked for each of these.
type recentServices struct {
	mu   sync.Mutex
	seen map[ID]seenService
}

type seenService struct {
	Service
	at time.Time
}

// recentAge is how long a service counts as recent after the last answer that showed it.
const recentAge = 10 * time.Minute

// add keeps a service of an answer.
func (r *recentServices) add(s Service) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[ID]seenService{}
	}
	if s.ID != "" {
		r.seen[s.ID] = seenService{s, time.Now()}
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

// Services returns the services that recent answers of service_stats and
// agents_status showed, in the order of their ids. It sends no request.
func (c *Client) Services() []Service {
	r := &c.recentServices
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.seen, func(_ ID, s seenService) bool { return time.Since(s.at) > recentAge })
	list := make([]Service, 0, len(r.seen))
	for _, id := range slices.Sorted(maps.Keys(r.seen)) {
		list = append(list, r.seen[id].Service)
	}
	return list
}

// serviceIDs returns the services to ask for one by one: those of the filter; else the
// recent ones, for which service_stats is asked if there are none; else those that the
// Configuration API lists, which needs another role.
func (c *Client) serviceIDs(ctx context.Context) ([]string, error) {
	ids := slices.Clone(c.filter.ServiceIDs)
	if len(ids) > 0 && len(c.filter.CallCenterIDs) == 0 {
		return ids, nil
	}
	recent := c.Services()
	if len(recent) == 0 {
		if _, err := c.ServiceStats(ctx); err != nil {
			return nil, err
		}
		recent = c.Services()
	}
	if len(recent) == 0 {
		return c.listedIDs(ctx, ids)
	}
	for _, s := range recent {
		ids = append(ids, string(s.ID))
	}
	return distinct(ids), nil
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
