package livevox

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// CallsOnHold is the answer to service/calls/status (Real-Time Reporting API:
// Get Hold Service Details).
type CallsOnHold struct {
	Rows []CallOnHold
	// Server is the vendor's time of the answer: the newest of several.
	Server api.Time
	// Services are those that other answers showed, with calls on hold or without.
	Services []Service
	api.Extent
}

// CallOnHold is one call. Who calls is not decoded.
type CallOnHold struct {
	Service
	SkillID ID `json:"agentSkill"`
	// Since is when the hold began. The vendor's sample has it exactly three hours
	// before the answer's own time: it may be a local time taken for another zone's.
	Since api.Time `json:"timeStamp"`
	// Server is the vendor's time of the answer.
	Server api.Time `json:"-"`
}

// CallsOnHold asks for every call that is on hold. A call has no id: each row is a
// call, since two that are the same in all that the vendor tells may be callers
// without a name and a number.
func (c *Client) CallsOnHold(ctx context.Context) (CallsOnHold, error) {
	var all CallsOnHold
	err := c.each(ctx, func(f *filter) error {
		calls, at, err := method[CallOnHold]{"calls_on_hold", "service/calls/status"}.ask(ctx, c, f, &all.Extent)
		if at.After(all.Server.Time) {
			all.Server = at
		}
		for _, call := range calls {
			if !c.repeats(f, call.ID) {
				call.Server = at
				c.recentServices.complete(&call.Service)
				all.Rows = append(all.Rows, call)
			}
		}
		return err
	})
	all.Services = c.Services()
	return all, err
}
