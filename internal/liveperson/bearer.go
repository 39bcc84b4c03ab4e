package liveperson

import (
	"context"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Bearer returns a token that another program renews, such as one in a file. It is called
// before each request.
type Bearer func() string

func (b Bearer) authorizer(*Client) authorizer { return b }

func (b Bearer) authorize(context.Context, api.Call) (string, error) {
	token := strings.TrimSpace(b())
	if !headerSafe(token) {
		return "", api.Auth.Errorf("the bearer token is empty or not one line of text")
	}
	return "Bearer " + token, nil
}

// answered says to try again if the token was replaced since the refused call.
func (b Bearer) answered(_, value string, _ int, err error) bool {
	if unauthorized(err) == nil {
		return false
	}
	now, err := b.authorize(context.Background(), api.Call{})
	return err == nil && now != value
}

// headerSafe reports whether a token can stand in a header.
func headerSafe(token string) bool {
	for _, c := range []byte(token) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return token != "" && len(token) <= 16<<10
}
