package liveperson

import (
	"bytes"
	"context"
	"net/url"
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Auth is how a client authenticates: OAuth2, OAuth1 or Bearer.
type Auth interface {
	authorizer(c *Client) authorizer
}

// authorizer is what a client needs of a way to authenticate.
type authorizer interface {
	// authorize returns the value of the header Authorization for a call.
	authorize(ctx context.Context, call api.Call) (string, error)
	// answered takes how the call that used value ended, at which try, and
	// returns whether trying again may help.
	answered(endpoint, value string, try int, err error) bool
}

// unauthorized returns the *api.StatusError behind err if the vendor refused
// the credentials.
func unauthorized(err error) *api.StatusError {
	if status := api.StatusOf(err); status != nil && status.Class() == api.Auth {
		return status
	}
	return nil
}

// problems are the codes of an error body that may be shown: those of OAuth 1
// (its Problem Reporting extension) and of RFC 6749, section 5.2.
var problems = []string{
	"version_rejected", "parameter_absent", "parameter_rejected", "timestamp_refused", "nonce_used",
	"signature_method_rejected", "signature_invalid", "consumer_key_unknown", "consumer_key_rejected",
	"consumer_key_refused", "token_used", "token_expired", "token_revoked", "token_rejected",
	"additional_authorization_required", "permission_unknown", "permission_denied",
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
	"unsupported_grant_type", "invalid_scope", "access_denied", "invalid_token", "insufficient_scope",
}

// problem finds the code in the body of an error: oauth_problem within the
// reason of a 401 (Agent Activity API, error codes), or OAuth 2's error.
func problem(body []byte) string {
	var e struct {
		Reason api.Text `json:"reason"`
		Error  api.Text `json:"error"`
	}
	if new(api.Decoder).Decode(bytes.NewReader(body), &e) != nil {
		return ""
	}
	reason, _ := url.ParseQuery(string(e.Reason))
	for _, code := range []string{reason.Get("oauth_problem"), string(e.Error)} {
		if slices.Contains(problems, code) {
			return code
		}
	}
	return ""
}
