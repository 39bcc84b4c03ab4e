package command

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Plan prints what the configuration will cost and how old its figures can get.
// It returns ErrReported if an account needs more requests than its limit.
func Plan(_ context.Context, o Options) error {
	c, err := config.Load(o.ConfigFile, o.configs())
	if err != nil {
		fmt.Fprintln(o.Out, err)
		return ErrReported
	}
	within := true
	for _, a := range c.Accounts {
		p := planOf(o.Vendors, a, collector.Load{Agents: bounded(o.PlanAgents), Services: bounded(o.PlanServices)})
		if err := p.write(o.Out); err != nil {
			return err
		}
		within = within && p.within()
	}
	if !within {
		return ErrReported
	}
	return nil
}

// bounded keeps what is planned for to what can be counted with: no contact centre
// is larger.
func bounded(n uint) int { return int(min(n, 10_000_000)) }

// plan is what an account will cost.
type plan struct {
	account string
	limit   float64 // requests an hour
	sources []planned
}

// planned is what a source will cost.
type planned struct {
	name     string
	requests float64 // an hour
	most     float64 // of a feed that always has events
	series   int
	age      time.Duration // of its figures, at most, while all goes well
	maxAge   time.Duration // after which its gauges are no longer shown; 0 for feeds
}

// year is as long as a plan looks ahead.
const year = 365 * 24 * time.Hour

func planOf(vendors []collector.Vendor, a config.Account, l collector.Load) plan {
	p := plan{account: a.Name, limit: a.Limits.RequestsPerSecond * time.Hour.Seconds()}
	v, _ := collector.Find(vendors, a.Vendor) // the configuration has been read with them
	for _, s := range v.Sources {
		c, on := a.Sources[s.Name]
		if !on {
			continue
		}
		every, least := scrape.Pace(s.Feed, c.Interval, a.Limits)
		n := s.Requests(a, c, l)
		queue := time.Duration(min(n/a.Limits.RequestsPerSecond, year.Seconds()) * float64(time.Second))
		p.sources = append(p.sources, planned{
			name:     s.Name,
			requests: n * time.Hour.Seconds() / every.Seconds(),
			most:     n * time.Hour.Seconds() / least.Seconds(),
			series:   min(s.Series(a, l), c.MaxSeries),
			age:      every + queue,
			maxAge:   c.MaxAge,
		})
	}
	return p
}

// requests returns what is needed an hour while nothing happens, and at most.
func (p plan) requests() (idle, most float64) {
	for _, s := range p.sources {
		idle += s.requests
		most += s.most
	}
	return idle, most
}

func (p plan) within() bool {
	_, most := p.requests()
	return most <= p.limit
}

func (p plan) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "account %s\n\nsource\trequests/h\tseries\tas old as\tshown for\n", p.account)
	series := 0
	for _, s := range p.sources {
		shown := "as long as it runs"
		if s.maxAge > 0 {
			shown = s.maxAge.String()
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", s.name, rangeText(s.requests, s.most), s.series, s.age.Round(time.Second), shown)
		series += s.series
	}
	verdict := "within the limit"
	if !p.within() {
		verdict = "MORE THAN THE LIMIT: lengthen intervals, turn sources off or raise limits.requests_per_second"
	}
	all := rangeText(p.requests())
	fmt.Fprintf(t, "all\t%s\t%d\n\n%s requests an hour of %.0f: %s.\n\n", all, series, all, p.limit, verdict)
	return t.Flush()
}

// rangeText writes what is needed while nothing happens and at most, once if it is the
// same.
func rangeText(idle, most float64) string {
	if math.Round(idle) == math.Round(most) {
		return fmt.Sprintf("%.0f", idle)
	}
	return fmt.Sprintf("%.0f to %.0f", idle, most)
}
