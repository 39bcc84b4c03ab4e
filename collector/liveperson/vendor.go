// Package liveperson says what there is to measure of LivePerson: one file per
// endpoint, with its metrics and the pure function that fills them from the
// vendor's answer.
package liveperson

import (
	"fmt"
	"net/url"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/operations"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// Vendor returns what there is to measure of LivePerson.
func Vendor() collector.Vendor {
	return collector.Vendor{
		Name: "liveperson", Title: "LivePerson", Identity: config.ID, Keys: defaultKeys,
		Sources: sources(), Open: open,
	}
}

// sources returns the sources of a LivePerson account.
func sources() []collector.Source {
	return []collector.Source{
		agentStatusSource(),
		agentActivitySource(),
		statusChangesSource(),
		queuesSource(),
		queueHealthSource(),
		namesSource(),
		intervalMetricsSource(),
		agentSegmentsSource(),
		segmentBreakdownSource(),
		agentViewSource(),
		operations.Source(func(collector.Setup) operations.Measure { return measured }, func(collector.Setup) operations.AgentIDs { return operations.AgentIDs{Fits: isAgentID} }),
	}
}

// open makes the client of an account and opens the sources that are on.
func open(env collector.Env) (*collector.Account, error) {
	client, err := newClient(env)
	if err != nil {
		return nil, err
	}
	names := &knownNames{}
	collectors := collector.Enabled(env, sources(), shared{client, names})
	if _, on := env.Account.Sources["names"]; on {
		for i := range collectors {
			c := &collectors[i]
			c.Collect, c.OpenPast = names.naming(c.Collect), names.namingPast(c.OpenPast, client)
		}
	}
	return &collector.Account{Collectors: collectors, Steps: checkSteps(client, env)}, nil
}

// shared is what the sources of an account have in common.
type shared struct {
	client *liveperson.Client
	names  *knownNames
}

// clientOf returns the client that a source is opened with.
func clientOf(s collector.Setup) *liveperson.Client { return s.Client.(shared).client }

// newClient returns the client of an account.
func newClient(env collector.Env) (*liveperson.Client, error) {
	k, allowHTTP := keysOf(env.Account), env.Account.AllowHTTP
	discovery, err := parsed(k.DiscoveryURL, allowHTTP)
	if err != nil {
		return nil, fmt.Errorf("discovery_url: %w", err)
	}
	domains := map[string]*url.URL{}
	for service, text := range k.Domains {
		if domains[service], err = parsed(text, allowHTTP); err != nil {
			return nil, fmt.Errorf("domains.%s: %w", service, err)
		}
	}
	return liveperson.New(liveperson.Options{
		Account: k.AccountID, HTTP: env.HTTP, Auth: authOf(k.Auth), Renewed: env.Renewed,
		Discovery: discovery, Domains: domains, AllowedHosts: k.AllowedHosts, AllowHTTP: allowHTTP, RequestSource: k.RequestSource,
	}), nil
}

// parsed returns an address that the configuration may name.
func parsed(text string, allowHTTP bool) (*url.URL, error) {
	text, err := config.CheckURL(text, allowHTTP)
	if err != nil {
		return nil, err
	}
	return url.Parse(text)
}

func authOf(a Auth) liveperson.Auth {
	switch {
	case a.OAuth2 != nil:
		return liveperson.OAuth2{ClientID: a.OAuth2.ClientID, Secret: a.OAuth2.ClientSecret.Read}
	case a.OAuth1 != nil:
		return liveperson.OAuth1{
			ConsumerKey: a.OAuth1.ConsumerKey, ConsumerSecret: a.OAuth1.ConsumerSecret.Read,
			Token: a.OAuth1.AccessToken.Read, TokenSecret: a.OAuth1.AccessTokenSecret.Read,
		}
	}
	return liveperson.Bearer(a.BearerToken.Read)
}

// pages is the number of pages of a size that hold a number of records.
func pages(records, size int) float64 {
	return float64(max(1, (records+size-1)/size))
}
