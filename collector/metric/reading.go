package metric

import "time"

// Reading is what the translation of one answer says, before anything is
// counted. Each part has its own rule of counting; the engine applies them. A source
// fills the parts that it has: one that measures a state sets Gauges alone.
type Reading struct {
	Gauges Gauges
	// Totals are totals of the vendor's current day.
	Totals    []Row
	Intervals Intervals
	Events    Events

	// Partial is true where the vendor itself said that the answer is incomplete:
	// its gauges never replace complete ones.
	Partial bool
	// Skipped counts the records that could not be used.
	Skipped int
	// Unknown names the fields in which the answer had a value that the exporter doesn't
	// know; one entry each time. A value that looks like a word of an enumeration follows
	// (see translate.Unknown), never another one, which may be anything.
	Unknown []string
}

// Gauges are gauges and state sets: they replace those of the answer before.
type Gauges struct {
	Samples []Sample
	// At is the time of the samples, if that is earlier than they were asked for.
	At time.Time
}

// Progress is how far a source that continues where it was has come.
type Progress struct {
	// Zero are series of counters that are known before anything is counted; they
	// begin at 0.
	Zero []Sample
	// FinalUntil is the time up to which nothing is expected to change any more; the
	// zero time counts nothing that has to wait for it.
	FinalUntil time.Time
	// Cursor is where the next reading continues; "" leaves it as it is.
	Cursor string
	// From is the time from which on a first reading holds what happened; the zero time
	// where that isn't known.
	From time.Time
	// UpTo is the time that Cursor stands for: everything up to there has been
	// delivered. The zero time where that isn't known.
	UpTo time.Time
	// Gap is time that the vendor could no longer give.
	Gap time.Duration
	// Earliest and Latest are the times that events and the ends of intervals can have
	// by what the source knows of its vendor: how far back it delivers, and its clock.
	// A record that is older, or younger by more than clocks may differ, is skipped
	// and counted. The zero times mean a week ago and now.
	Earliest, Latest time.Time
}

// Intervals are closed intervals of time whose values are added once each, when they
// end by FinalUntil.
type Intervals struct {
	List []Interval
	Progress
}

// Events are things that happened, counted once each by Key. The time in the states
// that they begin is counted up to FinalUntil.
type Events struct {
	List []Event
	Progress
	// Running is true if the time in states that have not ended grows up to FinalUntil
	// as well, rather than only with the event that ends them.
	Running bool
	// Horizon is how far back the vendor may deliver events again: the keys of
	// older ones are forgotten. The zero time keeps them.
	Horizon time.Time
	// More tells a feed that the vendor has more to give at once.
	More bool
}

// Row is one record of totals that the vendor restarts every day.
type Row struct {
	// Key identifies the record among those of the source. It may hold a personal
	// id: it is stored as a keyed hash only.
	Key string
	// Former is the Key that the record had in earlier versions, under which its state
	// is found and continued; "" if it is the same.
	Former string
	// Totals are Counter samples whose Value is the vendor's total of the day.
	Totals []Sample
}

// Interval is an interval of time that the vendor reports as a whole.
type Interval struct {
	// Key identifies the record among those of the source, as in Row.
	Key string
	// End of the interval.
	End time.Time
	// Add are Counter samples whose Value is what the interval adds.
	Add []Sample
}

// Event is something that happened once, however often it is delivered.
type Event struct {
	// Key identifies the event among those of the source, as in Row.
	Key string
	// Time at which it happened.
	Time time.Time
	// Order breaks ties of Time between events of one Subject.
	Order int64
	// Add are Counter or Histogram samples: what the event adds, as a rule 1.
	Add []Sample
	// Late are Counter samples that are added only if the event arrived after its
	// time was settled.
	Late []Sample
	// Subject, if not empty, is whose state the event changes (an agent).
	Subject string
	// Begin are Counter samples, of Value 0, that grow by the seconds from this
	// event to the next one of the Subject: the state that it begins. Nothing for
	// an event that ends a state and begins none, such as a logout.
	Begin []Sample
	// Unknown is what it is in Reading, for this event: it counts with it.
	Unknown []string
}
