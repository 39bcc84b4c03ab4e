package simulator

import "time"

// campaign is a list of records that an outbound service works off on one day of the vendor.
type campaign struct {
	id        int
	service   *service
	uploaded  int
	loaded    int
	remaining int
	completed int
	ready     int64 // from when it is built; before, its rows lack what is not known yet
	zones     [10]int
}

// zoneNames are the vendor's time zone groups, in its order.
func zoneNames() [10]string {
	return [10]string{"AL", "AT", "CHT", "CT", "ET", "HI", "MT", "PT", "SAFE", "UK"}
}

// newCampaign gives a service a list for about a day's work, of which some records are scrubbed.
func (v *voice) newCampaign(s *service) {
	v.campaigns++
	size := 200 + 400*min(50, max(1, len(v.agents)/len(v.services))) + v.dice.IntN(300)
	scrubbed := v.dice.IntN(1 + size/20)
	c := &campaign{
		id: 103629000 + v.campaigns, service: s, uploaded: size, loaded: size - scrubbed, remaining: size - scrubbed,
		ready: v.now + v.clock.span(45*time.Second),
	}
	shares := [10]float64{1, 3, 0, 25, 40, 1, 8, 20, 2, 0}
	for range c.loaded {
		c.zones[v.dice.weighed(shares[:]...)]++
	}
	s.campaigns = append(s.campaigns, c)
}

// record takes a record to dial off the service's campaigns, or nil when none is left.
func (v *voice) record(s *service) *campaign {
	for _, c := range s.campaigns {
		if c.remaining > 0 && v.now >= c.ready {
			c.remaining--
			return c
		}
	}
	if n := len(s.campaigns); n == 0 || v.now >= s.campaigns[n-1].ready {
		v.newCampaign(s)
	}
	return nil
}

// records sums the service's campaigns: loaded, remaining, and dialable now.
func (s *service) records(now int64) (loaded, remaining, dialable int) {
	for _, c := range s.campaigns {
		loaded += c.loaded
		remaining += c.remaining
		if now >= c.ready {
			dialable += c.remaining
		}
	}
	return loaded, remaining, dialable
}
