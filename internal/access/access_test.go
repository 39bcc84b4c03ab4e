package access

import (
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

func TestAnotherIdentityHasAnotherName(t *testing.T) {
	all := map[string]bool{}
	for _, kind := range []config.Identity{config.None, config.ID, config.Name, config.Hash} {
		all[identityOf(kind, []byte("one"))] = true
	}
	all[identityOf(config.Hash, []byte("two"))] = true
	if len(all) != 5 || identityOf(config.ID, []byte("one")) != identityOf(config.ID, []byte("two")) {
		t.Errorf("identities are distinguished as %v", all)
	}
}
