package command

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Plan prints what the configuration will cost and how old its figures can get.
// It returns ErrReported if an account needs more requests than its limit.
func Plan(_ context.Context, o Options) error {
	c, err := config.Load(o.ConfigFile, collector.Specs())
	if err != nil {
		fmt.Fprintln(o.Out, err)
		return ErrReported
	}
	within := true
	for _, a := range c.Accounts {
		p := planOf(a, collector.Load{Agents: o.PlanAgents, Services: o.PlanServices})
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
	series   int
	age      time.Duration // of its figures, at most, while all goes well
	maxAge   time.Duration // after which its gauges are no longer shown; 0 for feeds
}

func planOf(a config.Account, l collector.Load) plan {
	p := plan{account: a.Name, limit: a.Limits.RequestsPerSecond * time.Hour.Seconds()}
	for _, s := range collector.Sources(a.Vendor) {
		c, on := a.Sources[s.Name]
		if !on {
			continue
		}
		every := scrape.Pace(s.Feed, c.Interval)
		n := s.Requests(a, c, l)
		queue := time.Duration(n / a.Limits.RequestsPerSecond * float64(time.Second))
		p.sources = append(p.sources, planned{
			name:     s.Name,
			requests: n * time.Hour.Seconds() / every.Seconds(),
			series:   min(s.Series(a, l), c.MaxSeries),
			age:      every + queue,
			maxAge:   c.MaxAge,
		})
	}
	return p
}

func (p plan) requests() (sum float64) {
	for _, s := range p.sources {
		sum += s.requests
	}
	return sum
}

func (p plan) within() bool { return p.requests() <= p.limit }

func (p plan) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "account %s\n\nsource\trequests/h\tseries\tas old as\tshown for\n", p.account)
	series := 0
	for _, s := range p.sources {
		shown := "as long as it runs"
		if s.maxAge > 0 {
			shown = s.maxAge.String()
		}
		fmt.Fprintf(t, "%s\t%.0f\t%d\t%s\t%s\n", s.name, s.requests, s.series, s.age.Round(time.Second), shown)
		series += s.series
	}
	verdict := "within the limit"
	if !p.within() {
		verdict = "MORE THAN THE LIMIT: lengthen intervals, turn sources off or raise limits.requests_per_second"
	}
	fmt.Fprintf(t, "all\t%.0f\t%d\n\n%.0f requests an hour of %.0f: %s.\n\n", p.requests(), series, p.requests(), p.limit, verdict)
	return t.Flush()
}
