package collector

import (
	"context"
	"fmt"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Account is what there is to measure of one account.
type Account struct {
	// Collectors are the sources that are on, in the order of the vendor's list.
	Collectors []Collector
	// Samples are what the client itself knows, such as the days until a password
	// expires; asking costs nothing.
	Samples func() []metric.Sample
	// Close ends what the account holds at the vendor, if the configuration says
	// so.
	Close func(context.Context) error
}

// Sources returns the sources of a vendor; nil for one that is not known.
func Sources(vendor string) []Source {
	switch vendor {
	case config.LivePerson:
		return LivePerson()
	case config.LiveVox:
		return LiveVox()
	}
	return nil
}

// Specs returns what can be configured of every source.
func Specs() config.Specs {
	specs := config.Specs{}
	for _, vendor := range []string{config.LivePerson, config.LiveVox} {
		for _, s := range Sources(vendor) {
			specs[vendor] = append(specs[vendor], s.Spec)
		}
	}
	return specs
}

// Open makes the client of an account and returns what there is to measure.
// No request is sent yet.
func Open(env Env) (*Account, error) {
	account := &Account{
		Samples: func() []metric.Sample { return nil },
		Close:   func(context.Context) error { return nil },
	}
	setup := Setup{Env: env}
	var err error
	switch env.Account.Vendor {
	case config.LivePerson:
		setup.LivePerson, err = openLivePerson(env)
	case config.LiveVox:
		setup.LiveVox, err = openLiveVox(env)
	default:
		err = fmt.Errorf("unknown vendor %q", env.Account.Vendor)
	}
	if err != nil {
		return nil, err
	}
	if client := setup.LiveVox; client != nil {
		account.Samples = func() []metric.Sample { return lvAccount(client) }
		account.Close = client.Close
	}
	for _, s := range Sources(env.Account.Vendor) {
		c, on := env.Account.Sources[s.Name]
		if !on {
			continue
		}
		setup.Config = c
		account.Collectors = append(account.Collectors, Collector{Source: s, Config: c, Collect: s.Open(setup)})
	}
	return account, nil
}
