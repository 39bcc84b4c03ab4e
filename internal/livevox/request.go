package livevox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// call is a request to path below the base URL, with query if not nil.
func (c *Client) call(endpoint, method, path string, query url.Values) api.Call {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	return api.Call{
		Endpoint:   endpoint,
		Method:     method,
		URL:        u,
		Header:     http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}},
		Idempotent: true,
		Problem:    problem,
	}
}

// realtime is a request to a method of the real-time API, all of which read,
// although most are POSTs.
func (c *Client) realtime(endpoint, path string, body any) (api.Call, error) {
	call := c.call(endpoint, http.MethodPost, "realtime/"+path, nil)
	b, err := json.Marshal(body)
	call.Body = b
	return call, err
}

// wrap says which endpoint an error is about.
func wrap(endpoint string, err error) error { return fmt.Errorf("%s: %w", endpoint, err) }

// ask sends a call within the session and decodes its answer into v.
func (c *Client) ask(ctx context.Context, call api.Call, v any) (api.Answer, error) {
	resp, err := c.open(ctx, call)
	if err != nil {
		return api.Answer{}, err
	}
	defer resp.Body.Close()
	return call.Read(resp, v)
}

// open sends a call within the session. A session that the vendor refuses is
// renewed, and the call sent once more. A missing role (403) says nothing about the
// session.
func (c *Client) open(ctx context.Context, call api.Call) (*http.Response, error) {
	k, err := c.session.current(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.openWith(ctx, call, k)
	if !unauthorized(err) || c.session.backoff.RefusesAnySession(call.Endpoint) {
		return resp, err
	}
	if k, err = c.session.renew(ctx, k); err != nil {
		return nil, err
	}
	if resp, err = c.openWith(ctx, call, k); unauthorized(err) {
		c.session.backoff.Refused(call.Endpoint)
	}
	return resp, err
}

func (c *Client) openWith(ctx context.Context, call api.Call, k key) (*http.Response, error) {
	call.Header = call.Header.Clone()
	call.Header.Set("LV-Session", k.id)
	resp, err := call.Open(ctx, c.http)
	if status := api.StatusOf(err); err == nil || status != nil && status.Code < 500 && status.Code != http.StatusUnauthorized {
		c.session.accepted(k, call.Endpoint)
	}
	return resp, err
}

func unauthorized(err error) bool { return api.HasStatus(err, http.StatusUnauthorized) }

// fault is the vendor's error object. It may come with a status of success in
// place of the data (REST APIs: Errors).
type fault struct {
	Code    api.Text `json:"code"`
	Message api.Text `json:"message"`
}

// in returns the error of an answer that has the error object in place of the data; nil
// for any other answer.
func (f fault) in(a api.Answer) error {
	if f.Code == "" || f.Message == "" {
		return nil
	}
	class := api.ClientError
	if strings.HasPrefix(string(f.Code), "5") {
		class = api.VendorError
	}
	return class.Errorf("HTTP %d, but with an error in place of the data (%s)", a.Status, f.problem())
}

// records returns the list of an answer. One that is missing has no Items, unless the
// vendor's error object stands in its place.
func records[T any](f fault, a api.Answer, list *api.List[T]) (api.List[T], error) {
	if list != nil {
		return *list, nil
	}
	return api.List[T]{}, f.in(a)
}

// problem finds the vendor's own code in an error's body, which may be anything.
func problem(body []byte) string {
	var f fault
	if new(api.Decoder).Decode(bytes.NewReader(body), &f) != nil {
		return ""
	}
	return f.problem()
}

// The vendor has one code for a token older than a day and for more services than one
// request may cover. Only the message tells them apart, if it does.
const (
	notAcceptable   = "code 202"
	tooManyServices = notAcceptable + ", too many services"
)

// aboutServices is how a message names the limit of services rather than that of time.
var aboutServices = regexp.MustCompile(`(?i)\bservices\b|\b150\b`)

// problem returns what may be shown of a fault: the code, if it is one of the
// vendor's numbers, and what the message is about, where that matters.
func (f fault) problem() string {
	n, err := strconv.ParseUint(string(f.Code), 10, 20)
	if err != nil {
		return ""
	}
	code := "code " + strconv.FormatUint(n, 10)
	if code == notAcceptable && aboutServices.MatchString(string(f.Message)) && !strings.Contains(string(f.Message), "24 hours") {
		return tooManyServices
	}
	return code
}

// notAcceptableError reports whether the vendor refused a request with that code.
func notAcceptableError(err error) bool { return refusedAs(err, notAcceptable, tooManyServices) }

// TooManyServices reports whether the vendor refused a request because it covers
// more than 150 services.
func TooManyServices(err error) bool { return refusedAs(err, tooManyServices) }

// tokenRefused reports whether the vendor may have refused a request for its token.
func tokenRefused(err error) bool { return refusedAs(err, notAcceptable) }

func refusedAs(err error, problems ...string) bool {
	return api.HasStatus(err, http.StatusBadRequest) && slices.Contains(problems, api.StatusOf(err).Problem)
}
