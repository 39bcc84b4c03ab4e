package replica

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// pastSuffix is the end of the name of the row that a back-fill of an account holds. No
// account has such a name.
const pastSuffix = "/backfill"

const (
	// pastLease is for how long such a row is held, so much longer than a minute that replicas
	// see it for a minute after the newest request; pastRenew is how often it is renewed.
	pastLease = 90 * time.Second
	pastRenew = 5 * time.Second
	// pastLost is for how long it may not be renewed before the back-fill ends.
	pastLost = 20 * time.Second
)

// The errors of HoldPast.
var (
	ErrPastHeld = errors.New("held in the database by another back-fill, or by one that was killed in the last 90 seconds")
	errPastLost = errors.New("the database of the replicas cannot be reached: they no longer know that half of the requests are taken")
)

// Past is the hold of a back-fill on the limits of an account.
type Past struct {
	// Recent is true if another back-fill held them within the last minute or so.
	Recent bool
	// Release gives them back; replicas keep to their half for a minute more.
	Release func() error
}

// HoldPast takes half of the limits of an account, of which replicas learn at their next round,
// until Release is called. The context that it returns ends early if the database cannot be
// reached.
//
// Errors: ErrPastHeld.
func (d *Database) HoldPast(ctx context.Context, account string) (context.Context, *Past, error) {
	me := rand.Text()
	p := &Past{}
	if err := d.takePast(ctx, account, me, &p.Recent); err != nil {
		return ctx, nil, err
	}
	held, cancel := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticker := time.NewTicker(pastRenew)
		defer ticker.Stop()
		for renewed := time.Now(); ; {
			select {
			case <-held.Done():
				return
			case <-ticker.C:
			}
			if err := d.takePast(held, account, me, new(bool)); err == nil {
				renewed = time.Now()
			} else if time.Since(renewed) > pastLost || errors.Is(err, ErrPastHeld) {
				cancel(errPastLost)
			}
		}
	})
	p.Release = sync.OnceValue(func() error {
		cancel(nil)
		renewing.Wait()
		return d.use(context.WithoutCancel(ctx), d.data, func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `update contactcenter_account set owner = '' where name = $1 and owner = $2`, account+pastSuffix, me)
			return err
		})
	})
	return held, p, nil
}

// takePast takes or renews the row, and reports whether another one has held it recently.
func (d *Database) takePast(ctx context.Context, account, me string, recent *bool) error {
	return d.use(ctx, d.data, func(ctx context.Context, tx pgx.Tx) error {
		name := account + pastSuffix
		if _, err := tx.Exec(ctx, `insert into contactcenter_account (name) values ($1) on conflict do nothing`, name); err != nil {
			return err
		}
		var owner string
		err := tx.QueryRow(ctx, `select owner, lease_until > clock_timestamp() from contactcenter_account where name = $1 for update`, name).Scan(&owner, recent)
		if err != nil {
			return err
		}
		if *recent && owner != "" && owner != me {
			return ErrPastHeld
		}
		_, err = tx.Exec(ctx, `update contactcenter_account set owner = $2, lease_until = clock_timestamp() + make_interval(secs => $3) where name = $1`,
			name, me, pastLease.Seconds())
		return err
	})
}

// pastNames are the rows of back-fills of accounts.
func pastNames(accounts []string) (names []string) {
	for _, a := range accounts {
		names = append(names, a+pastSuffix)
	}
	return names
}

// Shared reports whether the past of an account is filled in, or was within the last minute.
func (g *Group) Shared(account string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shared[account+pastSuffix]
}

// ReadAccount returns what the database holds of an account, and for how long a replica that
// owns it may not know what has just been written.
func (d *Database) ReadAccount(ctx context.Context, account string) (AccountState, time.Duration, error) {
	all, err := d.Read(ctx)
	if err != nil {
		return AccountState{}, 0, err
	}
	for _, a := range all {
		if a.Account == account {
			// A lease is renewed with each round, five times in its time: what is left is most of it.
			return a, max(0, -a.Expired*3/2), nil
		}
	}
	return AccountState{}, 0, fmt.Errorf("the database holds nothing of account %s: let the replicas run for some minutes first", account)
}
