package command

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/backfill"
)

// report prints what a back-fill has done, and what to do next.
func (p *pastOf) report(w io.Writer, r backfill.Report, failed error) error {
	j := &p.job
	for _, n := range p.notices {
		fmt.Fprintln(w, "note: "+n)
	}
	fmt.Fprintf(w, "%s: %s to %s\n%d days, %d rows, %d samples, %d requests, %d rows skipped, %d unknown values, gaps of %s\n%s",
		p.past.Ledger, stamp(j.From), stamp(r.Done), r.Days, r.Rows, r.Samples, r.Requests, r.Skipped, r.Unknown, r.Gap.Round(time.Second), p.missing())
	switch {
	case failed != nil && j.Resumable():
		_, err := fmt.Fprintf(w, "It ended early, at %s. The same command with --resume goes on there.\n", stamp(r.Done))
		return err
	case failed != nil && !j.Resume:
		_, err := fmt.Fprintln(w, "It ended before anything was written. The same command starts it again.")
		return err
	case failed != nil, !p.blocks():
		return nil
	}
	_, err := fmt.Fprintf(w, `Load the files into a Prometheus with

  for f in %s/*%s; do promtool tsdb create-blocks-from openmetrics --max-block-duration=1d "$f" DATA_DIRECTORY; done
`, p.dir, backfill.FileSuffix)
	return err
}

// missing is the line of what is not rebuilt.
func (p *pastOf) missing() string {
	if p.past.Missing == "" {
		return ""
	}
	return "Not rebuilt: " + p.past.Missing + "\n"
}

// What a dry run counts on.
const (
	sampleSize    = 160
	groupSize     = 20 // agents of a group
	otherRequests = 20 // for a login and names
)

// dryRun prints what a back-fill will cost. It asks nothing.
func (p *pastOf) dryRun(w io.Writer) error {
	j := &p.job
	agents, from := p.options.Agents, "as given"
	switch {
	case agents == 0 && p.agents > 0:
		agents, from = p.agents, "as the state knows"
	case agents == 0:
		agents, from = 100, "a guess; give --agents"
	}
	days := j.To.Sub(j.From).Hours() / 24
	daily := p.past.Daily(agents)
	requests := j.EstimatedRequests(daily)
	if p.options.By == "group" {
		daily.Series = math.Min(daily.Series, p.past.Daily(1).Series)
	}
	counted := daily.Series * float64(24*time.Hour/j.Step)
	gauges := 0.0
	if p.past.Gauges != nil {
		gauges = math.Ceil(float64(agents)/groupSize) * 14 * float64(24*time.Hour/j.GaugeStep())
	}
	samples := days * (counted + gauges)
	took := time.Duration(math.Max((requests+otherRequests)/p.account.Limits.RequestsPerSecond*2, samples/500_000) * float64(time.Second))
	for _, n := range p.notices {
		fmt.Fprintln(w, "note: "+n)
	}
	_, err := fmt.Fprintf(w, `%s: %s to %s, a sample of a counter each %s, of a gauge each %s
for %d agents (%s) about %.0f rows, %.0f requests and some %d for a login and names, %.0f samples, %.0f MB of text, %s
%sNothing was asked.
`, p.past.Ledger, stamp(j.From), stamp(j.To), j.Step, j.GaugeStep(), agents, from, days*daily.Rows, requests, otherRequests, samples, samples*sampleSize/1e6, took.Round(time.Second), p.missing())
	return err
}

// progress shows how far a back-fill is: a bar on a terminal, else a line a minute.
type progress struct {
	out      io.Writer
	of       *pastOf
	terminal bool
	begun    time.Time
	first    time.Time // that was done at begun
	shown    time.Time
}

func newProgress(out io.Writer, of *pastOf) *progress {
	p := &progress{out: out, of: of, begun: time.Now(), shown: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// The pauses between two bars and two lines.
const (
	barEvery  = 200 * time.Millisecond
	lineEvery = time.Minute
)

func (p *progress) note(r backfill.Report) {
	now, every := time.Now(), lineEvery
	if p.terminal {
		every = barEvery
	}
	if p.first.IsZero() {
		p.first = r.Done
	}
	if now.Sub(p.shown) < every {
		return
	}
	p.shown = now
	j := &p.of.job
	part := r.Done.Sub(j.From).Seconds() / j.To.Sub(j.From).Seconds()
	left := "?"
	if done := r.Done.Sub(p.first).Seconds(); done > 0 {
		left = time.Duration(now.Sub(p.begun).Seconds() / done * j.To.Sub(r.Done).Seconds() * float64(time.Second)).Round(time.Second).String()
	}
	text := fmt.Sprintf("%3.0f %%  %s  %d days, %d rows, %d requests, %s left", part*100, r.Done.Format(time.DateOnly), r.Days, r.Rows, r.Requests, left)
	if !p.terminal {
		fmt.Fprintln(p.out, text)
		return
	}
	const width = 30
	full := int(part * width)
	fmt.Fprintf(p.out, "\r[%s%s] %s\x1b[K", strings.Repeat("#", full), strings.Repeat(" ", width-full), text)
}

// end ends the line of the bar.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
