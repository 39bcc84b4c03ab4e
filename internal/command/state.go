package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/replica"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// useTime bounds each use of the database by a command.
const useTime = 30 * time.Second

// openExisting opens a directory in which there is a state.
func openExisting(dir string) (*state.Store, error) {
	if !state.Holds(dir) { // Open would make one
		return nil, fmt.Errorf("state: %s holds none", dir)
	}
	store, err := state.Open(dir, state.Options{BackupEvery: -1})
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if len(store.Usage()) == 0 {
		return nil, errors.Join(fmt.Errorf("state: %s holds nothing", dir), store.Close())
	}
	return store, nil
}

// StateShow prints what is kept of each account and source.
func StateShow(ctx context.Context, o Options) error {
	out := tabwriter.NewWriter(o.Out, 0, 8, 2, ' ', 0)
	if !o.Replica.enabled() {
		store, err := openExisting(o.StateDir)
		if err != nil {
			return err
		}
		epoch, _ := store.Epoch()
		fmt.Fprintf(out, "epoch %d, newest commit %s ago, %d bytes\n\n", epoch, age(store.Committed()), store.Size())
		showLedgers(out, store)
		return errors.Join(out.Flush(), store.Close())
	}
	db, err := o.Replica.database(useTime)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := db.Read(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		owner := "no owner"
		if a.Expired < 0 {
			name, _, _ := strings.Cut(a.Owner, "#")
			owner = "owner " + name
		}
		fmt.Fprintf(out, "account %s: %s, epoch %d, commit %d, newest commit %s ago\n", a.Account, owner, a.Epoch, a.Seq, age(a.State.Committed()))
		showLedgers(out, a.State)
		fmt.Fprintln(out)
	}
	return out.Flush()
}

func showLedgers(out *tabwriter.Writer, store *state.Store) {
	fmt.Fprintln(out, "source\tseries\tevents remembered\trecords\tbytes\tcounted up to")
	for _, u := range store.Usage() {
		upTo := "-"
		if l, err := store.Ledger(u.Name); err == nil {
			if p := cumulative.PositionOf(l); !p.UpTo.IsZero() {
				upTo = age(p.UpTo) + " ago"
			}
		}
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%s\n", u.Name, u.Series, u.Seen, u.Records, u.Bytes, upTo)
	}
}

func age(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return time.Since(t).Round(time.Second).String()
}

// StateCopy copies a state from a directory to a database, or back. What it is copied
// to must hold nothing yet.
func StateCopy(ctx context.Context, o Options) error {
	from, to := isDatabase(o.CopyFrom), isDatabase(o.CopyTo)
	if from == to {
		return errors.New("--from and --to must be a directory and the URL of a PostgreSQL database, or the other way round")
	}
	copies, r := copyToDatabase, Replica{StateURL: o.CopyTo}
	dir := o.CopyFrom
	if from {
		copies, r, dir = copyToDirectory, Replica{StateURL: o.CopyFrom}, o.CopyTo
	}
	db, err := r.database(useTime)
	if err != nil {
		return err
	}
	defer db.Close()
	accounts, err := copies(ctx, db, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "copied %d accounts: %s\n", len(accounts), strings.Join(accounts, ", "))
	return nil
}

func isDatabase(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

func copyToDatabase(ctx context.Context, db *replica.Database, dir string) ([]string, error) {
	store, err := openExisting(dir)
	if err != nil {
		return nil, err
	}
	accounts, err := db.Write(ctx, store)
	return accounts, errors.Join(err, store.Close())
}

func copyToDirectory(ctx context.Context, db *replica.Database, dir string) (accounts []string, err error) {
	all, err := db.Read(ctx)
	if err != nil {
		return nil, err
	}
	var stores []*state.Store
	for _, a := range all {
		if a.Expired < 0 {
			return nil, fmt.Errorf("a replica owns account %s: stop all replicas first", a.Account)
		}
		accounts = append(accounts, a.Account)
		stores = append(stores, a.State)
	}
	store, err := state.Open(dir, state.Options{BackupEvery: -1})
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if err := store.Import(stores); err != nil {
		err = fmt.Errorf("%s: %w", dir, err)
		return nil, errors.Join(err, store.Close())
	}
	return accounts, store.Close()
}
