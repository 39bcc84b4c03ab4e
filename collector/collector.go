// Package collector says what a vendor's package provides: a Vendor with its
// Sources, each with the metrics that it fills and the function that asks the
// vendor and translates the answer. It knows no vendor, nothing of when and how
// often something is asked, and nothing of counting.
package collector

import (
	"context"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// Source is an endpoint that can be measured.
type Source struct {
	config.Spec
	// Service is the vendor's name of the service that answers, where the vendor
	// has several; else "".
	Service string
	// Advice says what to do about an error, for check; nil or "" where nothing
	// better is known than the error.
	Advice func(config.Account, error) string
	// Note says what a check should tell of what a feed has delivered; nil or "" for
	// nothing.
	Note func(config.Account, metric.Reading) string
	// Descs are the metrics that the source fills.
	Descs []*metric.Desc
	// Follows is true for a polled source that continues at its cursor: the answers
	// may repeat records, or miss some.
	Follows bool
	// Derived is true for a source that asks no vendor: it derives figures from what
	// the other sources of the account show.
	Derived bool
	// Days says how the vendor restarts totals of its day, where the source has any.
	Days DayTotals
	// Cost estimates the requests of one fetch; nil means one.
	Cost func(config.Account, config.Source, Load) float64
	// Steps are what a check tries of a Derived source, after the sources that ask: see
	// Env.Shown. nil means nothing.
	Steps func(Setup) []Step
	// Open returns the function that asks the endpoint for one account.
	Open func(Setup) Collect
	// Past opens the source for back-fill; nil where the vendor tells nothing of the
	// past, or it cannot be counted.
	Past func(Setup) (*Past, error)
}

// DayTotals says how a vendor restarts the totals of its day.
type DayTotals struct {
	// ResetGrace is how long around midnight the vendor may take for it, and how long
	// a row may be missing without having been restarted.
	ResetGrace time.Duration
	// Corrections counts totals that were lowered without a new day, for all sources
	// of an account together; nil if that is not counted. It has no labels.
	Corrections *metric.Desc
}

// Collect asks an endpoint once and translates its answer. Data and error may
// come together where the answer is partly good.
type Collect func(context.Context, Position) (metric.Reading, error)

// Position is where a source stands.
type Position struct {
	// Now is when the answer is asked for.
	Now time.Time
	// Cursor is that of the last reading that was kept; "" at first.
	Cursor string
}

// Collector is a source of one account that is on.
type Collector struct {
	Source
	Config  config.Source
	Collect Collect
	// OpenPast opens Source.Past; nil where there is none.
	OpenPast func() (*Past, error)
	// Dropped are the metrics of the source that the account leaves out; Descs are the
	// others.
	Dropped []*metric.Desc
}

// Env is what an account's clients work with.
type Env struct {
	Account config.Account
	// HTTP sends, limits and retries the requests of the account.
	HTTP *http.Client
	// Identity turns an agent into the value of the label agent_id.
	Identity Identity
	// Pseudonym is the hashing Identity, whatever Identity is: for agents whose
	// only id is their name. Without it they have no label agent_id.
	Pseudonym Identity
	// Tried are the sources that are off and opened for a check alone; nil as a rule.
	Tried map[string]bool
	// Shown returns what the sources that ask the vendor show at a time, in a check what
	// they have answered; nil where nothing is shown.
	Shown func(time.Time) []Shown
	// Renewed receives the outcome of each login and token request.
	Renewed func(error)
	// RosterHTTP sends the requests for a roster that has a URL; nil without one.
	RosterHTTP *http.Client
	// RosterRead receives the outcome of each reading of the roster; nil for none.
	RosterRead func(error)
}

// Shown is what a source shows.
type Shown struct {
	Source string
	// At is when what it shows was asked for; the zero time before the first answer.
	At time.Time
	// Fresh is false where that is longer ago than max_age: what has been counted is
	// shown all the same.
	Fresh   bool
	Samples []metric.Sample
}

// Setup is what a source is opened with: the account, what the file says of the
// source, and the client that the vendor's Open made.
type Setup struct {
	Env
	Config config.Source
	Client any
}

// Identity returns the label agent_id of the agent with the vendor's id and
// name; "" where single agents are not to be distinguished. It is pure.
type Identity func(id, name string) string

// Measure joins a request to the pure function that reads its answer.
func Measure[T any](get func(context.Context) (T, error), read func(T) metric.Reading) Collect {
	return func(ctx context.Context, _ Position) (metric.Reading, error) {
		answer, err := get(ctx)
		if err != nil {
			return metric.Reading{}, err
		}
		return read(answer), nil
	}
}
