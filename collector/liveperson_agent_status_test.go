package collector

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestAgentStatus(t *testing.T) {
	account := lpAccount("agent_status", &AgentStatusOptions{PageSize: 1000})
	named := account
	named.PersonalData = true
	for name, test := range map[string]struct {
		account  config.Account
		identity Identity
	}{
		"liveperson_agent_status":          {account, NewIdentity(config.ID, nil)},
		"liveperson_agent_status_named":    {named, NewIdentity(config.Name, nil)},
		"liveperson_agent_status_nobody":   {account, NewIdentity(config.None, nil)},
		"liveperson_agent_status_pitfalls": {account, NewIdentity(config.Hash, []byte("key"))},
		"liveperson_agent_status_empty":    {account, NewIdentity(config.ID, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			env := lpEnv(test.account, nil)
			env.Identity = test.identity
			golden(t, name, lpRead(t, env, "status", ""))
		})
	}
}
