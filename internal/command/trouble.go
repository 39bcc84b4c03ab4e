package command

import (
	"fmt"

	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// troubles are what is wrong with the exporter as a whole, for people to read.
func (x *exporter) troubles() (troubles []string) {
	x.mu.Lock()
	failed := x.failed
	x.mu.Unlock()
	if failed != nil {
		troubles = append(troubles, fmt.Sprintf("The newest configuration is wrong; the previous one is in use: %v", failed))
	}
	if !x.keeper.Writable() {
		where := "state directory"
		if x.group != nil {
			where = "database of the replicas"
		}
		troubles = append(troubles, "The "+where+" can't be written: feeds and counters wait until it can.")
	}
	return troubles
}

// warnOfNames says which accounts of a new configuration show people by name.
func (x *exporter) warnOfNames(c *config.Config) {
	named := map[string]bool{}
	for _, a := range x.current().Accounts {
		named[a.Name] = showsNames(a)
	}
	for _, a := range c.Accounts {
		if showsNames(a) && !named[a.Name] {
			level.Warn(x.log).Log("msg", "agents are shown by name: every reader of the metrics gets personal data", "account", a.Name)
		}
	}
}

// showsNames reports whether the configuration asks for agents' names.
func showsNames(a config.Account) bool { return a.Identity == config.Name || a.PersonalData }
