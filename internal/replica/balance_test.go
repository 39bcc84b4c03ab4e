package replica

import (
	"slices"
	"testing"
	"time"
)

// An account that no replica owned yet is left to the replica that should own it for a
// while, also if that one has just come: replicas that start at once share the accounts.
func TestAReplicaThatHasJustComeIsWaitedFor(t *testing.T) {
	accounts := []Account{{Name: "a1"}, {Name: "a2"}, {Name: "a3"}, {Name: "a4"}}
	g := New(Options{Name: "a", TTL: 10 * time.Second})
	g.SetAccounts(accounts)
	g.joined = 2
	free := func(age time.Duration, members ...string) (names []string) {
		s := survey{leases: map[string]Lease{}}
		for _, a := range accounts {
			s.leases[a.Name] = Lease{Account: a.Name, Expired: 1e6 * time.Second}
		}
		for _, name := range members {
			s.members = append(s.members, member{name: name, age: age})
		}
		for name := range g.free(s) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	if names := free(time.Second, "a", "b"); len(names) != 2 {
		t.Errorf("takes %q of four, and b has just come", names)
	}
	if names := free(6*time.Second, "a", "b"); len(names) != 4 {
		t.Errorf("takes %q of four, and b has not come", names)
	}
	if names := free(time.Second, "a"); len(names) != 4 {
		t.Errorf("takes %q of four, and is alone", names)
	}
}
