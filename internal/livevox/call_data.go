package livevox

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Call is what a call is looked up by. Its session is that of the telephone
// line, not of the API. The tags are those of calls in a stored cursor.
type Call struct {
	SessionID     string `json:"s"`
	TransactionID ID     `json:"t"`
	ServiceID     ID     `json:"v,omitempty"`
}

// ErrNoCall says that the vendor has no such call, or not any more: one that
// ended between two requests is no error.
var ErrNoCall = errors.New("the call is not known, or not any more")

// InCall is the answer to callData/inCall (Real-Time Reporting API: Read In Call
// Metadata), which is given only while the call lasts.
type InCall struct {
	ServiceID ID `json:"serviceId"`
	// TotalDue is in the account's currency.
	TotalDue  api.Number `json:"totalDue"`
	Outbound  api.Bool   `json:"callDirectionOutbound"`
	StartTime api.Time   `json:"callStartTime"`
}

// PostCall is the answer to callData/postCall (Real-Time Reporting API: Read Post
// Call Metadata), which is given on the day of the call.
type PostCall struct {
	ServiceID ID       `json:"serviceId"`
	EndTime   api.Time `json:"callEndTime"`
	Result    api.Text `json:"lvResult"`
	TermCode  api.Text `json:"termCodeName"`
}

// InCall looks up a call that lasts. The error is ErrNoCall if it has ended.
func (c *Client) InCall(ctx context.Context, call Call) (InCall, error) {
	var reply struct {
		fault
		InCall
	}
	err := c.lookUp(ctx, "inCall", call, &reply, &reply.fault)
	if err == nil && reply.InCall == (InCall{}) {
		err = ErrNoCall // the answer says nothing of it
	}
	return reply.InCall, err
}

// PostCall looks up a call that has ended. The error is ErrNoCall if the vendor
// doesn't know it.
func (c *Client) PostCall(ctx context.Context, call Call) (PostCall, error) {
	var reply struct {
		fault
		PostCall
	}
	err := c.lookUp(ctx, "postCall", call, &reply, &reply.fault)
	return reply.PostCall, err
}

func (c *Client) lookUp(ctx context.Context, method string, call Call, reply any, f *fault) error {
	query := url.Values{"session": {call.SessionID}, "transaction": {string(call.TransactionID)}}
	a, err := c.ask(ctx, c.call("call_data", http.MethodGet, "realtime/callData/"+method, query), reply)
	if err == nil {
		err = f.in(a)
		if api.ClassOf(err) == api.ClientError {
			return ErrNoCall // the vendor's error object in place of the data
		}
	}
	if a.Status == http.StatusNoContent {
		return ErrNoCall
	}
	if status := api.StatusOf(err); status != nil && status.Class() == api.ClientError && status.Code != http.StatusMethodNotAllowed {
		return ErrNoCall
	}
	return err
}
