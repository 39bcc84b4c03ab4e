package liveperson

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Keys are the keys that only accounts of LivePerson have.
type Keys struct {
	AccountID    string `yaml:"account_id" required:"true" pattern:"^[A-Za-z0-9]{1,32}$" form:"1 to 32 letters and digits" doc:"The vendor's id of the account (site id)."`
	Auth         Auth   `yaml:"auth" doc:"The credentials."`
	DiscoveryURL string `yaml:"discovery_url" doc:"The Domain API, which tells the host of each service."`
	// AllowedHosts are in lower case, without a leading dot.
	AllowedHosts []string `yaml:"allowed_hosts" doc:"Suffixes of host names that may get credentials besides liveperson.net, if the Domain API names them."`
	// Domains are complete URLs.
	Domains       map[string]string `yaml:"domains" keys:"sentinel,msgHist,leDataReporting,agentActivityDomain,agentManagerWorkspace,accountConfigReadOnly" doc:"Base URLs by service name, used instead of asking the Domain API. A bare host means https."`
	RequestSource string            `yaml:"request_source" pattern:"^[A-Za-z0-9_]{1,20}$" form:"1 to 20 letters, digits and underscores" doc:"The parameter source of the Agent Activity API, by which the vendor tells its callers apart."`
}

// Auth holds the credentials of an account: exactly one of them.
type Auth struct {
	OAuth2      *OAuth2       `yaml:"oauth2" choice:"one" doc:"OAuth 2 client credentials."`
	OAuth1      *OAuth1       `yaml:"oauth1" choice:"one" doc:"The four parts of an OAuth 1 application key."`
	BearerToken config.Secret `yaml:"bearer_token" choice:"one" doc:"A token that another program renews."`
}

// OAuth2 are client credentials.
type OAuth2 struct {
	ClientID     string        `yaml:"client_id" required:"true" doc:"Id of the application."`
	ClientSecret config.Secret `yaml:"client_secret" required:"true" doc:"Its secret."`
}

// OAuth1 are the four parts of an application key.
type OAuth1 struct {
	ConsumerKey       string        `yaml:"consumer_key" required:"true" doc:"App key."`
	ConsumerSecret    config.Secret `yaml:"consumer_secret" required:"true" doc:"Its secret."`
	AccessToken       config.Secret `yaml:"access_token" required:"true" doc:"Access token."`
	AccessTokenSecret config.Secret `yaml:"access_token_secret" required:"true" doc:"Its secret."`
}

// defaultKeys returns the keys of an account of which the file says nothing yet.
func defaultKeys() config.Keys {
	return &Keys{DiscoveryURL: "https://api.liveperson.net", RequestSource: "contactcenter"}
}

// keysOf returns the account's own keys.
func keysOf(a config.Account) *Keys { return a.Keys.(*Keys) }

// Validate checks addresses and hosts and completes bare ones.
func (k *Keys) Validate(allowHTTP bool) error {
	var errs []error
	note := func(key string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	var err error
	k.DiscoveryURL, err = config.CheckURL(k.DiscoveryURL, allowHTTP)
	note("discovery_url", err)
	for service, text := range k.Domains {
		if text != "" && !strings.Contains(text, "://") {
			text = "https://" + text
		}
		k.Domains[service], err = config.CheckURL(text, allowHTTP)
		note("domains."+service, err)
	}
	for i, host := range k.AllowedHosts {
		k.AllowedHosts[i], err = config.CheckHostSuffix(host)
		note(fmt.Sprintf("allowed_hosts[%d]", i), err)
	}
	return errors.Join(errs...)
}

// Addresses returns the Domain API and the services that are not asked of it.
func (k *Keys) Addresses() []string {
	return append(slices.Sorted(maps.Values(k.Domains)), k.DiscoveryURL)
}

// HostSuffixes returns allowed_hosts.
func (k *Keys) HostSuffixes() []string { return k.AllowedHosts }
