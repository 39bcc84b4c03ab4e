// Package clocktest makes times of a clock that was set, for tests.
package clocktest

import (
	"time"
	"unsafe"
)

// Set returns a time as a clock tells it that was set by d: its monotonic reading stays.
// Package time has no other way to make one.
func Set(t time.Time, d time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(int64(d/time.Second)) << 30
	return t
}
