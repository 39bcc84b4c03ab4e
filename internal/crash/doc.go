// Package crash tries what the exporter promises of its counters: it runs the
// program against simulated vendors, kills it, fills its disk, lets it lose the
// network, and compares what it shows with what happened. All of that is in the
// tests; what a build with the tag failpoints needs of it is a Plan.
//
// How much is tried is said by the environment of the tests: CRASH_KILLS is the
// number of kills, CRASH_EVENTS that of the events that flow meanwhile. Without
// CRASH_KILLS a short form runs, with go test -short none. CRASH_HISTORY is a file
// to which all that was scraped is written, and SOAK how long the program runs
// among failing vendors while it is looked at for leaks; without SOAK it doesn't.
package crash
