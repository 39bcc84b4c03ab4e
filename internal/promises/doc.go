// Package promises holds what the exporter promises as a whole, as tests: the
// manager with the real clients over the simulator of both vendors, mostly on a
// virtual clock, so that weeks pass in seconds. It has no code of its own.
package promises
