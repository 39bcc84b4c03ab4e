package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

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
// that uses the state keeps to the other half.
func (p *pastOf) share(ctx context.Context, stateDir string) (release func() error, err error) {
	path := sharePath(stateDir, p.account.Name)
	before := state.HeldWithin(path, shareTime)
	if release, err = state.Hold(path); errors.Is(err, state.ErrHeld) {
		return nil, fmt.Errorf("a back-fill of account %s runs already: wait for its end: %w", p.account.Name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("the limits of account %s cannot be shared with an exporter: %w", p.account.Name, err)
	}
	if !p.asked && !before {
		return release, nil
	}
	fmt.Fprintf(p.out, "The first request follows in half a minute: an exporter or another back-fill may just have used the limits of %s.\n", p.account.Name)
	select {
	case <-time.After(2 * scrape.WatchShare):
	case <-ctx.Done():
	}
	p.past.AssumeUsed()
	return release, nil
}

// holdOutput keeps a second back-fill out of the directory of the files.
func (p *pastOf) holdOutput() (release func() error, err error) {
	if !p.blocks() {
		return func() error { return nil }, nil
	}
	if release, err = state.Hold(filepath.Join(p.dir, ".backfill.lock")); errors.Is(err, state.ErrHeld) {
		return nil, fmt.Errorf("another back-fill writes to %s: give another directory: %w", p.dir, err)
	}
	return release, err
}
