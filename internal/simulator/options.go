package simulator

import "time"

// Options sets up a simulator. The zero value is a centre of 60 agents of each vendor that runs as fast as life.
type Options struct {
	// Seed draws the centre: the same seed and clock give the same people, calls and figures.
	Seed int64
	// Agents is the number of agents of each vendor; default 60.
	Agents int
	// Services is the number of LiveVox services; LivePerson has as many skills and half as many groups. Default 8.
	Services int
	// Speed is how much faster than life the model runs; default 1. At speed 1 LiveVox's day turns at midnight of Zone,
	// at speed 24 every hour.
	Speed float64
	// Zone is where LiveVox's day turns; default America/New_York, UTC where the system has no time zones.
	Zone *time.Location
	// TokenLife is how long a LivePerson access token is valid; default 1h.
	TokenLife time.Duration
	// SessionIdle is how long a LiveVox session lives without use; default 2h.
	SessionIdle time.Duration
	// Late is how late at most LivePerson's status changes surface; default 3m. Negative: at once.
	Late time.Duration
	// FeedsOff says that LiveVox has not enabled the event feeds.
	FeedsOff bool
	// Role is the LiveVox user's role; default Sysadmin.
	Role string
	// History is how far back LivePerson's status changes go, made up as they are asked for; default 0, which is as long as
	// the model has run. It lasts as in real life, whatever Speed is.
	History time.Duration
	// Corrections is the chance of each LiveVox service to have totals lowered once on a day; default 0.
	Corrections float64
	// Pause is how long, on the wall, LiveVox's centre stands still before and after midnight, so that a poller can see
	// the last totals of a day; default 0.
	Pause time.Duration
	// Frozen begins with a centre in which nothing happens until the scene "normal".
	Frozen bool
	// Understaffed begins a day on which staff is short at LiveVox: two inbound services get more calls than their agents
	// can take in every second hour, the first one included, and three agents of the roster come more than twenty minutes
	// late.
	Understaffed bool
	// Now is the clock; default time.Now. It must not run backwards.
	Now func() time.Time
}

// filled is o with its defaults.
func (o Options) filled() Options {
	o.Agents = orDefault(o.Agents, 60)
	o.Services = orDefault(o.Services, 8)
	o.Speed = orDefault(o.Speed, 1)
	o.TokenLife = orDefault(o.TokenLife, time.Hour)
	o.SessionIdle = orDefault(o.SessionIdle, 2*time.Hour)
	o.Late = orDefault(o.Late, 3*time.Minute)
	o.Role = orDefault(o.Role, "Sysadmin")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = eastern()
	}
	return o
}

func eastern() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return time.UTC
	}
	return zone
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
