package replica

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Database is a PostgreSQL database that replicas share. Nothing connects before the
// first use.
type Database struct {
	// leases is apart from data: commits must not delay a renewal.
	leases, data *pgxpool.Pool
	limit        time.Duration // of one use
}

const (
	leaseConnections = 2
	dataConnections  = 4
)

// errURL does not cite the text, which holds a password.
var errURL = errors.New("no URL of a PostgreSQL database such as postgres://user:password@host:5432/database?sslmode=verify-full")

// NewDatabase returns the database that the URL names. url is called for each
// connection, so that a changed password is used by the next one. limit bounds
// each use of a connection, so that one that hangs is given up.
func NewDatabase(url func() string, limit time.Duration) (*Database, error) {
	leases, err := newPool(url, limit, leaseConnections)
	if err != nil {
		return nil, err
	}
	data, err := newPool(url, limit, dataConnections)
	if err != nil {
		leases.Close()
		return nil, err
	}
	return &Database{leases, data, limit}, nil
}

// Close closes the connections.
func (d *Database) Close() {
	d.leases.Close()
	d.data.Close()
}

func newPool(url func() string, limit time.Duration, maxConns int32) (*pgxpool.Pool, error) {
	c, err := parseURL(url())
	if err != nil {
		return nil, err
	}
	c.MaxConns = maxConns
	c.MaxConnIdleTime = time.Minute
	c.ConnConfig.ConnectTimeout = limit / 2
	c.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error {
		now, err := parseURL(url())
		if err != nil {
			return err
		}
		to, from := &c.Config, now.ConnConfig.Config
		to.Host, to.Port, to.Database, to.User, to.Password = from.Host, from.Port, from.Database, from.User, from.Password
		to.TLSConfig, to.Fallbacks = from.TLSConfig, from.Fallbacks
		return nil
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), c)
	if err != nil {
		return nil, errURL
	}
	return pool, nil
}

// parseURL reads a URL. Without sslmode a connection to another machine is encrypted
// or fails: the default of libpq falls back to plain text.
func parseURL(text string) (*pgxpool.Config, error) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errURL
	}
	query := u.Query()
	if !query.Has("sslmode") && !local(u.Hostname()) {
		query.Set("sslmode", "require")
		u.RawQuery = query.Encode()
	}
	c, err := pgxpool.ParseConfig(u.String())
	if err != nil {
		return nil, errURL
	}
	// The protocol without named prepared statements, in one round trip.
	c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.ConnConfig.StatementCacheCapacity, c.ConnConfig.DescriptionCacheCapacity = 0, 0
	return c, nil
}

// local reports whether host is this machine; it is empty for a socket.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && ip.IsLoopback()
}

// use calls do with a transaction, which is committed if do succeeds. Nothing that do
// reads may be relied on unless use succeeds.
func (d *Database) use(ctx context.Context, pool *pgxpool.Pool, do func(context.Context, pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, d.limit)
	defer cancel()
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return do(ctx, tx) })
	return checked(pool, err)
}

// send sends statements as a transaction of its own, in one round trip.
func (d *Database) send(ctx context.Context, pool *pgxpool.Pool, b *pgx.Batch) error {
	return d.use(ctx, pool, func(ctx context.Context, tx pgx.Tx) error { return tx.SendBatch(ctx, b).Close() })
}

// checked drops the connections of a pool after an error that says that they lead to
// a server that is only read from, such as one that was replaced.
func checked(pool *pgxpool.Pool, err error) error {
	if err == nil {
		return nil
	}
	if code := sqlState(err); code == "25006" || code == "57P01" {
		pool.Reset()
	}
	return fmt.Errorf("database: %w", err)
}

// sqlState returns the code of an error of the server; "" for another error.
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// batch returns statements that begin with those that bound the transaction on the
// server: one whose client hangs gives its locks back.
func (d *Database) batch() *pgx.Batch {
	b := &pgx.Batch{}
	ms := fmt.Sprint(d.limit.Milliseconds())
	b.Queue(`select set_config('idle_in_transaction_session_timeout', $1, true), set_config('statement_timeout', $1, true),
		set_config('lock_timeout', $1, true), set_config('synchronous_commit', case current_setting('synchronous_commit')
		when 'remote_apply' then 'remote_apply' else 'on' end, true)`, ms)
	return b
}
