package collector

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
)

// LivePerson returns the sources of a LivePerson account.
func LivePerson() []Source {
	return []Source{
		livePersonAgentStatus(),
		livePersonAgentActivity(),
		livePersonStatusChanges(),
	}
}

// openLivePerson returns the client of an account.
func openLivePerson(env Env) (*liveperson.Client, error) {
	a := env.Account
	return liveperson.New(liveperson.Options{
		Account:       a.AccountID,
		HTTP:          env.HTTP,
		Auth:          livePersonAuth(a.Auth, env.Renewed),
		DiscoveryURL:  a.DiscoveryURL,
		Domains:       a.Domains,
		AllowedHosts:  a.AllowedHosts,
		AllowHTTP:     a.AllowHTTP,
		RequestSource: a.RequestSource,
	})
}

func livePersonAuth(a config.Auth, renewed func(error)) liveperson.Auth {
	auth := liveperson.Auth{Renewed: renewed}
	if a.OAuth2 != nil {
		auth.OAuth2 = &liveperson.OAuth2{ClientID: a.OAuth2.ClientID, Secret: a.OAuth2.ClientSecret.Read}
	}
	if a.OAuth1 != nil {
		auth.OAuth1 = &liveperson.OAuth1{
			ConsumerKey:    a.OAuth1.ConsumerKey,
			ConsumerSecret: a.OAuth1.ConsumerSecret.Read,
			Token:          a.OAuth1.AccessToken.Read,
			TokenSecret:    a.OAuth1.AccessTokenSecret.Read,
		}
	}
	if a.BearerToken != nil {
		auth.Bearer = a.BearerToken.Read
	}
	return auth
}
