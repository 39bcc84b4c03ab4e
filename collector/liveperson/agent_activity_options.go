package liveperson

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// agentActivityOptions are the keys of the source agent_activity.
type agentActivityOptions struct {
	Timeframe config.Duration `yaml:"timeframe" range:"5m..24h" doc:"Window of the window gauges, in whole minutes."`
	Bucket    config.Duration `yaml:"bucket" range:"5m..24h" doc:"Interval that is added to the counters as a whole, in whole minutes: a divisor of timeframe."`
	Settle    config.Duration `yaml:"settle" range:"0s..23h" doc:"Age that the end of a bucket must have before it is added: LivePerson may change it until then."`
	AgentIDs  config.IDs      `yaml:"agent_ids" doc:"Ids of the agents, or all alone for every active agent."`
}

// retention is how far back agentactivity answers; an hour of it is kept free,
// so that a poll that fails costs no bucket.
const (
	retention = 24 * time.Hour
	reserve   = time.Hour
)

// Validate checks what the vendor documents of timeframe and interval, and that
// a bucket can still be asked for once it is settled.
func (o *agentActivityOptions) Validate() error {
	var errs []error
	timeframe, bucket, settle := time.Duration(o.Timeframe), time.Duration(o.Bucket), time.Duration(o.Settle)
	if timeframe%time.Minute != 0 {
		errs = append(errs, errors.New("timeframe: must be whole minutes"))
	}
	switch {
	case bucket < step || bucket%time.Minute != 0:
		errs = append(errs, errors.New("bucket: must be whole minutes, at least 5m"))
	case timeframe%bucket != 0:
		errs = append(errs, errors.New("bucket: must be a divisor of timeframe"))
	case settle+o.cell() > retention-reserve:
		errs = append(errs, errors.New("settle: must be at most 23h together with bucket, since LivePerson answers for 24h only"))
	}
	if !validIDs(o.AgentIDs) {
		errs = append(errs, errors.New("agent_ids: must be a list of ids, or [all]"))
	}
	return errors.Join(errs...)
}

func validIDs(ids config.IDs) bool {
	if slices.Contains(ids, "all") {
		return len(ids) == 1
	}
	return len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return strings.Trim(id, "0123456789") != "" })
}

// step is what LivePerson rounds the ends of intervals up to.
const step = 5 * time.Minute

// cell is what is added to the counters at once: a bucket, or where five minutes
// don't divide one, the least that both divide.
func (o *agentActivityOptions) cell() time.Duration {
	bucket := time.Duration(o.Bucket)
	cell := bucket
	for cell%step != 0 {
		cell += bucket
	}
	return cell
}

// lookback is how far back buckets are asked for at a time of the vendor. It has
// nothing to do with the timeframe of the gauges: it must reach the bucket that
// settles next, and after a pause all those since the last one counted, as far
// as LivePerson goes back.
func (o *agentActivityOptions) lookback(now, settled, counted time.Time) time.Duration {
	cell := o.cell()
	need := now.Sub(settled) + 2*cell
	if !counted.IsZero() {
		need = max(need, now.Sub(counted))
	}
	return min(ceil(need+step, cell), retention/cell*cell)
}

// ceil rounds up to a multiple of unit.
func ceil(d, unit time.Duration) time.Duration { return (d + unit - 1) / unit * unit }
