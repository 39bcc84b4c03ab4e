package livevox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// FuzzMethods answers every method, and then the login too, with the same bytes:
// nothing panics, what is no answer is an error, and none cites it.
func FuzzMethods(f *testing.F) {
	for _, s := range []string{
		`{"stats":[{"serviceId":9001,"cip":3,"totalOffered":"7"}]}`, `{"stats":[{"campaignId":1,"timezoneBreakdown":[{"timezone":"ET","count":3}]}]}`,
		`{"callsDetails":[{"serviceId":1,"calls":[]},{"9001":[{"holdTime":3}]}]}`, `{"liveConnects":[{"count":1}]}`, `{"agentAverages":[{"state":"READY","average":3}]}`,
		`{"service":[{"serviceId":1}],"next":"x"}`, `{"sessionId":"abc","userId":7,"daysUntilPasswordExpires":"9"}`, `{"code":202,"message":"no"}`, `{"session":"1","agent":"x"}`,
		`{"stats":[{"serviceId":1},...]}`, `[]`, `null`, ``, `{`, `<html>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		secret := "canary" + "-4711"
		body := bytes.ReplaceAll(b, []byte("$"), []byte(secret))
		for _, login := range []string{`{"sessionId":"abc"}`, string(body)} {
			c := fuzzed(t, login, body)
			for name, ask := range methods() {
				if err := ask(t.Context(), c); err != nil && (strings.Contains(err.Error(), secret) || api.ClassOf(err) == "") {
					t.Fatalf("%s of %q: %v", name, body, err)
				}
			}
		}
	})
}

// methods are those that don't follow a feed.
func methods() map[string]func(context.Context, *Client) error {
	call := Call{SessionID: "1", TransactionID: "2", ServiceID: "3"}
	return map[string]func(context.Context, *Client) error{
		"service stats":  func(ctx context.Context, c *Client) error { _, err := c.ServiceStats(ctx); return err },
		"agents status":  func(ctx context.Context, c *Client) error { _, err := c.AgentsStatus(ctx); return err },
		"agent stats":    func(ctx context.Context, c *Client) error { _, err := c.AgentStats(ctx); return err },
		"legacy stats":   func(ctx context.Context, c *Client) error { _, err := c.LegacyAgentStats(ctx); return err },
		"calls on hold":  func(ctx context.Context, c *Client) error { _, err := c.CallsOnHold(ctx); return err },
		"campaign stats": func(ctx context.Context, c *Client) error { _, err := c.CampaignStats(ctx); return err },
		"averages":       func(ctx context.Context, c *Client) error { _, err := c.AgentAverages(ctx); return err },
		"live connects":  func(ctx context.Context, c *Client) error { _, err := c.LiveConnects(ctx); return err },
		"services":       func(ctx context.Context, c *Client) error { _, err := c.listServices(ctx, ""); return err },
		"in call":        func(ctx context.Context, c *Client) error { _, err := c.InCall(ctx, call); return err },
		"post call":      func(ctx context.Context, c *Client) error { _, err := c.PostCall(ctx, call); return err },
	}
}

// fuzzed returns a client whose vendor always says the same.
func fuzzed(t *testing.T, login string, body []byte) *Client {
	t.Helper()
	logins := 0
	c, err := New(Config{
		BaseURL: "https://api.example.com", ClientName: "ACME", Username: "metrics",
		Password: func() string { return password }, AccessToken: func() string { return accessToken },
		HTTP: &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			text := body
			if strings.HasSuffix(r.URL.Path, "/login") {
				if logins++; logins > 1 {
					return nil, errors.New("one login is enough")
				}
				text = []byte(login)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tripper is a transport that is a function.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
