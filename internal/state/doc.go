// Package state keeps what the exporter must not forget over a restart: the
// cursors of its feeds, the counters with their start times, and the small
// records that make counting idempotent. It is one bbolt file per process.
//
// What stays true:
//
//   - Durable before visible. A View shows nothing that a crash can take back:
//     an Update is committed and synced to the disk first and shown second.
//   - Pairing. Everything that one Update stages is kept together or not at all,
//     so a cursor and the counters that it stands for cannot part.
//   - Within an Epoch neither the value nor the start time of a series goes
//     down. A series that went away and came back starts later than it did before.
//   - While the process lives its memory is the truth and the file is the copy. A
//     file that is missing, damaged or not exactly as far as the memory is
//     written anew, whole, before the next commit. So it doesn't matter whether a
//     commit that failed has reached the disk nevertheless.
//   - No key that a caller gives for a mark or a record is stored: only its HMAC.
//     Names of series are stored as they are, for they are what is shown.
//
// What is found at the start decides how it begins; see Origin. A file is taken
// for good if its pages are a tree, each value has its checksum, nothing is missing
// that its heads tell of, and it is as far as it was when it was last saved or
// closed. A copy of the whole directory that somebody puts back cannot be told from
// one that was out of use for as long.
//
// Values that come from a backup are lower than those last shown, and a counter
// that falls by a little is read by PromQL as a reset of the whole. Therefore all
// counters begin an Epoch anew at 0, with new start times, while cursors, marks and
// records are kept: no event is lost, and those since the backup are counted in
// both epochs.
//
// The package knows neither vendors nor metrics: a series is an opaque key.
package state
