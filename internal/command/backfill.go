package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/backfill"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// BackfillOptions are the flags of Backfill.
type BackfillOptions struct {
	Account, Source string
	From, To        string
	Step            time.Duration
	By              string
	Output          string
	HeadersFile     string
	Labels          []string // NAME=VALUE
	DryRun, Resume  bool
	Agents          int // of a dry run; 0 for as many as the state knows
}

// Backfill writes what the vendor tells of the past of an account.
func Backfill(ctx context.Context, o Options) error {
	c, err := config.Load(o.ConfigFile, o.configs())
	if err != nil {
		return err
	}
	p, err := o.newPast(ctx, c, time.Now())
	if err != nil {
		return err
	}
	defer p.kept.close()
	defer p.past.Close()
	if o.Backfill.DryRun {
		return p.dryRun(o.Out)
	}
	return p.fillIn(ctx)
}

// garbage is by how many per cent the memory may grow before it is cleaned up: most of what a back-fill allocates is of one step.
const garbage = 30

// fillIn does the back-fill while no other one works for the account or at the same place.
func (p *pastOf) fillIn(ctx context.Context) error {
	if err := p.makeDir(); err != nil {
		return err
	}
	writable, err := p.holdOutput()
	if err != nil {
		return err
	}
	defer func() { _ = writable() }()
	if p.job.Write, err = p.output(); err != nil {
		return err
	}
	held, release, err := p.share(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = release() }()
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	shown := newProgress(p.out, p)
	p.job.Progress = shown.note
	report, err := p.job.Run(held)
	shown.end()
	failed := p.report(p.out, report, err)
	switch {
	case err != nil && ctx.Err() != nil:
		err = ErrReported
	case err != nil && held.Err() != nil:
		err = context.Cause(held)
	}
	return errors.Join(err, failed)
}

// pastOf is a back-fill that is being prepared.
type pastOf struct {
	options BackfillOptions
	out     io.Writer
	account config.Account
	kept    *keptState
	past    *backfill.Past
	job     backfill.Job
	notices []string
	agents  int // that the live counters know
	dir     string
}

// newPast joins flags, configuration and state.
func (o Options) newPast(ctx context.Context, c *config.Config, now time.Time) (*pastOf, error) {
	p := &pastOf{options: o.Backfill, out: o.Out}
	found := false
	for _, a := range c.Accounts {
		if a.Name == p.options.Account {
			p.account, found = a, true
		}
	}
	if !found {
		return nil, fmt.Errorf("%s has no account %s", o.ConfigFile, p.options.Account)
	}
	kept, store, err := o.readState(ctx)
	if err != nil {
		return nil, err
	}
	p.kept = kept
	if err := p.prepare(o, store, now); err != nil {
		kept.close()
		return nil, err
	}
	return p, nil
}

// prepare makes the job of flags, account and state.
func (p *pastOf) prepare(o Options, store *state.Store, now time.Time) (err error) {
	if p.options.By == "group" {
		p.account.Identity = config.None
	}
	v, _ := collector.Find(o.Vendors, p.account.Vendor) // the configuration has been read with them
	if p.past, err = backfill.Open(v, p.account, p.options.Source, store.Key(), o.Transport); err != nil {
		return err
	}
	p.job = backfill.Job{
		Account: p.account.Name, Vendor: p.account.Vendor, Step: p.options.Step, Resume: p.options.Resume,
		Past: p.past, Secret: [32]byte(store.Key()),
	}
	if p.job.Labels, err = labelsOf(p.options.Labels, p.past); err != nil {
		return err
	}
	if p.kept.running {
		p.notices = append(p.notices, "an exporter uses the state: half of the account's requests are left to it")
	}
	if err := p.place(o.StateDir); err != nil {
		return err
	}
	return p.times(store, now)
}

const (
	toFiles  = "openmetrics:"
	toRemote = "remote-write:"
)

// blocks reports whether the samples become blocks of a Prometheus.
func (p *pastOf) blocks() bool { return strings.HasPrefix(p.options.Output, toFiles) }

// place says where the checkpoint is, and what it is of.
func (p *pastOf) place(stateDir string) error {
	j, o := &p.job, p.options
	switch {
	case p.blocks() && p.options.HeadersFile != "":
		return errors.New("--output.headers-file: files have no headers: it is for remote-write only")
	case p.blocks():
		if p.dir = strings.TrimPrefix(p.options.Output, toFiles); p.dir == "" {
			return errors.New("--output: openmetrics: needs a directory")
		}
		j.Checkpoint = filepath.Join(p.dir, "checkpoint.json")
	case strings.HasPrefix(p.options.Output, toRemote):
		j.Checkpoint = filepath.Join(stateDir, "backfill-"+j.Account+"-"+o.Source+".json")
	default:
		return fmt.Errorf("--output must be %sDIRECTORY or %sURL, not %q", toFiles, toRemote, p.options.Output)
	}
	j.Parameters = fmt.Sprintf("--account=%s --source=%s --from=%s --to=%s --step=%s --by=%s --label=%v%s", o.Account, o.Source, o.From, o.To, o.Step, o.By, j.Labels, p.server())
	return nil
}

// server is the server that takes the samples, as a parameter of the checkpoint; its URL may
// hold credentials, which are left out. The checkpoint of files is in their directory.
func (p *pastOf) server() string {
	address, remote := strings.CutPrefix(p.options.Output, toRemote)
	u, err := url.Parse(address)
	if !remote || err != nil {
		return ""
	}
	return " --output=" + toRemote + (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// makeDir makes the directory of the files, or of the checkpoint.
func (p *pastOf) makeDir() error { return os.MkdirAll(filepath.Dir(p.job.Checkpoint), 0o700) }

// holdOutput keeps a second back-fill out of the directory of the files.
func (p *pastOf) holdOutput() (release func() error, err error) {
	if !p.blocks() {
		return func() error { return nil }, nil
	}
	if release, err = state.Hold(filepath.Join(p.dir, ".backfill.lock")); errors.Is(err, state.ErrHeld) {
		return nil, fmt.Errorf("another back-fill writes to %s: give another directory: %w", p.dir, err)
	}
	return release, err
}

// output returns the place where the samples go.
func (p *pastOf) output() (func(context.Context, backfill.Day) error, error) {
	if !p.blocks() {
		return p.remote()
	}
	old, err := filepath.Glob(filepath.Join(p.dir, "*"+backfill.FileSuffix))
	if err == nil && len(old) > 0 && !p.options.Resume {
		err = fmt.Errorf("%s holds files of another back-fill: give an empty directory", p.dir)
		if p.job.Resumable() {
			err = fmt.Errorf("%s holds files of this back-fill, which ended early: give --resume, or an empty directory", p.dir)
		}
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
