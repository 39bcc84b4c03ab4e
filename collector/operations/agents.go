package operations

// AgentIDs says which agent ids of a roster are the vendor's. What stands in its column may
// also be a name or an address, which must not become a label.
type AgentIDs struct {
	// Fits reports whether an id has the form of the vendor's; nil where they have none.
	Fits func(id string) bool
	// Shown returns an id as the vendor shows it, "" for one that it hasn't shown; nil where
	// the form is enough.
	Shown func(id string) string
}

func (a AgentIDs) fits(id string) bool { return a.Fits == nil || a.Fits(id) }

func (a AgentIDs) shown(id string) string {
	if a.Shown == nil {
		return id
	}
	return a.Shown(id)
}
