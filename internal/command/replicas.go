package command

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/replica"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Replica are the values of the flags of several replicas on one database.
type Replica struct {
	StateURL, StateURLFile string
	Name, AdvertiseURL     string
	LeaseTTL               time.Duration
	TokenFile              string
	CAFile                 string
	CertFile, KeyFile      string
}

var errURLTwice = errors.New("--state.url and --state.url-file exclude each other")

// enabled reports whether there is a database.
func (r Replica) enabled() bool { return r.StateURL != "" || r.StateURLFile != "" }

// database returns the database that the flags name, each use of which is bounded by limit.
// A file with its URL is read for each connection.
func (r Replica) database(limit time.Duration) (db *replica.Database, err error) {
	if r.StateURL != "" && r.StateURLFile != "" {
		return nil, errURLTwice
	}
	url := config.NewSecret(r.StateURL)
	if r.StateURLFile != "" {
		url, err = config.SecretFile(r.StateURLFile)
	}
	if err == nil {
		db, err = replica.NewDatabase(url.Read, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("--state.url: %w", err)
	}
	return db, nil
}

// check completes the flags, or says which one is wrong.
func (r *Replica) check() error {
	if r.StateURL != "" && r.StateURLFile != "" {
		return errURLTwice
	}
	if !r.enabled() {
		if *r != (Replica{LeaseTTL: r.LeaseTTL}) {
			return errors.New("--replica flags need --state.url or --state.url-file")
		}
		return nil
	}
	if r.LeaseTTL < time.Second {
		return errors.New("--replica.lease-ttl must be at least 1s")
	}
	if r.Name == "" {
		name, err := os.Hostname()
		if err != nil {
			return fmt.Errorf("--replica.name: %w", err)
		}
		r.Name = name
	}
	if r.AdvertiseURL != "" {
		if _, err := web.ParseExternalURL(r.AdvertiseURL); err != nil {
			return errors.New("--replica.advertise-url must be a URL such as http://10.0.0.7:9925")
		}
	}
	if _, err := r.tls(); err != nil {
		return err
	}
	_, err := r.token()
	return err
}

// token returns the secret that replicas share; "" if there is none.
func (r Replica) token() (string, error) {
	if r.TokenFile == "" {
		return "", nil
	}
	s, err := config.SecretFile(r.TokenFile)
	if err != nil {
		return "", fmt.Errorf("--replica.token-file: %w", err)
	}
	token := strings.TrimSpace(s.Read())
	if len(token) < 16 {
		return "", errors.New("--replica.token-file: the token must have at least 16 characters")
	}
	return token, nil
}

// accepts reports whether a token is that of the replicas.
func (r Replica) accepts(given string) bool {
	token, err := r.token()
	return err == nil && token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(given)) == 1
}

// serveReplica serves the accounts that this replica owns, until ctx ends.
func (o Options) serveReplica(ctx context.Context, logger log.Logger, load func() (*config.Config, error)) error {
	db, err := o.Replica.database(o.Replica.LeaseTTL)
	if err != nil {
		return err
	}
	return endInTime(ctx, func() error {
		x := o.newReplicaExporter(db, load, logger)
		err := o.run(ctx, x, logger)
		x.group.Leave()
		return err
	})
}

// newReplicaExporter returns an exporter with a group in place of a store.
func (o Options) newReplicaExporter(db *replica.Database, load func() (*config.Config, error), logger log.Logger) *exporter {
	x := &exporter{load: load, log: logger, config: &config.Config{}}
	x.group = replica.New(replica.Options{
		Database: db, Name: o.Replica.Name, URL: strings.TrimSuffix(o.Replica.AdvertiseURL, "/"), TTL: o.Replica.LeaseTTL,
		State: o.State, Apply: x.applyOwned, Log: stateLog(logger),
	})
	x.keeper = x.group
	x.streams = &streams{new: func(account string) *pusher {
		return &pusher{env: o.Env, log: logger, id: instanceID(append(x.group.Secret(), account...)), gather: func() []metric.Batch { return x.gatherAccount(account) }}
	}, running: map[string]*pusher{}}
	o.join(x, instanceID([]byte(o.Replica.Name)), func() []metric.Batch { return []metric.Batch{x.own()} }, func(to *scrape.Options) {
		to.StoreOf, to.Owns, to.Shared = x.group.Store, x.group.Owns, x.group.Shared
		to.Shows = func(account string) bool { return x.group.Owns(account) || x.group.Kept(account) > 0 }
	})
	return x
}

