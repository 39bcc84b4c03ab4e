package livevox

import (
	"context"
	"encoding/json"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// CallsOnHold is the answer to service/calls/status (Real-Time Reporting API:
// Get Hold Service Details).
type CallsOnHold struct {
	Rows []CallOnHold
	// Services are those that other answers showed, with calls on hold or without.
	Services []Service
	Skipped  int
	Partial  bool
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

// CallsOnHold asks for every call that is on hold. A call has no id: one that
// comes again, the same in all that the vendor tells, is one call.
func (c *Client) CallsOnHold(ctx context.Context) (CallsOnHold, error) {
	var all CallsOnHold
	seen := map[string]bool{}
	err := c.each(ctx, func(f *filter) error {
		var reply struct {
			fault
			CallsDetails *api.List[json.RawMessage] `json:"callsDetails"`
			TimeStamp    api.Time                   `json:"timeStamp"`
		}
		a, err := c.post(ctx, "calls_on_hold", "service/calls/status", request{f}, &reply)
		if err != nil {
			return err
		}
		list, err := records(reply.fault, a, "calls_on_hold", reply.CallsDetails)
		if err != nil {
			return err
		}
		for _, raw := range list.Items {
			row := CallOnHold{Server: reply.TimeStamp}
			if json.Unmarshal(raw, &row) != nil {
				all.Skipped++
				continue
			}
			if !seen[string(raw)] && !c.repeats(f, row.ID) {
				seen[string(raw)] = true
				all.Rows = append(all.Rows, row)
			}
		}
		all.Skipped += list.Skipped
		all.Partial = all.Partial || partial(a)
		return nil
	})
	if err != nil {
		return CallsOnHold{}, err
	}
	all.Services = c.Services()
	return all, nil
}
