package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// quiet sources ask once and never again while something else is measured; busy
// ones ask all the time; gauges are those that keep no counters.
var (
	quiet = map[string]string{
		"liveperson": sources("1h", "agent_status", "status_changes"),
		"livevox":    sources("1h", "service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats"),
	}
	busy = map[string]string{
		"liveperson": sources("10s", "agent_status") + sources("1h", "status_changes"),
		"livevox":    sources("10s", "service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats"),
	}
	gauges = map[string]string{
		"liveperson": sources("10s", "agent_status") + disabled("status_changes"),
		"livevox":    sources("10s", "agents_status") + disabled("service_stats", "agent_stats", "calls_on_hold", "campaign_stats"),
	}
)

func disabled(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "      %s: {enabled: false}\n", n)
	}
	return b.String()
}

func sources(interval string, names ...string) string {
	var b strings.Builder
	for _, n := range names {
		maxAge := ", max_age: 3h"
		if n == "status_changes" {
			maxAge = ""
		}
		fmt.Fprintf(&b, "      %s: {interval: %s%s}\n", n, interval, maxAge)
	}
	return b.String()
}

// sizes are the numbers of agents to measure, of both vendors together.
func sizes() (all []int) {
	list := os.Getenv("BENCH_AGENTS")
	if list == "" {
		list = "1000,10000,50000"
	}
	for _, s := range strings.Split(list, ",") {
		if n, err := strconv.Atoi(s); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// BenchmarkScrape compares scrapes of pages that don't change, and what the
// exporter needs while it polls.
func BenchmarkScrape(b *testing.B) {
	program := build(b)
	for _, agents := range sizes() {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			b.ReportMetric(0, "ns/op") // one run is the measurement
			accounts := simulator(b, program, agents/2)
			x := exporter(b, program, replicated(accounts, 1, quiet))
			compareWays(b, x, agents)
			polled(b, exporter(b, program, replicated(accounts, 1, busy)), 6)
		})
	}
}

// compareWays prints a row for each way of serving the page of x.
func compareWays(b testing.TB, x *process, agents int) {
	b.Helper()
	page := x.page(b, "identity")
	packed := x.page(b, "gzip")
	series := len(seriesLine.FindAll(page, -1))
	file := filepath.Join(b.TempDir(), "page")
	if err := errors.Join(os.WriteFile(file, page, 0o600), os.WriteFile(file+".gz", packed, 0o600)); err != nil {
		b.Fatal(err)
	}
	bytes, c, k := rival(b, raw, file), rival(b, cached, file), rival(b, constants, file)
	set, writer := rival(b, registered, file), rival(b, written, file)
	rounds := 60
	if agents > 20000 {
		rounds = 30
	}
	plain := costs(b, "identity", rounds, bytes, x)
	quick := costs(b, "gzip", rounds, bytes, x)
	slow := costs(b, "gzip", max(3, min(20, 100_000/agents)), c, k, set, writer)
	fmt.Printf("\n%d agents, %d series: a page of %.1f MB, %.2f MB with gzip\n\n", agents, series,
		float64(len(page))/1e6, float64(len(packed))/1e6)
	fmt.Println("| way | wall ms | of raw | CPU ms | KiB allocated | peak RSS MiB | live heap, B/series |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|")
	row := func(p *process, name string, got, rawCost cost) {
		_, live := p.heap(b)
		fmt.Printf("| %s | %.2f | %.2f | %.2f | %.1f | %.0f | %.0f |\n", name, ms(got.wall), float64(got.wall)/float64(rawCost.wall),
			ms(got.cpu), got.allocated/1024, p.peak(b)/(1<<20), live/float64(series))
	}
	row(bytes, "raw, identity", plain[0], plain[0])
	row(x, "this exporter, identity", plain[1], plain[0])
	row(bytes, "raw, gzip", quick[0], quick[0])
	row(x, "this exporter, gzip", quick[1], quick[0])
	row(c, "cached families + promhttp, gzip", slow[0], quick[0])
	row(k, "constant metrics + promhttp, gzip", slow[1], quick[0])
	row(set, "VictoriaMetrics/metrics, registered + gzhttp, gzip", slow[2], quick[0])
	row(writer, "VictoriaMetrics/metrics, written + gzhttp, gzip", slow[3], quick[0])
	printOwners(b, x, series)
	renewal := renewed(b, c)
	fmt.Printf("\nThe CPU of constant metrics is %.0f times that of this exporter. Families made again and scraped once: %.0f ms.\n",
		float64(slow[1].cpu)/float64(quick[1].cpu), ms(renewal))
}

// renewed returns the CPU time for making the families and one scrape of them.
func renewed(b testing.TB, c *process) time.Duration {
	b.Helper()
	const rounds = 3
	before := c.cpu(b)
	for range rounds {
		get(b, c.debug+"/renew", "identity", discard{})
		c.scrape(b, "gzip")
	}
	return (c.cpu(b) - before) / rounds
}

// polled prints what an exporter needs while it asks a number of sources every ten
// seconds and is scraped every two.
func polled(b testing.TB, x *process, sources float64) {
	b.Helper()
	x.scrape(b, "gzip")
	fetches := func() float64 { return value(x.text(b), "contactcenter_source_fetches_total") }
	begin, before := fetches(), x.cpu(b)
	var walls []time.Duration
	for range 10 {
		time.Sleep(2 * time.Second)
		walls = append(walls, x.scrape(b, "gzip"))
	}
	cpu := x.cpu(b) - before
	polls := (fetches() - begin) / sources
	slices.Sort(walls)
	series := len(seriesLine.FindAll(x.text(b), -1))
	fmt.Printf("\nPolled %.1f times in 20 s and scraped %d times, %d series: %.0f ms of CPU for each poll of all sources and its scrapes; "+
		"a scrape takes %.1f ms, the longest %.1f; peak RSS %.0f MiB.\n",
		polls, len(walls), series, ms(cpu)/polls, ms(walls[len(walls)/2]), ms(walls[len(walls)-1]), x.peak(b)/(1<<20))
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }

// BenchmarkScrapers measures a crowd of scrapers, who cost the vendors nothing.
func BenchmarkScrapers(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	program := build(b)
	x := exporter(b, program, replicated(simulator(b, program, 5000), 1, quiet))
	before := x.text(b)
	fmt.Print("\n| scrapers at once | wall ms until all are done | CPU ms each |\n|---:|---:|---:|\n")
	for _, n := range []int{1, 10, 100} {
		c := crowd(b, x, n)
		fmt.Printf("| %d | %.1f | %.2f |\n", n, ms(c.wall), ms(c.cpu))
	}
	const requests = "contactcenter_api_requests_total"
	fmt.Printf("\nRequests to the vendors meanwhile: %.0f.\n", value(x.text(b), requests)-value(before, requests))
}

// BenchmarkAccounts measures 10,000 agents in few and in many accounts.
func BenchmarkAccounts(b *testing.B) {
	program := build(b)
	fmt.Print("\n| accounts of each vendor | series | wall ms | CPU ms | peak RSS MiB |\n|---:|---:|---:|---:|---:|\n")
	for _, n := range []int{1, 10, 50} {
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			x := exporter(b, program, replicated(simulator(b, program, 5000/n), n, quiet))
			c := costs(b, "gzip", 30, x)[0]
			fmt.Printf("| %d | %d | %.2f | %.2f | %.0f |\n", n, len(seriesLine.FindAll(x.text(b), -1)), ms(c.wall), ms(c.cpu), x.peak(b)/(1<<20))
		})
	}
}
