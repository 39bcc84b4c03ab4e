package livevox

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// passwordSoon is how many days before its end a password is reported.
const passwordSoon = 7

// environments tells the hosts (LiveVox API Overview).
const environments = "base_url must be the environment of the account: NA3 https://api.livevox.com, NA4 https://api.na4.livevox.com, NA5 https://api.na5.livevox.com, NA6 https://api.na6.livevox.com."

// checkSteps are login, clock and password: what the sources need first.
func checkSteps(c *livevox.Client) []collector.Step {
	return []collector.Step{
		{
			Name:   "login",
			Try:    c.Login,
			Advice: loginAdvice,
			Needed: true,
		},
		collector.ClockStep("LiveVox", func() (time.Duration, bool) { return c.NewestSkew(), true }),
		{
			Name:   "password",
			Try:    func(context.Context) error { return passwordEnds(c) },
			Advice: func(error) string { return "Change it at LiveVox and in the configuration: no login works after that." },
		},
	}
}

func passwordEnds(c *livevox.Client) error {
	at, known := c.PasswordExpiry()
	if days := time.Until(at).Hours() / 24; known && days <= passwordSoon {
		return api.Auth.Errorf("the password expires in %.0f days", max(0, days))
	}
	return nil
}

func loginAdvice(err error) string {
	switch api.ClassOf(err) {
	case api.Auth:
		return "Check client_name (the client code of the portal's client editor, not the name that it shows), username (its case matters), password, and access_token, which LiveVox Customer Care issues for one client. " +
			"Another environment than the account's refuses them too: " + environments
	case api.DNS, api.Connect, api.TLS, api.Timeout, api.ClientError, api.Schema:
		return "The host isn't there or doesn't answer as LiveVox does. " + environments
	}
	return ""
}

// roles says who may use a source (Real-Time Reporting API: User Roles of each
// method).
type roles string

// The roles that several methods name.
const (
	reportRoles roles = "Sysadmin, Superuser or Manager"
	feedRoles   roles = "Sysadmin or Manager"
)

// advice says what to do about an error of a polled source.
func (r roles) advice(_ config.Account, err error) string {
	switch class := api.ClassOf(err); {
	case class == api.Forbidden:
		return "The user needs the role " + string(r) + "; or switch the source off."
	case livevox.TooManyServices(err):
		return "List the services in filter.service_ids: a request may cover 150 of them."
	case class == api.ClientError:
		return "Check that the ids of filter exist; if the user sees more than 150 services, list them in filter.service_ids."
	case class == api.Auth:
		return loginAdvice(err)
	}
	return ""
}

// feedAdvice says what to do about an error of a feed.
func (r roles) feedAdvice(a config.Account, err error) string {
	switch class := api.ClassOf(err); {
	case class == api.Forbidden:
		return "The user needs the role " + string(r) + ", and LiveVox Customer Care must have enabled the feed."
	case livevox.TooManyServices(err):
		return r.advice(a, err)
	case class == api.ClientError || class == api.Schema:
		return "LiveVox Customer Care must enable the feed; until then switch the source off."
	}
	return r.advice(a, err)
}
