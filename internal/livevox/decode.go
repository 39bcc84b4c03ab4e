package livevox

import (
	"net/http"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// read decodes an answer into v and closes it.
func (c *Client) read(call api.Call, resp *http.Response, v any) (api.Answer, error) {
	defer resp.Body.Close()
	a := api.AnswerOf(resp)
	c.clock.Heard(a.Date)
	var d api.Decoder
	err := d.Decode(resp.Body, v)
	a.Malformed = d.Malformed()
	if err != nil {
		return a, wrap(call.Endpoint, err)
	}
	return a, nil
}
