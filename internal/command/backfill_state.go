package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/replica"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// keptState is by what an exporter learns of a back-fill.
type keptState struct {
	running bool      // an exporter uses it
	counted time.Time // when one counted last
	// unaware is for how long that exporter may not know of a back-fill.
	unaware time.Duration
	// hold takes half of the account's requests until release is called; recent is true if
	// another back-fill had them within the last minute. The context ends early if it is lost.
	hold  func(context.Context) (held context.Context, recent bool, release func() error, err error)
	close func()
}

// readState reads what is kept of the account of a back-fill. The store has the key of hashed agents and the beginning of
// the live counters; while the back-fill works it is no longer in memory.
func (o Options) readState(ctx context.Context) (*keptState, *state.Store, error) {
	if o.Replica.StateURL != "" && o.Replica.StateURLFile != "" {
		return nil, nil, errURLTwice
	}
	if o.Replica.enabled() {
		return o.readDatabase(ctx, o.Backfill.Account)
	}
	store, running, err := state.Read(o.StateDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s holds no state, or no backup of it yet: let the exporter run for some minutes first, so that agents have the labels that they have live", o.StateDir)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("state: %w", err)
	}
	path := sharePath(o.StateDir, o.Backfill.Account)
	return &keptState{
		running: running, counted: countedIn(store), unaware: 2 * scrape.WatchShare, close: func() {},
		hold: func(ctx context.Context) (context.Context, bool, func() error, error) {
			recent := state.HeldWithin(path, shareTime)
			release, err := state.Hold(path)
			return ctx, recent, release, err
		},
	}, store, nil
}

// countedIn returns when an exporter last counted something in a state; the zero time for never.
func countedIn(store *state.Store) (at time.Time) {
	if len(store.Usage()) > 0 {
		at = store.Committed()
	}
	return at
}

// readDatabase reads what the replicas keep of an account.
func (o Options) readDatabase(ctx context.Context, account string) (*keptState, *state.Store, error) {
	db, err := o.Replica.database(useTime)
	if err != nil {
		return nil, nil, err
	}
	a, unaware, err := db.ReadAccount(ctx, account)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return &keptState{
		running: a.Expired < 0, counted: countedIn(a.State), unaware: unaware + 2*scrape.WatchShare, close: db.Close,
		hold: func(ctx context.Context) (context.Context, bool, func() error, error) {
			held, p, err := db.HoldPast(ctx, account)
			if err != nil {
				return ctx, false, nil, err
			}
			return held, p.Recent, p.Release, nil
		},
	}, a.State, nil
}

// shareTime is for how long requests of a back-fill count: the limits are of each minute.
const shareTime = time.Minute + 5*time.Second

// sharePath is the file that a back-fill of an account holds: it takes half of the account's
// requests, and an exporter keeps to the other half.
func sharePath(stateDir, account string) string {
	return filepath.Join(stateDir, "backfill-"+account+".lock")
}

// sharedIn returns what reports whether the past of an account is filled in, or was within
// the last minute; nil without a directory.
func sharedIn(stateDir string) func(account string) bool {
	if stateDir == "" {
		return nil
	}
	return func(account string) bool { return state.HeldWithin(sharePath(stateDir, account), shareTime) }
}

// share takes half of the account's requests until release is called, as soon as an exporter
// keeps to the other half.
func (p *pastOf) share(ctx context.Context) (held context.Context, release func() error, err error) {
	held, recent, release, err := p.kept.hold(ctx)
	if errors.Is(err, state.ErrHeld) || errors.Is(err, replica.ErrPastHeld) {
		return nil, nil, fmt.Errorf("a back-fill of account %s runs already: wait for its end: %w", p.account.Name, err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the limits of account %s cannot be shared with an exporter: %w", p.account.Name, err)
	}
	ended := time.Since(p.kept.counted) < shareTime // an exporter, just now
	if !p.kept.running && !recent && !ended {
		return held, release, nil
	}
	fmt.Fprintf(p.out, "The first request follows in half a minute: an exporter or another back-fill may just have used the limits of %s.\n", p.account.Name)
	select {
	case <-time.After(p.kept.unaware):
	case <-held.Done():
	}
	p.past.AssumeUsed()
	return held, release, nil
}
