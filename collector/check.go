package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/proxy"
)

// Finding is what one step of a check found.
type Finding struct {
	// Step is what was tried, such as "login" or "source agent_status".
	Step string
	// Found says what the answer held, such as "12 services, 60 agents"; "" where the
	// step counts nothing.
	Found string
	// Err is nil if it worked.
	Err error
	// Advice is what to do about Err; "" where nothing better is known than Err.
	Advice string
	// Took is how long the step lasted.
	Took time.Duration
	// Source is the source that was tried although it is off; else "".
	Source string
}

// Step is one thing that a check tries.
type Step struct {
	Name string
	Try  func(context.Context) error
	// Found says what the newest Try found; nil where it counts nothing.
	Found func() string
	// Advice says what to do about an error of Try; nil where nothing is known.
	Advice func(error) string
	// Source is the source that is tried although it is off; else "".
	Source string
	// Elsewhere is true where it is not the vendor that is asked: Advice knows of redirects.
	Elsewhere bool
	// Needed is true where nothing that follows can work without it.
	Needed bool
	// Offline is true for a step that sends nothing.
	Offline bool
}

// Check tries an account for real: what its vendor needs first, then each source once,
// and of those that are off one request. It ends early where the rest can only fail the
// same way.
func Check(ctx context.Context, v Vendor, env Env) []Finding {
	env = withEverySource(v, env)
	var shown []Shown
	env.Shown = func(time.Time) []Shown { return shown }
	account, err := v.Open(env)
	if err != nil {
		return []Finding{{Step: "configuration", Err: err}}
	}
	steps := account.Steps
	var derived []Step
	for _, c := range account.Collectors {
		tried := env.Tried[c.Name]
		switch {
		case c.Derived && c.Steps != nil && !tried:
			derived = append(derived, c.Steps(Setup{Env: env, Config: c.Config})...)
		case c.Derived:
		case tried:
			step := c.step(env.Account)
			step.Source, step.Try = c.Name, c.probe
			steps = append(steps, step)
		default:
			steps = append(steps, c.fetchStep(env.Account, func(s Shown) { shown = append(shown, s) }))
		}
	}
	return try(ctx, append(steps, derived...))
}

// CheckOffline tries of an account what sends nothing, such as reading its roster.
func CheckOffline(ctx context.Context, v Vendor, a config.Account) []Finding {
	env := Env{Account: a, Identity: func(id, _ string) string { return id }, Shown: func(time.Time) []Shown { return nil }}
	var steps []Step
	for _, s := range v.Sources {
		if c, on := a.Sources[s.Name]; on && s.Steps != nil {
			steps = append(steps, s.Steps(Setup{Env: env, Config: c})...)
		}
	}
	return try(ctx, slices.DeleteFunc(steps, func(s Step) bool { return !s.Offline }))
}

// shown returns what a source has answered, as if it were shown.
func (c Collector) shown(r metric.Reading, at time.Time) Shown {
	samples := slices.Clone(r.Gauges.Samples)
	for _, row := range r.Totals {
		samples = append(samples, row.Totals...)
	}
	return Shown{Source: c.Name, At: at, Fresh: true, Samples: samples}
}

// step is a step of the source, without what it tries.
func (s Source) step(a config.Account) Step {
	return Step{Name: "source " + s.Name, Advice: func(err error) string {
		switch {
		case errors.Is(err, ErrNotAsked):
			return "Check again while there is something, such as a call."
		case s.Advice == nil:
			return ""
		}
		return s.Advice(a, err)
	}}
}

// fetchStep is a step that asks the source once. show receives what it has answered.
func (c Collector) fetchStep(a config.Account, show func(Shown)) Step {
	found, s := "", c.step(a)
	s.Found = func() string { return found }
	s.Try = func(ctx context.Context) error {
		var f fetch
		now := time.Now()
		r, err := c.Collect(context.WithValue(ctx, fetchKey{}, &f), Position{Now: now})
		found = foundIn(r, f.sent.Load())
		show(c.shown(r, now))
		if note := c.note(ctx, a, r); err == nil && note != "" {
			found += ", " + note
		}
		return err
	}
	return s
}

// noteTime is how long a check waits for what a feed delivers.
const noteTime = 5 * time.Second