// applyOwned applies what this replica owns of the configuration in use.
func (x *exporter) applyOwned() error {
	x.reloading.Lock()
	defer x.reloading.Unlock()
	return x.applyAccounts(x.current())
}

// applyAccounts starts the accounts of c, with replicas only those that this one owns.
func (x *exporter) applyAccounts(c *config.Config) error {
	if x.group == nil {
		return x.manager.Apply(c)
	}
	all := make([]replica.Account, 0, len(c.Accounts))
	owned := *c
	owned.Accounts = nil
	for _, a := range c.Accounts {
		all = append(all, replica.Account{Name: a.Name, Vendor: a.Vendor})
		if x.group.Usable(a.Name) {
			owned.Accounts = append(owned.Accounts, a)
		}
	}
	if err := x.manager.Apply(&owned); err != nil {
		return err
	}
	x.group.SetAccounts(all)
	return x.streams.apply(&owned)
}

// gatherAccount returns what is pushed of one account: nothing unless this replica owns
// it now.
func (x *exporter) gatherAccount(account string) []metric.Batch {
	if !x.group.Owns(account) {
		return nil
	}
	return slices.DeleteFunc(x.manager.Gather(), func(b metric.Batch) bool { return b.Account != account })
}

// streams are the pushes of the accounts that this replica owns. Each account has a
// service.instance.id of its own: its series stay the same on another replica.
type streams struct {
	new     func(account string) *pusher
	running map[string]*pusher // guarded by exporter.reloading
}

// apply pushes the accounts of c and no others.
func (s *streams) apply(c *config.Config) error {
	owned := map[string]bool{}
	for _, a := range c.Accounts {
		owned[a.Name] = true
		p := s.running[a.Name]
		if p == nil {
			p = s.new(a.Name)
			s.running[a.Name] = p
		}
		commit, _, err := p.prepare(c.OTLP)
		if err != nil {
			return err
		}
		commit()
	}
	for name, p := range s.running {
		if !owned[name] {
			delete(s.running, name)
			p.stop()
		}
	}
	return nil
}

// stop ends all pushes at once.
func (s *streams) stop() {
	if s == nil {
		return
	}
	var ending sync.WaitGroup
	for _, p := range s.running {
		ending.Go(p.stop)
	}
	ending.Wait()
}

// replicas gives the pages access to the other replicas.
func (x *exporter) replicas(r Replica) *web.Replicas {
	return &web.Replicas{
		Accounts: func() (all []web.Placement) {
			for _, a := range x.group.Accounts() {
				all = append(all, web.Placement{Account: a.Name, Vendor: a.Vendor, Owner: a.Owner, URL: a.URL})
			}
			return all
		},
		Owns: func(account string) bool { return x.group.Owns(account) && x.manager.Has(account) },
		Kept: func(account string) int64 {
			if !x.manager.Has(account) {
				return 0
			}
			return x.group.Kept(account)
		},
		Peers:     x.group.Peers,
		Token:     func() string { token, _ := r.token(); return token },
		Transport: r.transport(),
	}
}

// ofReplica returns what accepts the token of another replica for its one page; nil if
// there is no token.
func (o Options) ofReplica() func(*http.Request) bool {
	if o.Replica.TokenFile == "" {
		return nil
	}
	return func(r *http.Request) bool {
		token, marked := web.Hop(r)
		return marked && r.URL.Path == o.MetricsPath && o.Replica.accepts(token)
	}
}
