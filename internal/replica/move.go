package replica

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// AccountState is what the database holds of an account.
type AccountState struct {
	Lease
	State *state.Store // to look at: nothing can be written
}

// readOnly is the copy of an account that another process may own.
type readOnly struct{ *journal }

var errReadOnly = errors.New("the state is only read")

// Commit implements state.Copy.
func (readOnly) Commit(uint64, []byte, []state.Item, bool) error { return errReadOnly }

// Read returns what the database holds, by account.
func (d *Database) Read(ctx context.Context) (all []AccountState, err error) {
	secret, err := d.install(ctx)
	if err != nil {
		return nil, err
	}
	var leases []Lease
	err = d.use(ctx, d.leases, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+leaseColumns+` from contactcenter_account where name not like '%' || $1 order by name`, pastSuffix)
		if err != nil {
			return err
		}
		leases, err = pgx.CollectRows(rows, scanLease)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, l := range leases {
		store, err := state.Open("", state.Options{Secret: secret, Copy: readOnly{&journal{db: d, account: l.Account, header: l.header}}})
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", l.Account, err)
		}
		all = append(all, AccountState{l, store})
	}
	return all, nil
}

// moveTime is the lease of accounts that are written from a directory.
const moveTime = time.Minute

// Write copies a state to the database, which must not hold one yet, and returns the
// accounts.
func (d *Database) Write(ctx context.Context, from *state.Store) (accounts []string, err error) {
	if _, err := d.install(ctx); err != nil {
		return nil, err
	}
	if err := d.use(ctx, d.leases, empty); err != nil { // before an epoch grows
		return nil, err
	}
	known := map[string]int64{}
	for _, u := range from.Usage() {
		account, _, _ := strings.Cut(u.Name, "/")
		known[account] = 0
	}
	accounts = slices.Sorted(maps.Keys(known))
	me := identity{name: "state copy", owner: "state copy#" + rand.Text()}
	found, err := d.look(ctx, me, time.Second, nil, accounts)
	if err != nil {
		return nil, err
	}
	taken, err := d.acquire(ctx, me, moveTime, known)
	if err != nil {
		return nil, err
	}
	held := map[string]int64{}
	for _, l := range taken {
		held[l.Account] = l.Epoch
	}
	defer func() { err = errors.Join(err, d.release(ctx, me, held, true)) }()
	if len(taken) != len(accounts) || len(found.members) > 1 {
		return nil, errors.New("a replica uses the database: stop all of them first")
	}
	if err := d.adopt(ctx, from.Key()); err != nil {
		return nil, err
	}
	for _, l := range taken {
		j := &journal{db: d, account: l.Account, owner: me.owner, epoch: l.Epoch, ttl: moveTime, committed: func(time.Duration) {}, fenced: func() {}}
		if err := from.CopyTo(j, func(name string) bool { return strings.HasPrefix(name, l.Account+"/") }); err != nil {
			return nil, fmt.Errorf("account %s: %w", l.Account, err)
		}
	}
	return accounts, nil
}

// errHolds is the error of a database that is not empty.
var errHolds = errors.New("the database holds a state already")

// empty fails unless the database holds no state.
func empty(ctx context.Context, tx pgx.Tx) error {
	var holds bool
	if err := tx.QueryRow(ctx, `select exists (select from contactcenter_state)`).Scan(&holds); err != nil {
		return err
	}
	if holds {
		return errHolds
	}
	return nil
}

// adopt makes the secret of a state that of the database.
func (d *Database) adopt(ctx context.Context, secret []byte) error {
	return d.use(ctx, d.leases, func(ctx context.Context, tx pgx.Tx) error {
		if err := empty(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update contactcenter_install set secret = $1`, secret)
		return err
	})
}
