// Package replica lets several processes share the accounts of one configuration on
// one PostgreSQL database. Each account is owned by one process at a time.
//
// A row per account is its lease, its fencing token and the position of its journal:
// owner, epoch, lease_until and seq. The rules:
//
//   - An account is acquired where its lease has run out by the database's clock; its
//     epoch grows by one.
//   - A commit first raises seq where owner, epoch and seq are what the owner knows. No
//     row: another process owns the account. The lock of the row orders a take-over
//     and a commit under way.
//   - An owner asks the vendor and shows the account up to a deadline of its own
//     clock: the begin of the newest renewal, plus the lease, less a margin. A process
//     that was paused does neither.
//   - After a COMMIT without an answer seq is read, which shows whether it was kept: it is
//     not simply sent again.
//   - If a database comes back older than the owner's memory, the owner writes everything to it.
//
// No statement depends on its session, so that a pooling proxy can be used:
// there is no LISTEN, no named prepared statement, and no session lock.
//
// The package knows neither vendors nor their metrics.
package replica
