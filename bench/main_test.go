// Package bench measures whole processes side by side in one run, on loopback:
// the exporter, ready bytes, and the ways in which client_golang and
// VictoriaMetrics/metrics serve the same samples. It prints tables and asserts nothing, see make bench,
// but for TestSmoke.
package bench

import (
	"fmt"
	"os"
	"testing"
)

// The processes that this program is besides the benchmark itself.
const (
	roleVariable = "BENCH_ROLE"
	pageVariable = "BENCH_PAGE" // a file with the page to serve
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := serveRival(role, os.Getenv(pageVariable)); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}