// note returns what there is to tell of what the source delivers. The first answer of a
// feed only tells where it begins.
func (c Collector) note(ctx context.Context, a config.Account, first metric.Reading) string {
	if c.Note == nil || first.Events.Cursor == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	r, err := c.Collect(ctx, Position{Now: time.Now(), Cursor: first.Events.Cursor})
	if err != nil {
		return ""
	}
	return c.Note(a, r)
}

// clockTolerance is how far two clocks may be apart: a few minutes more, and
// signatures are refused.
const clockTolerance = time.Minute

// ClockStep compares this machine's clock with the vendor's, by what the vendor
// has answered so far. skew is how much later the vendor's clock is.
func ClockStep(vendor string, skew func() (skew time.Duration, known bool)) Step {
	return Step{
		Name: "clock",
		Try: func(context.Context) error {
			d, known := skew()
			if !known || d.Abs() <= clockTolerance {
				return nil
			}
			direction := "behind"
			if d < 0 {
				direction = "ahead of"
			}
			return fmt.Errorf("this machine's clock is %s %s %s's", d.Abs().Round(time.Second), direction, vendor)
		},
		Advice: func(error) string { return "Synchronise this machine's clock (NTP)." },
	}
}

func try(ctx context.Context, steps []Step) []Finding {
	var findings []Finding
	for _, s := range steps {
		begin := time.Now()
		err := s.Try(ctx)
		f := Finding{Step: s.Name, Err: err, Took: time.Since(begin), Source: s.Source}
		if s.Found != nil {
			f.Found = s.Found()
		}
		if err != nil {
			f.Advice = s.advice(err)
		}
		findings = append(findings, f)
		if err != nil && s.Needed {
			break
		}
	}
	return findings
}

// advice says what to do about an error of Try; "" where nothing better is known.
func (s Step) advice(err error) string {
	advice := ""
	if s.Advice != nil {
		advice = s.Advice(err)
	}
	if s.Elsewhere {
		return cmp.Or(advice, adviceOn(err))
	}
	return cmp.Or(redirectAdvice(err), advice, adviceOn(err))
}

// AdviceOn says what to do about an error of the source of an account; "" where
// nothing better is known than the error.
func (s Source) AdviceOn(a config.Account, err error) string { return s.step(a).advice(err) }

// redirectAdvice says what to do about an answer that is a redirect; "" for another
// error. A login that is answered by one says nothing of the credentials.
func redirectAdvice(err error) string {
	status := api.StatusOf(err)
	if status == nil || status.Code < 300 || status.Code > 399 {
		return ""
	}
	return "The host answers with a redirect, which is never followed: its address in the configuration (base_url, discovery_url or domains) is wrong, or a proxy on the way wants a login of its own."
}

// adviceOn says what to do about an error of which no source knows more.
func adviceOn(err error) string {
	if errors.Is(err, proxy.ErrCredentials) {
		return "Write user and password of the proxy into proxy_url, as http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded."
	}
	switch api.ClassOf(err) {
	case api.Proxy:
		return "The proxy of proxy_url can't be reached, or refuses the host: check address and certificate of the proxy, and that it permits CONNECT to the host."
	case api.DNS:
		return "The vendor's host name doesn't resolve: check the name server of this machine."
	case api.Connect:
		return "The vendor's host can't be reached: check firewall, proxy and address."
	case api.TLS:
		return "The certificate isn't trusted: if a proxy inspects TLS, set ca_file to its certificate authority."
	case api.Timeout:
		return "No answer in time: check the firewall, or raise limits.timeout."
	case api.RateLimited:
		return "The vendor throttles: lower limits.requests_per_second and limits.max_concurrent, or ask less often, and look for other programs that use the account."
	case api.VendorError:
		return "The vendor fails by itself: try again later, then open a case with the vendor."
	case api.Schema:
		return "Something else than the API answered: check the host and any proxy on the way."
	case api.Truncated:
		return "The answer is only a part of what there is, so it is not used and is asked for again: where that lasts check any proxy on the way, then open a case with the vendor."
	case api.TooLarge:
		return "The answer is larger than limits.max_response_bytes or than the memory limit permits, as the error says: raise that one, or ask for less."
	}
	return ""
}
