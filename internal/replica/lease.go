package replica

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Lease is the row of an account, as it was read last.
type Lease struct {
	Account string
	// Owner is the name of the replica that owns the account, with the number of its
	// process; "" if there was none. URL is where it answers.
	Owner, URL string
	Epoch      int64
	Seq        int64
	// Expired is for how long the lease has run out by the database's clock; negative
	// while it has not.
	Expired time.Duration

	header []byte // of the newest commit
}

// member is a replica that lives.
type member struct {
	name, url string
	age       time.Duration // since its first heartbeat
}

// survey is what one look at the database found.
type survey struct {
	renewed map[string]bool
	leases  map[string]Lease
	members []member
	shared  map[string]bool // rows of back-fills, by name
	synced  bool            // whether no standby is asynchronous
	size    int64           // bytes of the state of all accounts

	// found is the end of the heartbeat under the name of this replica as it was before,
	// zero if there was none; written is what it is now.
	found, written time.Time
}

// identity is how a process is known to the others.
type identity struct{ name, owner, url string }

// look renews the heartbeat of the replica and the leases of the accounts that it
// holds, by epoch, and reads those of all others. A row that is locked by a commit is
// not waited for: another round renews it.
func (d *Database) look(ctx context.Context, me identity, ttl time.Duration, held map[string]int64, accounts []string) (survey, error) {
	names, epochs := columns(held)
	s := survey{renewed: map[string]bool{}, leases: map[string]Lease{}, shared: map[string]bool{}}
	b := d.batch()
	b.Queue(`select until from contactcenter_replica where name = $1`, me.name).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&s.found}, func() error { return nil })
		return err
	})
	b.Queue(`insert into contactcenter_replica as r (name, url, since, until)
		values ($1, $2, clock_timestamp(), clock_timestamp() + make_interval(secs => $3))
		on conflict (name) do update set url = excluded.url, until = excluded.until,
		since = case when r.until < clock_timestamp() then excluded.since else r.since end
		returning until`, me.name, me.url, ttl.Seconds()).QueryRow(func(row pgx.Row) error { return row.Scan(&s.written) })
	b.Queue(`with mine as (select a.name from contactcenter_account a
			join unnest($2::text[], $3::bigint[]) h (name, epoch) on a.name = h.name and a.epoch = h.epoch
			where a.owner = $1 for update of a skip locked)
		update contactcenter_account a set url = $5, lease_until = clock_timestamp() + make_interval(secs => $4)
		from mine where a.name = mine.name returning a.name`, me.owner, names, epochs, ttl.Seconds(), me.url).Query(func(rows pgx.Rows) error {
		return each(rows, func(name string) { s.renewed[name] = true })
	})
	b.Queue(`insert into contactcenter_account (name) select unnest($1::text[]) on conflict do nothing`, accounts)
	b.Queue(`select `+leaseColumns+` from contactcenter_account where name = any($1)`, accounts).Query(s.readLeases)
	b.Queue(`select name from contactcenter_account where name = any($1) and lease_until > clock_timestamp()`, pastNames(accounts)).Query(func(rows pgx.Rows) error {
		return each(rows, func(name string) { s.shared[name] = true })
	})
	b.Queue(`select name, url, extract(epoch from clock_timestamp() - since)::float8 from contactcenter_replica
		where until > clock_timestamp()`).Query(s.readMembers)
	b.Queue(`select current_setting('synchronous_standby_names') <> '' or not exists (select from pg_stat_replication),
		pg_total_relation_size('contactcenter_state')`).QueryRow(func(row pgx.Row) error { return row.Scan(&s.synced, &s.size) })
	if err := d.send(ctx, d.leases, b); err != nil {
		return survey{}, err
	}
	return s, nil
}

// columns returns epochs by account as two columns.
func columns(epochs map[string]int64) (names []string, values []int64) {
	for name, epoch := range epochs {
		names, values = append(names, name), append(values, epoch)
	}
	return names, values
}

func each(rows pgx.Rows, do func(string)) error {
	var name string
	_, err := pgx.ForEachRow(rows, []any{&name}, func() error { do(name); return nil })
	return err
}

// leaseColumns are the columns that scanLease reads.
const leaseColumns = `name, owner, url, epoch, seq, header, greatest(-1e6, least(1e6, extract(epoch from clock_timestamp() - lease_until)))::float8`

func scanLease(row pgx.CollectableRow) (l Lease, err error) {
	var expired float64
	err = row.Scan(&l.Account, &l.Owner, &l.URL, &l.Epoch, &l.Seq, &l.header, &expired)
	l.Expired = seconds(expired)
	return l, err
}

func (s *survey) readLeases(rows pgx.Rows) error {
	leases, err := pgx.CollectRows(rows, scanLease)
	for _, l := range leases {
		s.leases[l.Account] = l
	}
	return err
}

func (s *survey) readMembers(rows pgx.Rows) error {
	var m member
	var age float64
	_, err := pgx.ForEachRow(rows, []any{&m.name, &m.url, &age}, func() error {
		m.age = seconds(age)
		s.members = append(s.members, m)
		return nil
	})
	return err
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// acquire takes the accounts whose leases have run out and whose rows no commit holds.
// known are the epochs that were seen before: a database that came back older does not
// use one again.
func (d *Database) acquire(ctx context.Context, me identity, ttl time.Duration, known map[string]int64) (taken []Lease, err error) {
	names, epochs := columns(known)
	b := d.batch()
	b.Queue(`with free as (select a.name, a.owner, a.epoch, k.epoch as known from contactcenter_account a
			join unnest($1::text[], $2::bigint[]) k (name, epoch) on a.name = k.name
			where a.lease_until < clock_timestamp() for update of a skip locked)
		update contactcenter_account a set owner = $3, url = $4, epoch = greatest(free.epoch, free.known) + 1,
			lease_until = clock_timestamp() + make_interval(secs => $5)
		from free where a.name = free.name returning a.name, free.owner, a.epoch, a.seq, a.header`,
		names, epochs, me.owner, me.url, ttl.Seconds()).Query(func(rows pgx.Rows) error {
		var l Lease
		_, err := pgx.ForEachRow(rows, []any{&l.Account, &l.Owner, &l.Epoch, &l.Seq, &l.header}, func() error {
			taken = append(taken, l)
			l.header = nil // the next row must not be scanned into it
			return nil
		})
		return err
	})
	err = d.send(ctx, d.leases, b)
	return taken, err
}

// release gives leases back, so that another replica need not wait for their end. If
// leave is true, the replica itself ends.
func (d *Database) release(ctx context.Context, me identity, held map[string]int64, leave bool) error {
	names, epochs := columns(held)
	b := d.batch()
	b.Queue(`update contactcenter_account a set lease_until = clock_timestamp() from unnest($2::text[], $3::bigint[]) h (name, epoch)
		where a.name = h.name and a.epoch = h.epoch and a.owner = $1`, me.owner, names, epochs)
	if leave {
		b.Queue(`delete from contactcenter_replica where name = $1`, me.name)
	}
	return d.send(ctx, d.leases, b)
}
