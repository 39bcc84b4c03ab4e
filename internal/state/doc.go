// Package state stores what must survive a restart: the cursors of feeds, the
// counters with their start times, and the small records that make counting
// idempotent. It is one bbolt file per process.
//
// Guarantees:
//
//   - Durable before visible. An Update is committed and synced to disk before a
//     View shows it, so that a crash takes back nothing that was shown.
//   - Atomic. Everything that one Update stages is kept or nothing is, so that a
//     cursor always matches the counters.
//   - Within an Epoch neither the value nor the start time of a series goes down.
//     A series that was dropped and comes back starts later than before.
//   - While the process runs, memory is the truth and the file is a copy. A file
//     that is missing, damaged or at another commit than the memory is rewritten
//     whole before the next commit. It therefore does not matter whether a commit
//     that failed reached the disk.
//   - No key of an event or a record is stored: only its HMAC. Names of series are
//     stored in clear, because they are shown on the page.
//
// What Open finds decides how the state starts; see Origin. A file is good if its
// pages form a tree, each value matches its checksum, the counts in its heads are
// right, and it is not older than the newest backup or orderly end of the process.
// A copy of the whole directory that was restored cannot be distinguished from a
// directory that was unused for as long.
//
// Values from a backup are lower than those shown last, and PromQL reads a small
// decrease of a counter as a reset from the full value. Therefore all counters
// start a new Epoch at 0 with new start times, while cursors, seen keys and records
// are kept: no event is lost, and events since the backup count in both epochs.
//
// The package knows neither vendors nor metrics: a series is an opaque key.
package state
