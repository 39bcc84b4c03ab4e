package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// Check says whether the configuration is right and, unless Offline, whether
// the vendors are as it says: what is needed first, then each source, once. It
// returns ErrReported if something is wrong.
func Check(ctx context.Context, o Options) error {
	write := writeChecks
	if o.Output == "json" {
		write = writeChecksJSON
	}
	c, err := config.Load(o.ConfigFile, o.configs())
	if err == nil && o.Output != "json" {
		for _, w := range c.Warnings() {
			fmt.Fprintln(o.Out, "warning: "+w)
		}
	}
	switch {
	case err != nil && o.Output == "json":
		return errors.Join(write(o.Out, []checked{{Step: configurationStep, Error: err.Error(), Advice: configurationAdvice}}), ErrReported)
	case err != nil:
		fmt.Fprintln(o.Out, err)
		return ErrReported
	}
	check := scrape.Check
	if o.Offline {
		check = collector.CheckOffline
	}
	results := checkAll(ctx, o.Vendors, c.Accounts, check)
	switch {
	case o.Offline && o.Output == "json":
		results = append(offline(c.Accounts), results...)
	case o.Offline:
		fmt.Fprintf(o.Out, "%s: ok (%d accounts)\n", o.ConfigFile, len(c.Accounts))
	}
	if err := write(o.Out, results); err != nil {
		return err
	}
	for _, r := range results {
		if !r.OK && r.Off == "" {
			return ErrReported
		}
	}
	return nil
}

// checked is one line of the result.
type checked struct {
	Account string `json:"account"`
	Step    string `json:"step"`
	OK      bool   `json:"ok"`
	Found   string `json:"found,omitempty"`
	Class   string `json:"class,omitempty"`
	Error   string `json:"error,omitempty"`
	Advice  string `json:"advice,omitempty"`
	// Off is the name of a source that is off: OK says whether the credentials can read it.
	Off     string  `json:"off,omitempty"`
	untried bool    // whether the credentials can read it is not known
	Seconds float64 `json:"seconds"`
}

const (
	configurationStep   = "configuration"
	configurationAdvice = "Correct the file, or what it refers to: docs/configuration.md says what each key may be."
)

// offline is the result of a configuration that is right.
func offline(accounts []config.Account) []checked {
	results := []checked{}
	for _, a := range accounts {
		results = append(results, checked{Account: a.Name, Step: configurationStep, OK: true})
	}
	return results
}

// checkAll checks all accounts at once and returns their results in the order of
// the file.
func checkAll(ctx context.Context, vendors []collector.Vendor, accounts []config.Account, check func(context.Context, collector.Vendor, config.Account) []collector.Finding) []checked {
	found := make([][]collector.Finding, len(accounts))
	var wg sync.WaitGroup
	for i, a := range accounts {
		v, _ := collector.Find(vendors, a.Vendor) // the configuration has been read with them
		wg.Go(func() { found[i] = check(ctx, v, a) })
	}
	wg.Wait()
	var results []checked
	for i, findings := range found {
		for _, f := range findings {
			results = append(results, checkedOf(accounts[i].Name, f))
		}
	}
	return results
}

func checkedOf(account string, f collector.Finding) checked {
	r := checked{Account: account, Step: f.Step, untried: errors.Is(f.Err, collector.ErrNotAsked), OK: f.Err == nil, Advice: f.Advice, Off: f.Source, Seconds: f.Took.Seconds()}
	if f.Err == nil {
		r.Found = f.Found
	} else {
		r.Class, r.Error = string(api.ClassOf(f.Err)), strings.ReplaceAll(f.Err.Error(), "\n", "; ")
	}
	return r
}

func writeChecksJSON(w io.Writer, results []checked) error { return writeJSON(w, results) }

func writeChecks(w io.Writer, results []checked) error {
	for _, r := range results {
		took := time.Duration(r.Seconds * float64(time.Second)).Round(time.Millisecond)
		line := fmt.Sprintf("%s: %s: ok (%s)", r.Account, r.Step, took)
		if r.Found != "" {
			line = fmt.Sprintf("%s: %s: ok: %s (%s)", r.Account, r.Step, r.Found, took)
		}
		if !r.OK {
			line = fmt.Sprintf("%s: %s: FAILED: %s", r.Account, r.Step, r.Error)
		}
		switch {
		case r.Off != "" && r.OK:
			line = fmt.Sprintf("%s: %s: off; your credentials can read it: add `%s: {}`", r.Account, r.Step, r.Off)
		case r.untried:
			line = fmt.Sprintf("%s: %s: off; not tried: %s", r.Account, r.Step, r.Error)
		case r.Off != "":
			line = fmt.Sprintf("%s: %s: off; not readable: %s", r.Account, r.Step, r.Error)
		}
		if r.Advice != "" {
			line += "\n    " + r.Advice
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
