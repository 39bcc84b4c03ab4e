package livevox

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// mostKept is the largest room for an answer that is kept for the next one.
const mostKept = 2 << 20

// read decodes an answer into v and closes it. What is not JSON only because of
// the slips that the vendor's own pages show is mended first.
func (c *Client) read(call api.Call, resp *http.Response, v any) (api.Answer, error) {
	defer resp.Body.Close()
	a := api.Answer{Status: resp.StatusCode, Header: resp.Header}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		a.Date = date
	}
	c.clock.heard(a.Date)
	if err := c.take(resp, v); err != nil {
		return a, wrap(call.Endpoint, err)
	}
	return a, nil
}

// take decodes a body, as it arrives where v can be read so.
func (c *Client) take(resp *http.Response, v any) error {
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		return api.Schema.Errorf("the answer is an HTML page, not JSON")
	}
	if o, ok := v.(api.FieldReader); ok {
		return c.answers.Decode(resp.Body, true, o)
	}
	body, _ := c.bodies.Get().(*bytes.Buffer)
	if body == nil {
		body = &bytes.Buffer{}
	}
	_, err := body.ReadFrom(resp.Body)
	if err == nil {
		err = decode(body.Bytes(), v)
	}
	if body.Cap() <= mostKept {
		body.Reset()
		c.bodies.Put(body)
	}
	return err
}

func decode(body []byte, v any) error {
	if text := bytes.TrimSpace(body); len(text) == 0 || string(text) == "null" {
		return api.Schema.Errorf("the answer is empty")
	}
	err := json.Unmarshal(body, v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		if again := json.Unmarshal(mend(body), v); again == nil {
			return nil
		}
	}
	return decodeError(err, body)
}

// decodeError says what is wrong without citing the answer.
func decodeError(err error, body []byte) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind):
		return api.Schema.Errorf("the answer has another form than documented at byte %d", kind.Offset)
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(body)):
		return &api.Error{Class: api.Truncated, Err: errors.New("the answer ends before it is complete")}
	}
	return api.Schema.Errorf("the answer is not JSON")
}
