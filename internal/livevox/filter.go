package livevox

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Filter restricts an account to services and call centers; both empty means
// everything that the user may see. Both given means the one or the other: most
// methods don't say how they combine them, so they are asked apart.
type Filter struct{ ServiceIDs, CallCenterIDs []string }

// covers reports whether the filter selects a service of a call center. "" is an unknown
// one, and is selected.
func (f Filter) covers(service, center ID) bool {
	if len(f.ServiceIDs) == 0 && len(f.CallCenterIDs) == 0 || service == "" && center == "" {
		return true
	}
	return slices.Contains(f.ServiceIDs, string(service)) ||
		len(f.CallCenterIDs) > 0 && (center == "" || slices.Contains(f.CallCenterIDs, string(center)))
}

// Covers reports whether the account's filter selects a service whose call center isn't
// known. The service belongs to one of the filter's call centers if a filtered answer
// has shown it.
func (c *Client) Covers(service ID) bool {
	if len(c.filter.CallCenterIDs) == 0 || service == "" || slices.Contains(c.filter.ServiceIDs, string(service)) {
		return c.filter.covers(service, "")
	}
	return c.recentServices.has(service)
}

// learn makes sure that the services of the filter's call centers are known, if
// there are any.
func (c *Client) learn(ctx context.Context) error {
	if len(c.filter.CallCenterIDs) == 0 || len(c.Services()) > 0 {
		return nil
	}
	_, err := c.ServiceStats(ctx)
	return err
}

// distinct returns ids in their canonical form, each once.
func distinct(ids []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, id := range ids {
		if id = string(api.NewID(id)); !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// request is the body of a method; {} without a filter.
type request struct {
	Filter *filter `json:"filter,omitempty"`
}

// filter is what one request may select.
type filter struct {
	InteractionType []typeRef `json:"interactionType,omitempty"`
	CallCenter      []idRef   `json:"callCenter,omitempty"`
	Service         []idRef   `json:"service,omitempty"`
}

type idRef struct {
	ID string `json:"id"`
}

type typeRef struct {
	Type string `json:"type"`
}

func idRefs(ids []string) []idRef {
	var refs []idRef
	for _, id := range ids {
		refs = append(refs, idRef{ID: id})
	}
	return refs
}

// MaxServices is how many ids one request may name. The Reporting API, which shares its
// filters with this one, refuses more services.
const MaxServices = 150

// each asks a method as often as it takes to cover the account's filter, one
// request after the other. Without a filter one request covers everything, until
// the vendor says that these are more than 150 services; from then on they are
// asked for by the list of services of the Configuration API.
func (c *Client) each(ctx context.Context, ask func(filter *filter) error) error {
	if err := c.serviceList.refresh(ctx, c); err != nil {
		return err
	}
	parts := c.parts()
	if parts == nil {
		err := ask(nil)
		if !notAcceptableError(err) {
			return err
		}
		if err := c.serviceList.learn(ctx, c, err); err != nil {
			return err
		}
		parts = c.parts()
	}
	for _, p := range parts {
		if err := ask(p); err != nil {
			return advise(err)
		}
	}
	return nil
}

// parts returns the filters of the requests that cover the account's filter;
// nil for a single request without one.
func (c *Client) parts() []*filter {
	services := c.filter.ServiceIDs
	if len(services) == 0 && len(c.filter.CallCenterIDs) == 0 {
		services = c.serviceList.ids()
	}
	var parts []*filter
	for ids := range slices.Chunk(services, MaxServices) {
		parts = append(parts, &filter{Service: idRefs(ids)})
	}
	for ids := range slices.Chunk(c.filter.CallCenterIDs, MaxServices) {
		parts = append(parts, &filter{CallCenter: idRefs(ids)})
	}
	return parts
}

// repeats reports whether a record of a service has been delivered by an earlier
// part: a call center's answer holds those services again that are filtered for
// by themselves.
func (c *Client) repeats(f *filter, service ID) bool {
	return f != nil && len(f.CallCenter) > 0 && slices.Contains(c.filter.ServiceIDs, string(service))
}

// advise says what to do about a filter that covers too much.
func advise(err error) error {
	if !notAcceptableError(err) {
		return err
	}
	return &api.Error{Class: api.ClientError, Err: errors.Join(err, errors.New("the filter may cover more than 150 services: list them in filter.service_ids"))}
}

// eachService asks a method for one service after the other, since its records
// don't say which one they belong to. A service that the vendor no longer knows is
// skipped; an error for all of them is returned. Without any service e is partial.
func (c *Client) eachService(ctx context.Context, e *api.Extent, ask func(id ID, f *filter) error) error {
	ids, err := c.serviceIDs(ctx)
	if err != nil {
		return err
	}
	e.Partial = len(ids) == 0
	gone := 0
	for _, id := range ids {
		err := ask(ID(id), &filter{Service: []idRef{{ID: id}}})
		if api.HasStatus(err, http.StatusNotFound, http.StatusBadRequest) {
			e.Skipped++
			if gone++; gone < len(ids) {
				continue
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
