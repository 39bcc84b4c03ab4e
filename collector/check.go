package collector

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// Finding is what one step of a check found.
type Finding struct {
	// Step is what was tried, such as "login" or "source agent_status".
	Step string
	// Err is nil if it worked.
	Err error
	// Advice is what to do about Err; "" where nothing better is known than Err.
	Advice string
	// Took is how long the step lasted.
	Took time.Duration
}

// checkStep is one thing that a check tries.
type checkStep struct {
	name string
	try  func(context.Context) error
	// advice says what to do about an error of try.
	advice func(error) string
	// needed is true where nothing that follows can work without it.
	needed bool
}

// Check tries an account for real: what its vendor needs first, then each source
// that is on, once. It ends early where the rest can only fail the same way.
func Check(ctx context.Context, env Env) []Finding {
	setup := Setup{Env: env}
	var steps []checkStep
	advise := func(string, error) string { return "" }
	var err error
	switch env.Account.Vendor {
	case config.LivePerson:
		if setup.LivePerson, err = openLivePerson(env); err == nil {
			steps, advise = livePersonSteps(setup.LivePerson, env.Account), livePersonAdvice(env.Account)
		}
	case config.LiveVox:
		if setup.LiveVox, err = openLiveVox(env); err == nil {
			steps, advise = liveVoxSteps(setup.LiveVox), liveVoxAdvice
		}
	default:
		err = fmt.Errorf("unknown vendor %q", env.Account.Vendor)
	}
	if err != nil {
		return []Finding{{Step: "configuration", Err: err}}
	}
	return try(ctx, append(steps, sourceSteps(setup, advise)...))
}

// sourceSteps asks each source that is on once. advise says what to do about an
// error of the source with that name.
func sourceSteps(setup Setup, advise func(source string, err error) string) []checkStep {
	var steps []checkStep
	for _, s := range Sources(setup.Account.Vendor) {
		c, on := setup.Account.Sources[s.Name]
		if !on {
			continue
		}
		setup.Config = c
		collect := s.Open(setup)
		steps = append(steps, checkStep{
			name: "source " + s.Name,
			try: func(ctx context.Context) error {
				_, err := collect(ctx, Position{Now: time.Now()})
				return err
			},
			advice: func(err error) string { return advise(s.Name, err) },
		})
	}
	return steps
}

func try(ctx context.Context, steps []checkStep) []Finding {
	var findings []Finding
	for _, s := range steps {
		begin := time.Now()
		err := s.try(ctx)
		f := Finding{Step: s.name, Err: err, Took: time.Since(begin)}
		if err != nil {
			f.Advice = cmp.Or(s.advice(err), adviceByClass(api.ClassOf(err)))
		}
		findings = append(findings, f)
		if err != nil && s.needed {
			break
		}
	}
	return findings
}

// adviceByClass says what to do about an error of which only the class is known.
func adviceByClass(c api.Class) string {
	switch c {
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
	case api.Schema, api.Truncated:
		return "Something else than the API answered, or only a part of it: check the host and any proxy on the way."
	case api.TooLarge:
		return "The answer is larger than limits.max_response_bytes: raise it, or ask for less."
	}
	return ""
}
