package config

import (
	"reflect"
	"time"
)

// Account is one login at one vendor.
type Account struct {
	Name   string `yaml:"name" required:"true" pattern:"^[A-Za-z0-9_.:-]{1,64}$" form:"1 to 64 letters, digits and any of _ . : -" doc:"Name of the account: the label account. Unique over all vendors."`
	Vendor string `yaml:"vendor" required:"true" doc:"The vendor; it determines the other keys."`
	// Keys are the value that Vendor.Keys made, filled from the file; nil where the
	// vendor is not known.
	Keys Keys `yaml:",inline"`

	AllowHTTP bool   `yaml:"allow_http" doc:"Permits plain http to other than loopback addresses."`
	CAFile    string `yaml:"ca_file" doc:"PEM file of certificate authorities that are trusted besides the system's."`
	// CA is the content of CAFile.
	CA []byte `yaml:"-"`
	// ProxyURL is that of the whole file where the account has none of its own.
	ProxyURL Secret `yaml:"proxy_url" doc:"URL of the proxy to the vendor; default is that of the whole file. Rules on private addresses then hold for the proxy, and the vendor's name is not resolved here."`
	Limits   Limits `yaml:"limits" doc:"Limits of the requests to the vendor."`

	Identity Identity `yaml:"identity" enum:"none,id,hash,name" doc:"What the label agent_id shows: nothing (no series of single agents), the vendor's id, a keyed hash of it, or the name. Names are distinguished within one answer only, and not every source has them."`
	// IdentityKey is not set where the exporter makes and keeps a key.
	IdentityKey     Secret `yaml:"identity_key" binary:"true" doc:"The key of identity: hash. Without it a key is made once and kept in the state directory."`
	IdentityKeyFile string `yaml:"-"`
	PersonalData    bool   `yaml:"personal_data" doc:"Shows names, nicknames and login names in the info metrics."`

	// MaxSeries and MaxLabelValues are the defaults of the account's sources.
	MaxSeries      int `yaml:"max_series" range:"1.." doc:"How many series each source may keep and show."`
	MaxLabelValues int `yaml:"max_label_values" range:"1.." doc:"How many values each source may give a label that customers can extend; the others are counted as other."`

	// Metrics and StateSets choose what is shown of what the sources measure.
	Metrics   Metrics   `yaml:"metrics" doc:"Chooses among the metrics of the account's sources. What is left out costs no memory, no state and no push; the exporter's own metrics stay."`
	StateSets StateSets `yaml:"state_sets" enum:"all,active" doc:"Which series of a metric of states are shown, such as the state of each agent: all states, or only those that are 1 or were within the hour. Queries with == 1 and sums by state give the same."`

	Hours   []Hours  `yaml:"hours" doc:"When groups are open, for contactcenter_group_open: alerts on agents, queues and service level are silent while their group is closed. A group without hours is never closed."`
	Roster  Roster   `yaml:"roster" doc:"Which agents work when, for contactcenter_group_agents_scheduled and adherence."`
	Targets []Target `yaml:"targets" doc:"How soon contacts should be answered, for contactcenter_group_agents_needed."`

	// Sources holds every source that is on, by name.
	Sources map[string]Source `yaml:"sources" last:"true" doc:"A source that is named is on unless it says enabled: false; the others have their default."`

	// off names the sources that are off, for Redacted.
	off []string
}

// Limits bound what an account asks of its vendor.
type Limits struct {
	RequestsPerSecond float64       `yaml:"requests_per_second" range:"0<..1000" doc:"Mean requests per second."`
	Burst             int           `yaml:"burst" range:"1.." doc:"Requests that may be sent at once after a pause."`
	MaxConcurrent     int           `yaml:"max_concurrent" range:"1.." doc:"Requests at the same time."`
	Timeout           time.Duration `yaml:"timeout" range:"1s..10m" doc:"Longest time of one request."`
	MaxResponseBytes  int64         `yaml:"max_response_bytes" unit:"bytes" range:"64KiB..4GiB" doc:"Largest answer, after decompression."`
}

// Identity is what the label agent_id shows of an agent.
type Identity string

// The identities, from nothing to the name.
const (
	None Identity = "none" // no series of single agents
	ID   Identity = "id"   // the vendor's id
	Hash Identity = "hash" // a keyed hash of the id
	Name Identity = "name"
)

// newAccount returns an account of the vendor of which the file says nothing yet.
func (v *Vendor) newAccount() Account {
	a := newAccount()
	a.Vendor, a.Identity, a.Keys = v.Name, v.Identity, v.Keys()
	return a
}

// newAccount returns the defaults that accounts of all vendors have.
func newAccount() Account {
	return Account{
		Limits:         Limits{RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2, Timeout: 30 * time.Second, MaxResponseBytes: 64 << 20},
		MaxSeries:      500_000,
		MaxLabelValues: 200,
		StateSets:      AllStates,
	}
}

// Equal reports whether nothing changed from one reading of the configuration
// to another, the content of secret files included.
func (a Account) Equal(other Account) bool { return reflect.DeepEqual(a, other) }
