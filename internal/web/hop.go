package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
)

// Replicas gives the pages access to the other processes that share the accounts.
type Replicas struct {
	// Accounts returns every account of the configuration and where it is.
	Accounts func() []Placement
	// Owns reports whether this process may show an account now.
	Owns func(account string) bool
	// Kept returns the epoch of an account that this process owned until it lost the
	// database, 0 of any other. Such an account may be shown while no peer owns it.
	Kept func(account string) int64
	// Peers returns where the other replicas answer that lived when the database was
	// read last; "" for one that has no address.
	Peers func() []string
	// Token returns the secret by which a replica is authenticated to another; "" if
	// there is none: then the scraper's own password goes along.
	Token func() string
	// Transport carries requests to other replicas.
	Transport http.RoundTripper
}

// Placement is where an account is.
type Placement struct {
	Account, Vendor string
	// Owner is the name of the replica that owns the account, "" if none does; URL is
	// where it answers.
	Owner, URL string
}

// hopHeader marks the request of a replica to another, and holds the token.
const hopHeader = "X-Contactcenter-Replica"

// Hop returns the token of a request of another replica; marked is false if it is of a
// scraper.
func Hop(r *http.Request) (token string, marked bool) {
	values := r.Header.Values(hopHeader)
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// routed answers for the accounts of other replicas by asking their owner, at most one
// hop away.
func (o Options) routed(next http.Handler) http.Handler {
	if o.Replicas == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		foreign := o.foreign(r)
		if len(foreign) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		if account, alone := onlyAccount(r); alone {
			if epoch := o.Replicas.Kept(account); epoch > 0 || r.Header.Get(epochHeader) != "" {
				o.kept(next, account, epoch).ServeHTTP(w, r)
				return
			}
		}
		to, err := o.ownerOf(r, foreign)
		if err != nil {
			text(w, http.StatusServiceUnavailable, err.Error()+"\n")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), maxWait(r))
		defer cancel()
		o.hop(to).ServeHTTP(w, r.WithContext(ctx))
	})
}

// onlyAccount returns the account of a request for a single one.
func onlyAccount(r *http.Request) (account string, alone bool) {
	asked := r.URL.Query()["account"]
	if len(asked) != 1 {
		return "", false
	}
	return asked[0], true
}

// foreign returns the configured accounts of a request that this process does not own.
func (o Options) foreign(r *http.Request) (foreign []Placement) {
	asked := r.URL.Query()["account"]
	if len(asked) == 0 {
		return nil
	}
	for _, p := range o.Replicas.Accounts() {
		if slices.Contains(asked, p.Account) && !o.Replicas.Owns(p.Account) {
			foreign = append(foreign, p)
		}
	}
	return foreign
}

// ownerOf returns where to ask for accounts.
func (o Options) ownerOf(r *http.Request, accounts []Placement) (*url.URL, error) {
	first := accounts[0]
	_, alone := onlyAccount(r)
	switch {
	case !alone:
		return nil, errors.New("the accounts are owned by several replicas: ask for one account at a time")
	case first.Owner == "":
		return nil, fmt.Errorf("no replica owns account %s now", first.Account)
	case first.URL == "":
		return nil, fmt.Errorf("replica %s, which owns account %s, has no --replica.advertise-url", first.Owner, first.Account)
	}
	if _, marked := Hop(r); marked {
		return nil, fmt.Errorf("this replica does not own account %s", first.Account)
	}
	return url.Parse(first.URL)
}

// hop returns what asks the replica at a URL.
func (o Options) hop(to *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Transport: o.Replicas.Transport,
		Rewrite:   func(p *httputil.ProxyRequest) { o.address(p.Out, to) },
		ModifyResponse: func(resp *http.Response) error {
			if resp.StatusCode >= 300 && resp.StatusCode < 400 {
				return errors.New("it answers with a redirect")
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			text(w, http.StatusBadGateway, "the replica that owns the account does not answer: "+err.Error()+"\n")
		},
		ErrorLog: log.New(io.Discard, "", 0), // a scraper that has gone
	}
}

// address directs a request to the replica at a URL.
func (o Options) address(out *http.Request, to *url.URL) {
	out.URL.Scheme, out.URL.Host, out.Host = to.Scheme, to.Host, ""
	out.URL.Path = strings.TrimSuffix(to.Path, "/") + o.MetricsPath
	token := o.Replicas.Token()
	out.Header.Set(hopHeader, token)
	if token != "" {
		out.Header.Del("Authorization")
	}
}
