package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/backfill"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape/ledger"
)

// BackfillOptions are the flags of Backfill.
type BackfillOptions struct {
	Account, From, To string
	Step              time.Duration
	By                string
	Output            string
	HeadersFile       string
	Labels            map[string]string
	DryRun, Resume    bool
	Agents            int // of a dry run; 0 for as many as the state knows
}

// pastSource is the source whose past can be filled in.
const pastSource = "status_changes"

// Backfill writes what the vendor tells of the past of an account.
func Backfill(ctx context.Context, o Options) error {
	c, err := config.Load(o.ConfigFile, o.configs())
	if err != nil {
		return err
	}
	p, err := o.newPast(c, time.Now())
	if err != nil {
		return err
	}
	defer p.past.Close()
	if o.Backfill.DryRun {
		return p.dryRun(o.Out)
	}
	if p.job.Write, err = p.output(); err != nil {
		return err
	}
	shown := newProgress(o.Out, p)
	p.job.Progress = shown.note
	report, err := p.job.Run(ctx)
	shown.end()
	failed := p.report(o.Out, report, err)
	if err != nil && ctx.Err() != nil {
		err = ErrReported
	}
	return errors.Join(err, failed)
}

// pastOf is a back-fill that is being prepared.
type pastOf struct {
	options BackfillOptions
	account config.Account
	past    *scrape.Past
	job     backfill.Job
	notices []string
	agents  int // that the live counters know
	dir     string
}

// newPast joins flags, configuration and state.
func (o Options) newPast(c *config.Config, now time.Time) (*pastOf, error) {
	p := &pastOf{options: o.Backfill}
	found := false
	for _, a := range c.Accounts {
		if a.Name == p.options.Account {
			p.account, found = a, true
		}
	}
	if !found {
		return nil, fmt.Errorf("%s has no account %s", o.ConfigFile, p.options.Account)
	}
	store, running, err := state.Read(o.StateDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no state, or no backup of it yet: let the exporter run for some minutes first, so that agents have the labels that they have live", o.StateDir)
	}
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if p.options.By == "group" {
		p.account.Identity = config.None
	}
	v, _ := collector.Find(o.Vendors, p.account.Vendor) // the configuration has been read with them
	if p.past, err = scrape.OpenPast(v, p.account, pastSource, store.Key()); err != nil {
		return nil, err
	}
	p.job = backfill.Job{
		Account: p.account.Name, Vendor: p.account.Vendor, Step: p.options.Step, Resume: p.options.Resume,
		Past: p.past.Past, Descs: p.past.Descs, Ledger: p.past.Ledger, Secret: [32]byte(store.Key()),
		Count: func(s ledger.Store) (func(*metric.Reading, time.Time) error, error) { return p.past.Count(s) },
	}
	for name, value := range p.options.Labels {
		p.job.Labels = append(p.job.Labels, backfill.Label{Name: name, Value: value})
	}
	if running {
		p.notices = append(p.notices, "an exporter uses the state: half of the account's requests are left to it")
	}
	if err := p.times(store, now); err != nil {
		return nil, err
	}
	return p, p.place(o.StateDir)
}

// settleTime is how long ago the newest sample of a block is: Prometheus keeps younger
// ones in its head, which a block must not overlap.
const settleTime = 3 * time.Hour

