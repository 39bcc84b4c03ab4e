package replica

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// schemaLock is the key of the lock under which the schema is made.
const schemaLock = 0x63635f6578706f72

// ErrSchema is the error of a database that a newer version of the exporter made.
var ErrSchema = errors.New("the database was made by a newer version of the exporter")

// migrations are the steps from each version of the schema to the next.
var migrations = []string{
	`
create table contactcenter_install (
	one    boolean primary key default true check (one),
	schema integer not null,
	secret bytea not null
);
create table contactcenter_replica (
	name  text primary key,
	url   text not null,
	since timestamptz not null,
	until timestamptz not null
);
create table contactcenter_account (
	name        text primary key,
	owner       text not null default '',
	url         text not null default '',
	epoch       bigint not null default 0,
	seq         bigint not null default 0,
	lease_until timestamptz not null default to_timestamp(0),
	header      bytea
) with (fillfactor = 50);
create table contactcenter_state (
	account text not null,
	ledger  text not null,
	bucket  text not null,
	key     bytea not null,
	value   bytea not null,
	primary key (account, ledger, bucket, key)
);`,
	`-- Day totals and deferred changes of state are stored in another form.`,
}

// install makes or updates the schema, and returns the secret of keyed hashes, which
// all replicas share.
func (d *Database) install(ctx context.Context) (secret [32]byte, err error) {
	err = d.use(ctx, d.leases, func(ctx context.Context, tx pgx.Tx) error {
		found, err := d.installed(ctx, tx)
		if err == nil && found == len(migrations) {
			return readSecret(ctx, tx, &secret)
		}
		if err != nil {
			return err
		}
		// Only now: a database that is read only, or that another role made, can be used.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(schemaLock)); err != nil {
			return err
		}
		if found, err = d.installed(ctx, tx); err != nil {
			return err
		}
		return migrate(ctx, tx, found, &secret)
	})
	return secret, err
}

// installed returns the version of the schema; 0 if there is none.
func (d *Database) installed(ctx context.Context, tx pgx.Tx) (found int, err error) {
	var exists bool
	// The table, not to_regclass: that one may remember that there was no such table
	// before the lock was waited for.
	if err := tx.QueryRow(ctx, `select exists (select from pg_class where relname = 'contactcenter_install' and pg_table_is_visible(oid))`).Scan(&exists); err != nil || !exists {
		return 0, err
	}
	if err := tx.QueryRow(ctx, `select schema from contactcenter_install`).Scan(&found); err != nil {
		return 0, err
	}
	if found > len(migrations) {
		return 0, fmt.Errorf("%w: schema %d, known up to %d", ErrSchema, found, len(migrations))
	}
	return found, nil
}

func migrate(ctx context.Context, tx pgx.Tx, found int, secret *[32]byte) error {
	for _, step := range migrations[found:] {
		if _, err := tx.Exec(ctx, step, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	if found == 0 {
		var key [32]byte
		_, _ = rand.Read(key[:]) // never fails
		if _, err := tx.Exec(ctx, `insert into contactcenter_install (schema, secret) values ($1, $2)`, len(migrations), key[:]); err != nil {
			return err
		}
	} else if _, err := tx.Exec(ctx, `update contactcenter_install set schema = $1`, len(migrations)); err != nil {
		return err
	}
	return readSecret(ctx, tx, secret)
}

func readSecret(ctx context.Context, tx pgx.Tx, secret *[32]byte) error {
	var key []byte
	if err := tx.QueryRow(ctx, `select secret from contactcenter_install`).Scan(&key); err != nil {
		return err
	}
	if copy(secret[:], key) != len(secret) || len(key) != len(secret) {
		return errors.New("the secret of the database is malformed")
	}
	return nil
}
