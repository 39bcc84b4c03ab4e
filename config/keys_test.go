package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Keys that look like the real ones, which live in packages that import this one.

type shopKeys struct {
	AccountID    string   `yaml:"account_id" required:"true" pattern:"^[A-Za-z0-9]{1,32}$" form:"1 to 32 letters and digits" doc:"The vendor's id of the account (site id)."`
	Auth         shopAuth `yaml:"auth" doc:"The credentials."`
	DiscoveryURL string   `yaml:"discovery_url" doc:"The Domain API, which tells the host of each service."`
	// AllowedHosts are in lower case, without a leading dot.
	AllowedHosts []string `yaml:"allowed_hosts" doc:"Suffixes of host names that may get credentials besides liveperson.net, if the Domain API names them."`
	// Domains are complete URLs.
	Domains       map[string]string `yaml:"domains" keys:"sentinel,msgHist,leDataReporting,agentActivityDomain,agentManagerWorkspace" doc:"Base URLs by service name, used instead of asking the Domain API. A bare host means https."`
	RequestSource string            `yaml:"request_source" pattern:"^[A-Za-z0-9_]{1,20}$" form:"1 to 20 letters, digits and underscores" doc:"The parameter source of the Agent Activity API, by which the vendor tells its callers apart."`
}

type shopAuth struct {
	OAuth2      *shopOAuth2 `yaml:"oauth2" choice:"one" doc:"OAuth 2 client credentials."`
	OAuth1      *shopOAuth1 `yaml:"oauth1" choice:"one" doc:"The four parts of an OAuth 1 application key."`
	BearerToken Secret      `yaml:"bearer_token" choice:"one" doc:"A token that another program renews."`
}

type shopOAuth2 struct {
	ClientID     string `yaml:"client_id" required:"true" doc:"Id of the application."`
	ClientSecret Secret `yaml:"client_secret" required:"true" doc:"Its secret."`
}

type shopOAuth1 struct {
	ConsumerKey       string `yaml:"consumer_key" required:"true" doc:"App key."`
	ConsumerSecret    Secret `yaml:"consumer_secret" required:"true" doc:"Its secret."`
	AccessToken       Secret `yaml:"access_token" required:"true" doc:"Access token."`
	AccessTokenSecret Secret `yaml:"access_token_secret" required:"true" doc:"Its secret."`
}

func (k *shopKeys) Validate(allowHTTP bool) error {
	var errs []error
	note := func(key string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	var err error
	k.DiscoveryURL, err = CheckURL(k.DiscoveryURL, allowHTTP)
	note("discovery_url", err)
	for service, text := range k.Domains {
		if text != "" && !strings.Contains(text, "://") {
			text = "https://" + text
		}
		k.Domains[service], err = CheckURL(text, allowHTTP)
		note("domains."+service, err)
	}
	for i, host := range k.AllowedHosts {
		k.AllowedHosts[i], err = CheckHostSuffix(host)
		note(fmt.Sprintf("allowed_hosts[%d]", i), err)
	}
	return errors.Join(errs...)
}

func (k *shopKeys) Addresses() []string {
	return append(slices.Sorted(maps.Values(k.Domains)), k.DiscoveryURL)
}

func (k *shopKeys) HostSuffixes() []string { return k.AllowedHosts }

type dialerKeys struct {
	Auth    dialerAuth `yaml:"auth" doc:"The credentials."`
	BaseURL string     `yaml:"base_url" doc:"The API of the environment that the account lives in."`

	DayTimezone Zone         `yaml:"day_timezone" last:"true" doc:"IANA name of the zone in which the vendor's day ends. Without it a drop of the day's totals shows that a new day has begun."`
	Filter      dialerFilter `yaml:"filter" last:"true" doc:"Restricts the account."`
	Results     dialResults  `yaml:"results" last:"true" doc:"Classes of results of dialled calls."`
	DialHours   []OpenTimes  `yaml:"dialing_hours" last:"true" doc:"When numbers may be dialled."`
	Logout      bool         `yaml:"logout" last:"true" doc:"Ends the session when the exporter stops, and with it that of every process with the same user and token."`
}

type dialerAuth struct {
	ClientName  string `yaml:"client_name" required:"true" doc:"The client that the user belongs to."`
	Username    string `yaml:"username" required:"true" doc:"The API user."`
	Password    Secret `yaml:"password" required:"true" doc:"The user's password."`
	AccessToken Secret `yaml:"access_token" required:"true" doc:"The client's API access token (LV-Access)."`
}

type dialResults struct {
	Machine []Pattern `yaml:"machine" doc:"Results of calls that a machine answered."`
}

type dialerFilter struct {
	ServiceIDs    []string `yaml:"service_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these services; empty: all."`
	CallCenterIDs []string `yaml:"call_center_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these call centers; empty: all."`
}

func (k *dialerKeys) Validate(allowHTTP bool) error {
	var err error
	if k.BaseURL, err = CheckURL(k.BaseURL, allowHTTP); err != nil {
		return fmt.Errorf("base_url: %w", err)
	}
	return nil
}

func (k *dialerKeys) Addresses() []string { return []string{k.BaseURL} }

func (k *dialerKeys) HostSuffixes() []string { return nil }
