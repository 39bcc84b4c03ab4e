// Package backfill writes what a vendor tells of the past as samples with their own
// times: counters by the code that counts live ones, gauges by replaying what happened,
// and the series that the shipped recording rules would have made of them. It goes
// through the past in steps and keeps one day in memory. It knows no vendor.
package backfill
