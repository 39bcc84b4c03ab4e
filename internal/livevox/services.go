package livevox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Service is a service with its call center, where an answer tells them.
type Service struct {
	ID             ID       `json:"serviceId"`
	Name           api.Text `json:"serviceName"`
	CallCenterID   ID       `json:"callCenterId"`
	CallCenterName api.Text `json:"callCenterName"`
}

// services is the list of an account that sees too many services for one
// request. It is empty until the vendor has said so.
type services struct {
	mu   sync.Mutex
	list []string
	read time.Time
}

// listAge is how old the list of services may get.
const listAge = 15 * time.Minute

// ids returns the list, which is never changed.
func (s *services) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list
}

// learn reads the list after the vendor has refused a request without filter.
func (s *services) learn(ctx context.Context, c *Client, refused error) error {
	if len(s.ids()) > 0 {
		return nil
	}
	ids, err := c.listServices(ctx, "")
	if err != nil {
		return fmt.Errorf("%w; their list for smaller requests can't be read either: %w", advise(refused), err)
	}
	if len(ids) == 0 {
		return advise(refused)
	}
	s.keep(ids)
	return nil
}

// refresh reads the list again if it is in use and old. A list that can't be read
// stays as it was.
func (s *services) refresh(ctx context.Context, c *Client) error {
	s.mu.Lock()
	due := len(s.list) > 0 && time.Since(s.read) > listAge
	if due {
		s.read = time.Now() // by one source only
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	if ids, err := c.listServices(ctx, ""); err == nil && len(ids) > 0 {
		s.keep(ids)
	}
	return ctx.Err()
}

func (s *services) keep(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.read = ids, time.Now()
}

// The Configuration API gives lists in pages of at most a thousand.
const (
	listPage  = 1000
	listPages = 100
)

// listServices returns the ids of all services that the user may see, or of those
// of one call center: GET configuration/services (Configuration API: Services). The
// address of the next page is not followed, since it might lead elsewhere.
func (c *Client) listServices(ctx context.Context, callCenter string) ([]string, error) {
	var ids []string
	for range listPages {
		query := url.Values{"count": {strconv.Itoa(listPage)}, "offset": {strconv.Itoa(len(ids))}}
		if callCenter != "" {
			query.Set("callCenter", callCenter)
		}
		var reply struct {
			fault
			Service *api.List[Service] `json:"service"`
			Next    api.Text           `json:"next"`
		}
		a, err := c.ask(ctx, c.call("services", http.MethodGet, "configuration/services", query), &reply)
		if err != nil {
			return nil, err
		}
		list, err := records(reply.fault, a, reply.Service)
		if err != nil {
			return nil, wrap("services", err)
		}
		for _, s := range list.Items {
			ids = append(ids, string(s.ID))
		}
		if reply.Next == "" || len(list.Items) == 0 {
			break
		}
	}
	return distinct(ids), nil
}
