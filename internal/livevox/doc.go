// Package livevox asks the Real-Time Reporting API of LiveVox: one file per
// method, with the types of its answer. It knows how to log in and stay logged
// in, how much one request may ask for, and what the vendor's answers look like
// in practice. It knows nothing of metrics, of when something is asked, and
// nothing of retries, which are its http.Client's.
//
// Personal data that no figure needs (phone and account numbers, callers'
// names, addresses) is not even decoded.
package livevox
