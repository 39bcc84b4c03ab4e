package bench

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// minutely are the sources of an account among many.
var minutely = map[string]string{
	"liveperson": sources("60s", "agent_status", "status_changes"),
	"livevox":    sources("60s", "service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats"),
}

// BenchmarkReplicas measures 300 accounts, on one process with a directory and on three
// replicas with a database, of which one is killed at the end.
func BenchmarkReplicas(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	pgtest.Bin(b)
	program := build(b)
	const each = 150 // of both vendors
	configuration := replicated(simulator(b, program, 20), each, minutely)
	b.Run("one", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		x := exporter(b, program, configuration)
		used(b, x)
	})
	b.Run("three", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		file, url := configured(b, configuration), pgtest.Start(b, "fsync = on").URL()
		begin := time.Now()
		var replicas []*process
		for i := range 3 {
			address := freeAddress(b)
			replicas = append(replicas, serve(b, program, nil, file, address, "--state.url", url, "--replica.name", fmt.Sprintf("r%d", i),
				"--replica.advertise-url", "http://"+address))
		}
		loads := owned(b, 2*each, replicas...)
		fmt.Printf("\nEach of %d accounts is owned once %.1f s after the start, by replica: %v\n", 2*each, time.Since(begin).Seconds(), loads)
		for slices.Max(loads)-slices.Min(loads) > 2 {
			time.Sleep(time.Second)
			loads = owned(b, 2*each, replicas...)
		}
		fmt.Printf("No replica has more than two accounts more than another %.1f s after the start: %v\n", time.Since(begin).Seconds(), loads)
		used(b, replicas...)
		begin = time.Now()
		if err := syscall.Kill(replicas[0].pid, syscall.SIGKILL); err != nil {
			b.Fatal(err)
		}
		for taken(b, url, "r0") > 0 {
			time.Sleep(50 * time.Millisecond)
		}
		fmt.Printf("One is killed: the others have all leases %.1f s later,", time.Since(begin).Seconds())
		loads = owned(b, 2*each, replicas[1:]...)
		fmt.Printf(" and show all accounts %.1f s later: %v\n", time.Since(begin).Seconds(), loads)
	})
}

// used prints what processes use in a minute.
func used(b *testing.B, processes ...*process) {
	b.Helper()
	time.Sleep(time.Minute) // the first answers of all sources
	before := make([]time.Duration, len(processes))
	for i, p := range processes {
		before[i] = p.cpu(b)
	}
	time.Sleep(time.Minute)
	fmt.Print("\n| process | series | CPU ms in a second | peak RSS MiB |\n|---|---:|---:|---:|\n")
	for i, p := range processes {
		cpu := p.cpu(b) - before[i]
		fmt.Printf("| %d of %d | %d | %.0f | %.0f |\n", i+1, len(processes), len(seriesLine.FindAll(p.text(b), -1)), ms(cpu)/60, p.peak(b)/(1<<20))
	}
}

// taken returns how many accounts a replica owned last.
func taken(b *testing.B, url, replica string) (n int) {
	b.Helper()
	c, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close(b.Context())
	if err := c.QueryRow(b.Context(), "select count(*) from contactcenter_account where owner like $1 || '#%'", replica).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

var ownedLine = regexp.MustCompile(`(?m)^contactcenter_account_owned\{.*account="([^"]+)".*\} 1$`)

// owned waits until each account is owned by one of the replicas, and returns how many of
// them each owns. No account may be owned by two.
func owned(b *testing.B, accounts int, replicas ...*process) []int {
	b.Helper()
	for range 600 {
		loads, owners := make([]int, len(replicas)), map[string]int{}
		for i, p := range replicas {
			for _, m := range ownedLine.FindAllSubmatch(p.maybe(b), -1) {
				loads[i]++
				owners[string(m[1])]++
			}
		}
		if len(owners) == accounts {
			return loads
		}
		time.Sleep(200 * time.Millisecond)
	}
	b.Fatal("not each account is owned")
	return nil
}

// maybe returns the page, or nothing while there is none.
func (p *process) maybe(b *testing.B) []byte {
	b.Helper()
	resp, err := http.Head(p.url) //nolint:noctx // loopback
	if err != nil && !errors.Is(err, syscall.ECONNREFUSED) && !os.IsTimeout(err) {
		b.Fatal(err)
	}
	if err != nil {
		return nil
	}
	_ = resp.Body.Close()
	return p.text(b)
}
