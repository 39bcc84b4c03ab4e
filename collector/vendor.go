package collector

import (
	"context"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Vendor is everything that the program knows of a vendor.
type Vendor struct {
	// Name is the value of the key vendor, Title the vendor's name in texts.
	Name, Title string
	// Identity is the default of the key identity.
	Identity config.Identity
	// Keys returns the defaults of the keys that only this vendor's accounts have.
	Keys func() config.Keys
	// Sources are the vendor's endpoints, in the order of the references.
	Sources []Source
	// Descs are the metrics of Account.Samples.
	Descs []*metric.Desc
	// Open makes the client of an account and returns what there is to measure.
	// It sends no request.
	Open func(Env) (*Account, error)
}

// Account is what there is to measure of one account.
type Account struct {
	// Collectors are the sources that are on, in the order of the vendor's list.
	Collectors []Collector
	// Steps are what a check tries before the sources: discovery, login, clock.
	Steps []Step
	// Day is the zone in which the vendor's day ends; nil where it is not known.
	Day *time.Location
	// Samples are what the client itself knows, such as when a password expires;
	// asking costs nothing. nil means none.
	Samples func() []metric.Sample
	// Close ends what the account holds at the vendor, if the configuration says
	// so. nil means that there is nothing to end.
	Close func(context.Context) error
}

// Configs returns what can be configured of every vendor.
func Configs(vendors []Vendor) []config.Vendor {
	var configs []config.Vendor
	for _, v := range vendors {
		c := config.Vendor{Name: v.Name, Title: v.Title, Identity: v.Identity, Keys: v.Keys}
		for _, s := range v.Sources {
			c.Sources = append(c.Sources, s.Spec)
			for _, d := range s.Descs {
				c.Metrics = append(c.Metrics, d.Name)
			}
		}
		configs = append(configs, c)
	}
	return configs
}

// AccountDescs are the metrics of Account.Samples of all vendors.
func AccountDescs(vendors []Vendor) []*metric.Desc {
	var descs []*metric.Desc
	for _, v := range vendors {
		descs = append(descs, v.Descs...)
	}
	return descs
}

// Find returns the vendor with that name.
func Find(vendors []Vendor, name string) (Vendor, bool) {
	for _, v := range vendors {
		if v.Name == name {
			return v, true
		}
	}
	return Vendor{}, false
}

// Enabled opens the sources that are on in the account of env with its client.
func Enabled(env Env, sources []Source, client any) []Collector {
	var enabled []Collector
	for _, s := range sources {
		c, on := env.Account.Sources[s.Name]
		if !on {
			continue
		}
		setup := Setup{Env: env, Config: c, Client: client}
		opened := selected(Collector{Source: s, Config: c, Collect: s.Open(setup)}, env.Account)
		if s.Past != nil {
			opened.OpenPast = func() (*Past, error) { return s.Past(setup) }
		}
		enabled = append(enabled, opened)
	}
	return enabled
}
