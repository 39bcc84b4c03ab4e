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
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/access"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Check says whether the configuration is right and, unless Offline, whether
// the vendors are as it says: what is needed first, then each source, once. It
// returns ErrReported if something is wrong.
func Check(ctx context.Context, o Options) error {
	inJSON := o.Output == "json"
	c, err := config.Load(o.ConfigFile, o.configs())
	switch {
	case err != nil && inJSON:
		return errors.Join(writeJSON(o.Out, []checked{{Step: configurationStep, Error: err.Error(), Advice: configurationAdvice}}), ErrReported)
	case err != nil:
		fmt.Fprintln(o.Out, err)
		return ErrReported
	case !inJSON:
		for _, w := range c.Warnings() {
			fmt.Fprintln(o.Out, "warning: "+w)
		}
	}
	check := access.Check
	if o.Offline {
		check = collector.CheckOffline
	}
	results := checkAll(ctx, o.Vendors, c.Accounts, check)
	switch {
	case inJSON && o.Offline:
		err = writeJSON(o.Out, append(offline(c.Accounts), results...))
	case inJSON:
		err = writeJSON(o.Out, results)
	default:
		if o.Offline {
			fmt.Fprintf(o.Out, "%s: ok (%d accounts)\n", o.ConfigFile, len(c.Accounts))
		}
		err = writeChecks(o.Out, results)
	}
	if err != nil {
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
	var results []checked
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

func writeChecks(w io.Writer, results []checked) error {
	for _, r := range results {
		line := fmt.Sprintf("%s: %s: %s", r.Account, r.Step, r.verdict())
		if r.Advice != "" {
			line += "\n    " + r.Advice
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// verdict says how a step ended.
func (r checked) verdict() string {
	took := time.Duration(r.Seconds * float64(time.Second)).Round(time.Millisecond)
	switch {
	case r.Off != "" && r.OK:
		return fmt.Sprintf("off; your credentials can read it: add `%s: {}`", r.Off)
	case r.untried:
		return "off; not tried: " + r.Error
	case r.Off != "":
		return "off; not readable: " + r.Error
	case !r.OK:
		return "FAILED: " + r.Error
	case r.Found != "":
		return fmt.Sprintf("ok: %s (%s)", r.Found, took)
	}
	return fmt.Sprintf("ok (%s)", took)
}
