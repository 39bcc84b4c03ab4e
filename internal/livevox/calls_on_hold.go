package livevox

import (
	"context"
	"crypto/sha256"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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
	Extent
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

// heldCall is a call with the digest of all that the vendor tells of it.
type heldCall struct {
	CallOnHold
	digest [sha256.Size]byte
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (h *heldCall) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	raw, err := in.ReadValue()
	if err != nil {
		return err
	}
	h.digest = sha256.Sum256(raw)
	return json.Unmarshal(raw, &h.CallOnHold, in.Options())
}

// CallsOnHold asks for every call that is on hold. A call has no id: one that
// comes again, the same in all that the vendor tells, is one call.
func (c *Client) CallsOnHold(ctx context.Context) (CallsOnHold, error) {
	var all CallsOnHold
	seen := map[[sha256.Size]byte]bool{}
	err := c.each(ctx, func(f *filter) error {
		calls, at, err := method[heldCall]{"calls_on_hold", "service/calls/status"}.ask(ctx, c, f, &all.Extent)
		if at.After(all.Server.Time) {
			all.Server = at
		}
		for _, call := range calls {
			if !seen[call.digest] && !c.repeats(f, call.ID) {
				seen[call.digest] = true
				call.Server = at
				all.Rows = append(all.Rows, call.CallOnHold)
			}
		}
		return err
	})
	all.Services = c.Services()
	return all, err
}