// times sets from when to when samples are made, or says why they can't be.
func (p *pastOf) times(store *state.Store, now time.Time) (err error) {
	j := &p.job
	if day := 24 * time.Hour; j.Step < time.Minute || day%j.Step != 0 || j.Step%time.Second != 0 {
		return errors.New("--step must be at least 1m and divide a day, such as 5m, 15m or 1h")
	}
	if j.From, err = parseTime(p.options.From, now); err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	live, known, err := p.liveBegin(store)
	if err != nil {
		return err
	}
	switch {
	case p.options.To == "live" && !known:
		return fmt.Errorf("nothing is counted live of %s yet, so that its beginning is not known: let the exporter run for some minutes, or give a time with --to", p.past.Ledger)
	case p.options.To == "live":
		j.To, j.Seam = live, true
	default:
		if j.To, err = parseTime(p.options.To, now); err != nil {
			return fmt.Errorf("--to: %w", err)
		}
		if known && j.To.After(live) {
			return fmt.Errorf("--to is later than %s, from when on the exporter counts live: it would be counted twice", stamp(live))
		}
		j.Seam = known && j.To.Equal(live)
	}
	if oldest := p.past.Kept(now); j.From.Before(oldest) {
		p.notices = append(p.notices, fmt.Sprintf("the vendor tells nothing of before %s: the back-fill begins there", stamp(oldest)))
		j.From = oldest
	}
	j.From = j.From.Add(j.Step - 1).Truncate(j.Step).UTC()
	if !j.From.Before(j.To) {
		return fmt.Errorf("from %s to %s there is nothing to fill in", stamp(j.From), stamp(j.To))
	}
	if limit := now.Add(-settleTime); p.blocks() && j.To.After(limit) {
		return fmt.Errorf("blocks must end three hours ago at the latest, and this one ends at %s: wait until %s, give an earlier --to, or use remote-write", stamp(j.To), stamp(j.To.Add(settleTime)))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// liveBegin returns from when on the exporter counts, and how many agents it knows; false
// if it counts nothing yet.
func (p *pastOf) liveBegin(store *state.Store) (time.Time, bool, error) {
	for _, u := range store.Usage() {
		if u.Name != p.past.Ledger {
			continue
		}
		l, err := store.Ledger(u.Name)
		if err != nil {
			return time.Time{}, false, err
		}
		for key := range l.View().All() {
			if strings.HasPrefix(key, "liveperson_agent_logins_total") {
				p.agents++
			}
			if p.options.By == "agent" {
				p.job.Live = append(p.job.Live, key)
			}
		}
		begin, known := cumulative.BeginOf(l)
		return begin.UTC(), known, nil
	}
	return time.Time{}, false, nil
}

// parseTime reads a time, a date or a duration before now.
func parseTime(text string, now time.Time) (time.Time, error) {
	if d, err := model.ParseDuration(text); err == nil {
		return now.Add(-time.Duration(d)).UTC(), nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a duration such as 26w, nor a date, nor a time such as 2026-05-01T00:00:00Z", text)
}

const (
	toFiles  = "openmetrics:"
	toRemote = "remote-write:"
)

// blocks reports whether the samples become blocks of a Prometheus.
func (p *pastOf) blocks() bool { return strings.HasPrefix(p.options.Output, toFiles) }

// place says where the checkpoint is, and what it is of.
func (p *pastOf) place(stateDir string) error {
	j := &p.job
	switch {
	case p.blocks():
		if p.dir = strings.TrimPrefix(p.options.Output, toFiles); p.dir == "" {
			return errors.New("--output: openmetrics: needs a directory")
		}
		j.Checkpoint = filepath.Join(p.dir, "checkpoint.json")
	case strings.HasPrefix(p.options.Output, toRemote):
		j.Checkpoint = filepath.Join(stateDir, "backfill-"+j.Account+".json")
	default:
		return fmt.Errorf("--output must be %sDIRECTORY or %sURL, not %q", toFiles, toRemote, p.options.Output)
	}
	o := p.options
	j.Parameters = fmt.Sprintf("--account=%s --from=%s --to=%s --step=%s --by=%s --label=%v", o.Account, o.From, o.To, o.Step, o.By, o.Labels)
	return nil
}

// output makes the place where the samples go.
func (p *pastOf) output() (func(context.Context, backfill.Day) error, error) {
	if !p.blocks() {
		return p.remote()
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, err
	}
	old, err := filepath.Glob(filepath.Join(p.dir, "*"+backfill.FileSuffix))
	if err == nil && len(old) > 0 && !p.options.Resume {
		err = fmt.Errorf("%s holds files of another back-fill: give an empty directory, or --resume", p.dir)
	}
	return backfill.OpenMetrics(p.dir), err
}

// remote returns the server that takes the samples.
func (p *pastOf) remote() (func(context.Context, backfill.Day) error, error) {
	headers := http.Header{}
	if p.options.HeadersFile != "" {
		all, err := config.ReadHeaders(p.options.HeadersFile)
		if err != nil {
			return nil, fmt.Errorf("--output.headers-file: %w", err)
		}
		for name, value := range all {
			headers.Set(name, value.Read())
		}
	}
	r, err := backfill.NewRemote(strings.TrimPrefix(p.options.Output, toRemote), headers)
	if err != nil {
		return nil, fmt.Errorf("--output: %w", err)
	}
	return r.Write, nil
}
