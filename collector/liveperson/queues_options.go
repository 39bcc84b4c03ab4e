package liveperson

import (
	"errors"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// queuesOptions are the keys of the source queues.
type queuesOptions struct {
	Bucket        config.Duration `yaml:"bucket" range:"1m..12h" doc:"Window that is added to the counters as a whole: whole minutes that divide a day."`
	Settle        config.Duration `yaml:"settle" range:"0s..22h" doc:"Age that the end of a window must have before it is added: LivePerson may change it until then."`
	QueueWaitUnit string          `yaml:"queue_wait_unit" enum:"ms,s" doc:"Unit of the waits of those who wait now, which LivePerson doesn't document."`
	Agents        bool            `yaml:"agents" doc:"Whether agents by skill and status are asked for (skill/availability), with one request more; not together with agent_status or agent_view, which have them."`
}

// Validate checks that windows are the same ones each day and can still be asked
// for once they are settled.
func (o *queuesOptions) Validate() error { return newWindows(o.Bucket, o.Settle).validate() }

// waitUnit is what the waits are divided by.
func (o *queuesOptions) waitUnit() float64 {
	if o.QueueWaitUnit == "s" {
		return 1
	}
	return translate.Milliseconds
}

// queuesFit says why the agents of queues can't be on together with another source.
func queuesFit(a config.Account) error {
	o, ok := a.Sources["queues"].Options.(*queuesOptions)
	if !ok || !o.Agents {
		return nil
	}
	for _, other := range []string{"agent_status", "agent_view"} {
		if _, on := a.Sources[other]; on {
			return errors.New("agents: must be false while " + other + " is on, which has the agents by skill: each of the two would fill liveperson_skill_agents")
		}
	}
	return nil
}
