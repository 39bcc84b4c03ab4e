package livevox

import (
	"fmt"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Keys are the keys that only accounts of LiveVox have.
type Keys struct {
	Auth    Auth   `yaml:"auth" doc:"The credentials."`
	BaseURL string `yaml:"base_url" doc:"The API of the environment that the account lives in."`

	DayTimezone  config.Zone        `yaml:"day_timezone" last:"true" doc:"IANA name of the zone in which the vendor's day ends. Without it a drop of the day's totals shows that a new day has begun."`
	Filter       Filter             `yaml:"filter" last:"true" doc:"Restricts the account."`
	Results      Results            `yaml:"results" last:"true" doc:"Classes of results of dialled calls, for livevox_dialed_calls_total, as patterns with * and ?. They come before the built-in ones."`
	DialingHours []config.OpenTimes `yaml:"dialing_hours" last:"true" doc:"When numbers may be dialled by the clocks of their own time zone, for livevox_timezone_dialable: weekly times, as in hours. Without any, zones are not judged."`
	Logout       bool               `yaml:"logout" last:"true" doc:"Ends the session when the exporter stops, and with it that of every process with the same user and token."`
}

// Auth holds the credentials of an account.
type Auth struct {
	ClientName  string        `yaml:"client_name" required:"true" doc:"The client that the user belongs to."`
	Username    string        `yaml:"username" required:"true" doc:"The API user."`
	Password    config.Secret `yaml:"password" required:"true" doc:"The user's password."`
	AccessToken config.Secret `yaml:"access_token" required:"true" doc:"The client's API access token (LV-Access)."`
}

// Filter restricts an account to services and call centers.
type Filter struct {
	ServiceIDs    []string `yaml:"service_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these services; empty: all."`
	CallCenterIDs []string `yaml:"call_center_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these call centers; empty: all."`
}

// defaultKeys returns the keys of an account of which the file says nothing yet.
func defaultKeys() config.Keys {
	return &Keys{BaseURL: "https://api.livevox.com", DialingHours: defaultDialingHours()}
}

// keysOf returns the account's own keys.
func keysOf(a config.Account) *Keys { return a.Keys.(*Keys) }

// Validate checks the address.
func (k *Keys) Validate(allowHTTP bool) error {
	var err error
	if k.BaseURL, err = config.CheckURL(k.BaseURL, allowHTTP); err != nil {
		return fmt.Errorf("base_url: %w", err)
	}
	return nil
}

// Addresses returns base_url.
func (k *Keys) Addresses() []string { return []string{k.BaseURL} }

// HostSuffixes returns nothing: LiveVox names no hosts.
func (k *Keys) HostSuffixes() []string { return nil }
