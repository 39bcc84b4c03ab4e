package metric

// AppendStates appends a StateSet of one thing, whose label comes before that of the
// state: 1 for the current state, 0 for every other. Series of the states' order need no
// sorting if that is the order of their bytes.
func AppendStates(to []Sample, d *Desc, id, current string, states []string) []Sample {
	labels := make([]string, 0, 2*len(states))
	for i, s := range states {
		labels = append(labels, id, s)
		to = append(to, d.Of(Truth(s == current), labels[2*i:2*i+2:2*i+2]...))
	}
	return to
}
