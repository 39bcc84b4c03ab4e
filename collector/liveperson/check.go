package liveperson

import (
	"context"
	"errors"
	"fmt"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// checkSteps are discovery, login and clock, which the sources need first, and what is
// known of their windows.
func checkSteps(c *liveperson.Client, env collector.Env) []collector.Step {
	a := env.Account
	return append([]collector.Step{
		{
			Name:   "discovery",
			Try:    func(ctx context.Context) error { return discover(ctx, c, env) },
			Advice: func(err error) string { return discoveryAdvice(a, err) },
		},
		{
			Name:   "login",
			Try:    c.Login,
			Advice: func(err error) string { return loginAdvice(a, err) },
			Needed: true,
		},
		collector.ClockStep("LivePerson", c.NewestSkew),
	}, windowsStep(c, env)...)
}

// discover finds the host of each service that the account needs.
func discover(ctx context.Context, c *liveperson.Client, env collector.Env) error {
	var errs []error
	a := env.Account
	if keysOf(a).Auth.OAuth2 != nil {
		errs = append(errs, c.Find(ctx, liveperson.Sentinel))
	}
	for _, s := range sources() {
		if _, on := a.Sources[s.Name]; on && !env.Tried[s.Name] && !s.Derived {
			errs = append(errs, c.Find(ctx, s.Service))
		}
	}
	return errors.Join(errs...)
}

func discoveryAdvice(a config.Account, err error) string {
	status := api.StatusOf(err)
	switch {
	case status != nil && (status.Code == 401 || status.Code == 400 || status.Code == 404):
		return fmt.Sprintf("LivePerson doesn't know the account %s or has no such service for it: check account_id.", keysOf(a).AccountID)
	case api.ClassOf(err) == api.ClientError:
		return "If the host is yours, such as a proxy, add it to allowed_hosts; else don't, and find out who answers for discovery_url."
	}
	return ""
}

func loginAdvice(a config.Account, err error) string {
	if errors.Is(err, liveperson.ErrNoHost) {
		return discoveryAdvice(a, err)
	}
	status := api.StatusOf(err)
	if status == nil {
		return ""
	}
	switch {
	case status.Problem == "invalid_client" || status.Code == 401:
		return fmt.Sprintf("Check client_id and client_secret, and that the application is installed for the account %s; with domains.sentinel set, that it is the account's region.", keysOf(a).AccountID)
	case status.Problem == "unauthorized_client" || status.Problem == "unsupported_grant_type":
		return "The application must be installed with the grant type client_credentials."
	case status.Code == 403 || status.Code == 404 || status.Code == 400:
		return "Sentinel refuses the application: check account_id, its region, and that the application has the grant type client_credentials and is enabled."
	case status.Code == 451:
		return "LivePerson has blocked the account or the application: open a case with LivePerson."
	}
	return ""
}

// permissions are what an application (OAuth 2) or a key (OAuth 1) needs for a
// source.
type permissions struct{ application, key string }

// advice says what to do about an error of a source that needs p.
func (p permissions) advice(a config.Account, err error) string {
	status, auth := api.StatusOf(err), keysOf(a).Auth
	if status == nil {
		return ""
	}
	if auth.OAuth1 != nil && oauth1Advice(status.Problem) != "" {
		return oauth1Advice(status.Problem)
	}
	unproven := "" // what no login has tried
	if status.Code == 401 && auth.OAuth2 == nil {
		unproven = "The credentials may be wrong, revoked or expired. "
	}
	switch c := status.Class(); {
	case (c == api.Auth || c == api.Forbidden) && auth.OAuth1 != nil:
		return unproven + p.key
	case c == api.Auth || c == api.Forbidden:
		return unproven + p.application
	case status.Code == 404:
		return "The host doesn't know the account or the method: check account_id and, if set, domains."
	case c == api.ClientError:
		return "LivePerson refuses the request: check the options of the source."
	}
	return ""
}

// oauth1Advice says what to do about the codes of the OAuth Problem Reporting
// extension.
func oauth1Advice(problem string) string {
	switch problem {
	case "timestamp_refused", "nonce_used":
		return "LivePerson refuses the time of the signature: synchronise this machine's clock (NTP)."
	case "signature_invalid", "signature_method_rejected":
		return "The signature is wrong: check consumer_secret and access_token_secret."
	case "token_revoked", "token_expired", "token_rejected", "token_used":
		return "The access token of the application key was revoked: make a new key. LivePerson ended OAuth 1 on 31 May 2026: better, install an application for oauth2."
	case "consumer_key_unknown", "consumer_key_rejected", "consumer_key_refused":
		return "The application key is not known or disabled: check consumer_key. LivePerson ended OAuth 1 on 31 May 2026: better, install an application for oauth2."
	}
	return ""
}
