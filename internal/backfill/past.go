package backfill

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// Past is the past of a source of one account.
type Past struct {
	*collector.Past
	// Descs are the metrics of the source.
	Descs []*metric.Desc
	// Ledger is the name of the source's ledger.
	Ledger string
	// Count returns the function that counts readings in the ledger of a store, as live ones of
	// the source are counted.
	Count func(ledger.Store) (Count, error)
	// AssumeUsed counts all requests of the account as used until now: an exporter that had
	// all of them has just begun to keep to its half.
	AssumeUsed func()
	// Requests returns how many requests this process has sent.
	Requests func() int
	// Close closes the connections.
	Close func()
}

// Count counts a reading at a time.
type Count func(r *metric.Reading, now time.Time) error

// Open opens the past of a source of an account. key is that of agents' hashes, from
// the state; the account's own key has precedence. transport, if not nil, carries the
// requests in place of real connections. No request is sent yet.
func Open(v collector.Vendor, c config.Account, source string, key []byte, transport http.RoundTripper) (*Past, error) {
	if c.IdentityKey.Set() {
		key = []byte(c.IdentityKey.Read())
	}
	i := slices.IndexFunc(v.Sources, func(s collector.Source) bool { return s.Name == source })
	if i < 0 || v.Sources[i].Past == nil {
		return nil, fmt.Errorf("account %s: %s", c.Name, noPast(v, source))
	}
	if _, on := c.Sources[source]; !on {
		return nil, fmt.Errorf("account %s: the source %s is off: what it counts has no live counterpart", c.Name, source)
	}
	limiter, assumeUsed := access.PastLimiter(c)
	o := access.Options(access.Halved(c), limiter)
	o.Transport = transport
	client := vendorhttp.New(o)
	account, err := v.Open(access.Env(c, client, key))
	if err != nil {
		return nil, err
	}
	s := account.Collectors[slices.IndexFunc(account.Collectors, func(s collector.Collector) bool { return s.Name == source })]
	past, err := s.OpenPast()
	if err != nil {
		return nil, err
	}
	return &Past{
		Past: past, Descs: s.Descs, Ledger: access.Ledger(c.Name, s.Name),
		Count: func(store ledger.Store) (Count, error) {
			return countIn(store, access.Ledger(c.Name, s.Name), access.Counters(s, c, key))
		},
		AssumeUsed: assumeUsed,
		Requests:   func() int { return requests(client) }, Close: client.CloseIdleConnections,
	}, nil
}

// noPast says that a source cannot be filled in, and which can.
func noPast(v collector.Vendor, source string) string {
	var names []string
	for _, s := range v.Sources {
		if s.Past != nil {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return v.Title + " tells nothing of the past that can be counted"
	}
	return fmt.Sprintf("%s tells nothing of the past of a source %s; of %s it does", v.Title, source, strings.Join(names, ", "))
}

// requests returns how many requests a client has sent.
func requests(client *vendorhttp.Client) (n int) {
	for _, s := range client.Samples() {
		if s.Desc.Name == "contactcenter_api_requests_total" {
			n += int(s.Value)
		}
	}
	return n
}

// countIn counts in a ledger of a store.
func countIn(store ledger.Store, name string, o cumulative.Options) (Count, error) {
	l, err := store.Ledger(name)
	if err != nil {
		return nil, err
	}
	n := cumulative.New(l, o)
	if err := n.Resume(store, time.Now()); err != nil {
		return nil, err
	}
	n.TakeOver()
	return func(r *metric.Reading, now time.Time) error {
		n.Limit(r, now)
		return n.Add(r, now)
	}, nil
}
