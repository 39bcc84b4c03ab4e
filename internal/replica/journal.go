package replica

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// journal is the state of one account that this process owns. It implements
// state.Copy.
type journal struct {
	db      *Database
	account string
	owner   string
	url     string
	epoch   int64
	ttl     time.Duration
	seq     int64  // of the newest commit that is known
	header  []byte // as it was acquired

	committed func(took time.Duration) // called after each commit that succeeded
	fenced    func()                   // called when another process owns the account
}

// Load implements state.Copy. What it reads does not change: the account is owned.
func (j *journal) Load(each func(state.Item) error) ([]byte, error) {
	err := j.db.use(context.Background(), j.db.data, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select ledger, bucket, key, value from contactcenter_state where account = $1
			order by ledger collate "C", bucket collate "C", key`, j.account)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var it state.Item
			if err := rows.Scan(&it.Ledger, &it.Bucket, &it.Key, &it.Value); err != nil {
				return err
			}
			it.Ledger = strings.ReplaceAll(it.Ledger, nulText, "\x00")
			if err := each(it); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return j.header, err
}

// Commit implements state.Copy. Its time is bounded; that of the COMMIT itself, whose
// end by a time limit says nothing of its outcome, is looked up afterwards.
func (j *journal) Commit(seq uint64, header []byte, items []state.Item, whole bool) error {
	begin := time.Now()
	err := j.commit(int64(seq), header, items, whole)
	if err == nil {
		j.seq = int64(seq)
		j.committed(time.Since(begin))
	}
	if errors.Is(err, state.ErrFenced) {
		j.fenced()
	}
	return err
}

func (j *journal) commit(seq int64, header []byte, items []state.Item, whole bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), j.db.limit)
	defer cancel()
	tx, err := j.db.data.Begin(ctx)
	if err != nil {
		return checked(j.db.data, err)
	}
	fenced, err := j.write(ctx, tx, seq, header, items, whole)
	if err != nil || fenced {
		_ = tx.Rollback(ctx)
		if err == nil {
			err = j.whyFenced(seq)
		}
		return checked(j.db.data, err)
	}
	if err := tx.Commit(ctx); err != nil {
		return j.resolve(seq, err)
	}
	return nil
}

// write sends all of a commit but the COMMIT, in one round trip. fenced is true if the
// first statement changed no row.
func (j *journal) write(ctx context.Context, tx pgx.Tx, seq int64, header []byte, items []state.Item, whole bool) (fenced bool, err error) {
	b := j.db.batch()
	fence := b.Queue(fenceSQL(whole), j.account, j.owner, j.epoch, seq, header, j.ttl.Seconds(), j.url)
	fence.Exec(func(t pgconn.CommandTag) error {
		fenced = t.RowsAffected() != 1
		return nil
	})
	if whole {
		b.Queue(`delete from contactcenter_state where account = $1`, j.account)
	}
	queueItems(b, j.account, items)
	return fenced, tx.SendBatch(ctx, b).Close()
}

// fenceSQL is the first statement of a commit. A commit of everything also takes back
// an account whose row is older than the owner's epoch: the database came back as it
// was before the owner acquired the account.
func fenceSQL(whole bool) string {
	const set = `update contactcenter_account set seq = $4, header = $5, owner = $2, epoch = $3, url = $7,
		lease_until = greatest(lease_until, clock_timestamp() + make_interval(secs => $6)) where name = $1 and `
	if whole {
		return set + `(owner = $2 and epoch = $3 or epoch < $3)`
	}
	return set + `owner = $2 and epoch = $3 and seq = $4 - 1`
}

// nulText stands for a zero byte in the name of a ledger, as those of the state itself
// have: text of PostgreSQL holds none. No name of an account or source has it.
const nulText = "\x01"

// queueItems adds the statements that write items, a few for any number of them.
func queueItems(b *pgx.Batch, account string, items []state.Item) {
	var put, drop [2][]string
	var putKeys, values, dropKeys [][]byte
	for _, it := range items {
		it.Ledger = strings.ReplaceAll(it.Ledger, "\x00", nulText)
		switch {
		case it.Bucket == "":
			b.Queue(`delete from contactcenter_state where account = $1 and ledger = $2`, account, it.Ledger)
		case it.Value == nil:
			drop[0], drop[1] = append(drop[0], it.Ledger), append(drop[1], it.Bucket)
			dropKeys = append(dropKeys, it.Key)
		default:
			put[0], put[1] = append(put[0], it.Ledger), append(put[1], it.Bucket)
			putKeys, values = append(putKeys, it.Key), append(values, it.Value)
		}
	}
	if len(dropKeys) > 0 {
		b.Queue(`delete from contactcenter_state s using unnest($2::text[], $3::text[], $4::bytea[]) d (ledger, bucket, key)
			where s.account = $1 and s.ledger = d.ledger and s.bucket = d.bucket and s.key = d.key`, account, drop[0], drop[1], dropKeys)
	}
	if len(putKeys) > 0 {
		b.Queue(`insert into contactcenter_state (account, ledger, bucket, key, value)
			select $1, p.* from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[]) p
			on conflict (account, ledger, bucket, key) do update set value = excluded.value`, account, put[0], put[1], putKeys, values)
	}
}

// position reads the row of the account. It waits for a commit under way.
func (j *journal) position() (owned bool, seq int64, err error) {
	b := j.db.batch()
	b.Queue(`select owner = $2 and epoch = $3 or epoch < $3, seq from contactcenter_account where name = $1 for update`,
		j.account, j.owner, j.epoch).QueryRow(func(row pgx.Row) error { return row.Scan(&owned, &seq) })
	err = j.db.send(context.Background(), j.db.data, b)
	return owned, seq, err
}

// whyFenced returns why the fence of a commit changed no row.
func (j *journal) whyFenced(seq int64) error {
	owned, found, err := j.position()
	switch {
	case err != nil:
		return err
	case owned:
		return fmt.Errorf("%w: commit %d was to follow %d", state.ErrDiverged, seq, found)
	}
	return state.ErrFenced
}

// resolve finds out what became of a COMMIT that failed with cause.
func (j *journal) resolve(seq int64, cause error) error {
	owned, found, err := j.position()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", state.ErrDiverged, errors.Join(cause, err))
	case !owned:
		return state.ErrFenced
	case found == seq:
		return nil
	}
	return fmt.Errorf("database: %w", cause)
}
