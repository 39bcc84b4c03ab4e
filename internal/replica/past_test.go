package replica

import (
	"errors"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// Replicas learn of a back-fill, of which there is one at a time for an account, and still know
// of it when it has just ended; what is kept of accounts is not changed by it.
func TestReplicasLearnOfABackfill(t *testing.T) {
	t.Parallel()
	url := pgtest.Start(t).URL()
	p := startProcess(t, url, "a", "shop", "dialer")
	p.owns("shop")
	db, err := NewDatabase(fixed(url), time.Minute)
	check(t, err)
	defer db.Close()
	if p.Shared("shop") {
		t.Error("there is no back-fill yet")
	}
	held, first, err := db.HoldPast(t.Context(), "shop")
	check(t, err)
	if first.Recent || held.Err() != nil {
		t.Errorf("%+v, %v", first, held.Err())
	}
	if _, _, err := db.HoldPast(t.Context(), "shop"); !errors.Is(err, ErrPastHeld) {
		t.Errorf("two back-fills of one account: %v", err)
	}
	a, unaware, err := db.ReadAccount(t.Context(), "shop")
	if check(t, err); a.Account != "shop" || unaware < -a.Expired || unaware > 2*ttl {
		t.Errorf("%s expired for %s, unaware for %s", a.Account, a.Expired, unaware)
	}
	eventually(t, "the replica learns of it", func() bool { return p.Shared("shop") })
	if p.Shared("dialer") {
		t.Error("the back-fill is of another account")
	}
	check(t, first.Release())
	_, second, err := db.HoldPast(t.Context(), "shop")
	check(t, err)
	if !second.Recent {
		t.Error("that another one has just ended is not known")
	}
	check(t, second.Release())
	if all, err := db.Read(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("%d accounts, %v", len(all), err)
	}
	if !p.Shared("shop") {
		t.Error("the requests of its last minute no longer count")
	}
}
