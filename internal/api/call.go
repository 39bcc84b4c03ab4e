package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Call is one request to a vendor.
type Call struct {
	// Endpoint names the call in the exporter's own metrics and errors, such as
	// "agent_status" or "login".
	Endpoint string
	Method   string
	URL      *url.URL
	Header   http.Header
	Body     []byte
	// Priority is PriorityLogin for a login; zero leaves that of the context.
	Priority Priority
	// Idempotent is true for a POST that changes nothing, so that the transport
	// may send it again. Logins are not sent again.
	Idempotent bool
	// Stream is true for an answer without an end.
	Stream bool
	// Hold is how long the vendor holds the answer back on purpose, as it does with
	// a long poll that has no news.
	Hold time.Duration
	// Problem finds the harmless error code in a vendor's error body; nil where
	// there is none.
	Problem func(body []byte) string
}

// Answer is what came back besides the decoded body.
type Answer struct {
	Status int
	Header http.Header
	// Malformed names the fields with values that could not be read, once per
	// value: they are absent.
	Malformed []string
}

// maxProblem bounds what is read of an error's body.
const maxProblem = 16 << 10

// JSON sends the call and decodes the answer's JSON into v. An answer with
// another status than 2xx is a *StatusError, which errors.As finds; every
// error names the endpoint and neither the query nor the body.
func (c Call) JSON(ctx context.Context, hc *http.Client, v any) (Answer, error) {
	resp, err := c.Open(ctx, hc)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	return c.Read(resp, v)
}

// Read decodes the JSON of an answer that Open returned into v. The caller closes it.
func (c Call) Read(resp *http.Response, v any) (Answer, error) {
	a := AnswerOf(resp)
	var d Decoder
	err := d.Decode(resp.Body, v)
	a.Malformed = d.Malformed()
	if err != nil {
		return a, fmt.Errorf("%s: %w", c.Endpoint, err)
	}
	return a, nil
}

// Open sends the call and returns the answer with its body still to be read
// and closed by the caller, if its status is 2xx.
func (c Call) Open(ctx context.Context, hc *http.Client) (*http.Response, error) {
	req, err := c.request(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Endpoint, err)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Endpoint, withoutURL(err))
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, fmt.Errorf("%s: %w", c.Endpoint, c.statusError(resp))
}

func (c Call) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if c.Body != nil {
		body = bytes.NewReader(c.Body)
	}
	req, err := http.NewRequestWithContext(c.context(ctx), c.Method, c.URL.String(), body)
	if err != nil {
		return nil, withoutURL(err)
	}
	for k, v := range c.Header {
		req.Header[k] = v
	}
	if c.Idempotent {
		req.Header["Idempotency-Key"] = nil // net/http's mark: may be repeated, is not sent
	}
	return req, nil
}

// context adds the call's fields to the Request that the caller has put into ctx.
func (c Call) context(ctx context.Context) context.Context {
	r := RequestOf(ctx)
	r.Endpoint, r.Idempotent, r.Stream, r.Hold = c.Endpoint, c.Idempotent || c.Method == http.MethodGet, c.Stream, c.Hold
	if c.Priority != 0 {
		r.Priority = c.Priority
	}
	return WithRequest(ctx, r)
}

func (c Call) statusError(resp *http.Response) error {
	e := &StatusError{Code: resp.StatusCode}
	if c.Problem != nil {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
		e.Problem = c.Problem(body)
	}
	return e
}

// AnswerOf returns what an answer says besides its body.
func AnswerOf(resp *http.Response) Answer {
	return Answer{Status: resp.StatusCode, Header: resp.Header}
}

// withoutURL removes from an error of net/http the URL, whose query may hold what
// must not be read, and what it cites of the answer.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return uncited(err)
}
