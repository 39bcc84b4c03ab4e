package config

import (
	"reflect"
	"time"
)

// The vendors.
const (
	LivePerson = "liveperson"
	LiveVox    = "livevox"
)

// Account is one login at one vendor.
type Account struct {
	Name   string `yaml:"name" required:"true" pattern:"^[A-Za-z0-9_.:-]{1,64}$" form:"1 to 64 letters, digits and any of _ . : -" doc:"Name of the account: the label account. Unique over all vendors."`
	Vendor string `yaml:"vendor" required:"true" enum:"liveperson,livevox" doc:"The vendor, which decides on the other keys."`

	AccountID    string `yaml:"account_id" vendor:"liveperson" required:"true" pattern:"^[A-Za-z0-9]{1,32}$" form:"1 to 32 letters and digits" doc:"The vendor's id of the account (site id)."`
	Auth         Auth   `yaml:"auth" doc:"The credentials."`
	DiscoveryURL string `yaml:"discovery_url" vendor:"liveperson" doc:"The Domain API, which tells the host of each service."`
	BaseURL      string `yaml:"base_url" vendor:"livevox" doc:"The API of the environment that the account lives in."`
	// AllowedHosts are in lower case, without a leading dot.
	AllowedHosts []string `yaml:"allowed_hosts" vendor:"liveperson" doc:"Suffixes of host names that may get credentials besides liveperson.net, if the Domain API names them."`
	AllowHTTP    bool     `yaml:"allow_http" doc:"Permits plain http to other than loopback addresses."`
	// Domains are complete URLs.
	Domains       map[string]string `yaml:"domains" vendor:"liveperson" keys:"sentinel,msgHist,leDataReporting,agentActivityDomain,agentManagerWorkspace" doc:"Base URLs by service name, used instead of asking the Domain API. A bare host means https."`
	RequestSource string            `yaml:"request_source" vendor:"liveperson" pattern:"^[A-Za-z0-9_]{1,20}$" form:"1 to 20 letters, digits and underscores" doc:"The parameter source of the Agent Activity API, by which the vendor tells its callers apart."`
	CAFile        string            `yaml:"ca_file" doc:"PEM file of certificate authorities that are trusted besides the system's."`
	// CA is the content of CAFile.
	CA     []byte `yaml:"-"`
	Limits Limits `yaml:"limits" doc:"Bounds on what is asked of the vendor."`

	Identity Identity `yaml:"identity" enum:"none,id,hash,name" doc:"What the label agent_id shows: nothing (no series of single agents), the vendor's id, a keyed hash of it, or the name. Names are told apart within one answer only, and not every source has them."`
	// IdentityKey is not set where the exporter shall make and keep a key.
	IdentityKey     Secret `yaml:"identity_key" binary:"true" doc:"The key of identity: hash. Without it a key is made once and kept in the state directory."`
	IdentityKeyFile string `yaml:"-"`
	PersonalData    bool   `yaml:"personal_data" doc:"Shows names, nicknames and login names in the info metrics."`

	// MaxSeries and MaxLabelValues are the defaults of the account's sources.
	MaxSeries      int `yaml:"max_series" range:"1.." doc:"How many series each source may show."`
	MaxLabelValues int `yaml:"max_label_values" range:"1.." doc:"How many values each source may give a label that customers can extend; the others are counted as other."`

	// DayTimezone is nil if not known.
	DayTimezone *time.Location `yaml:"day_timezone" vendor:"livevox" doc:"IANA name of the zone in which the vendor's day ends. Without it a new day is told by the drop of its totals."`
	Filter      Filter         `yaml:"filter" vendor:"livevox" doc:"Restricts the account."`
	Logout      bool           `yaml:"logout" vendor:"livevox" doc:"Ends the session when the exporter stops, and with it that of every process with the same user and token."`

	// Sources holds every source that is on, by name.
	Sources map[string]Source `yaml:"sources" doc:"A source that is named is on unless it says enabled: false; the others have their default."`

	// off names the sources that are off, for Redacted.
	off []string
}

// Auth holds the credentials of one account. LivePerson: exactly one of OAuth2,
// OAuth1 and BearerToken. LiveVox: the other fields.
type Auth struct {
	OAuth2      *OAuth2 `yaml:"oauth2" choice:"one" vendor:"liveperson" doc:"OAuth 2 client credentials."`
	OAuth1      *OAuth1 `yaml:"oauth1" choice:"one" vendor:"liveperson" doc:"The four parts of an OAuth 1 application key."`
	BearerToken *Secret `yaml:"bearer_token" choice:"one" vendor:"liveperson" doc:"A token that somebody else renews."`

	ClientName  string `yaml:"client_name" vendor:"livevox" required:"true" doc:"The client that the user belongs to."`
	Username    string `yaml:"username" vendor:"livevox" required:"true" doc:"The API user."`
	Password    Secret `yaml:"password" vendor:"livevox" required:"true" doc:"The user's password."`
	AccessToken Secret `yaml:"access_token" vendor:"livevox" required:"true" doc:"The client's API access token (LV-Access)."`
}

// OAuth2 are client credentials.
type OAuth2 struct {
	ClientID     string `yaml:"client_id" required:"true" doc:"Id of the application."`
	ClientSecret Secret `yaml:"client_secret" required:"true" doc:"Its secret."`
}

// OAuth1 are the four parts of an application key.
type OAuth1 struct {
	ConsumerKey       string `yaml:"consumer_key" required:"true" doc:"App key."`
	ConsumerSecret    Secret `yaml:"consumer_secret" required:"true" doc:"Its secret."`
	AccessToken       Secret `yaml:"access_token" required:"true" doc:"Access token."`
	AccessTokenSecret Secret `yaml:"access_token_secret" required:"true" doc:"Its secret."`
}

// Filter restricts a LiveVox account to services and call centers.
type Filter struct {
	ServiceIDs    []string `yaml:"service_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these services; empty: all."`
	CallCenterIDs []string `yaml:"call_center_ids" pattern:"^[0-9]+$" form:"a number" doc:"Only these call centers; empty: all."`
}

// Limits bound what an account asks of its vendor.
type Limits struct {
	RequestsPerSecond float64       `yaml:"requests_per_second" range:"0<..1000" doc:"Requests a second over a longer time."`
	Burst             int           `yaml:"burst" range:"1.." doc:"Requests that may follow each other at once."`
	MaxConcurrent     int           `yaml:"max_concurrent" range:"1.." doc:"Requests under way at the same time."`
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

// defaultAccount returns an account of the vendor of which the file says
// nothing yet.
func defaultAccount(vendor string) Account {
	a := Account{
		Vendor:         vendor,
		Limits:         Limits{RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2, Timeout: 30 * time.Second, MaxResponseBytes: 64 << 20},
		MaxSeries:      500_000,
		MaxLabelValues: 200,
	}
	switch vendor {
	case LivePerson:
		a.DiscoveryURL = "https://api.liveperson.net"
		a.RequestSource = "contactcenter"
		a.Identity = ID
	case LiveVox:
		a.BaseURL = "https://api.livevox.com"
		a.Identity = Hash // the vendor's id is the login name, made from the agent's
	}
	return a
}

// Equal reports whether nothing changed from one reading of the configuration
// to another, the content of secret files included.
func (a Account) Equal(other Account) bool {
	// A time.Location also holds what was the current offset when it was loaded.
	if a.DayTimezone != nil && other.DayTimezone != nil && a.DayTimezone.String() == other.DayTimezone.String() {
		other.DayTimezone = a.DayTimezone
	}
	return reflect.DeepEqual(a, other)
}
