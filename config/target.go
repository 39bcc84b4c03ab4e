package config

import "time"

// Target is how soon the contacts of groups are to be answered, and over how long a time
// their load is measured.
type Target struct {
	Groups       []Pattern     `yaml:"groups" doc:"Ids or names of groups, as patterns with * and ?; without any the target applies to all. A group has the first target that fits it."`
	ServiceLevel float64       `yaml:"service_level" range:"0<..0.999" doc:"Share of contacts that should be answered in time."`
	Within       time.Duration `yaml:"within" range:"0s..24h" doc:"The time in which they should be; 0 is the vendor's own time (serviceLevelThreshold; the response target of a skill with names)."`
	Window       time.Duration `yaml:"window" range:"5m..24h" doc:"Time over which load and handle time are measured. Totals of the day move at the end of calls: less than 30m is uneven."`
	MinimumCalls int           `yaml:"minimum_calls" range:"1..1000000" doc:"With fewer calls within window nothing is derived."`
}

// setDefaults fills what the file doesn't say.
func (t *Target) setDefaults() {
	*t = Target{ServiceLevel: 0.8, Window: 30 * time.Minute, MinimumCalls: 10}
}

// TargetOf returns the first target that fits a group; the default where none does.
func TargetOf(targets []Target, id, name string) Target {
	for _, t := range targets {
		if MatchesAny(t.Groups, id, name) {
			return t
		}
	}
	var t Target
	t.setDefaults()
	return t
}
