package livevox

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

var (
	activeCalls = metric.Gauge.Desc("livevox_active_calls", "{call}",
		"Calls with an agent that have been looked up, by direction: inbound, outbound, other (callDirectionOutbound). Those that max_lookups_per_minute leaves out are missing.",
		"service_id", "direction")
	activeStart = metric.Gauge.Desc("livevox_active_call_oldest_start_timestamp_seconds", "s",
		"When the oldest of the calls in livevox_active_calls began, in seconds since 1970 (callStartTime).", "service_id", "direction")
	activeDue = metric.Gauge.Desc("livevox_active_calls_due", "",
		"Sum of what the accounts of the calls in livevox_active_calls owe, in the account's currency (totalDue).", "service_id")
	callsClosed = metric.Counter.Desc("livevox_calls_closed_total", "{call}",
		"Calls that an interaction event ended and that have been looked up since, by result (lvResult) and term code (termCodeName), none where there is none.",
		"service_id", "result", "term_code").Bounded("result", "term_code")
	lookupsSkipped = metric.Counter.Desc("livevox_call_data_lookups_skipped_total", "{lookup}",
		"Look-ups that were due and that max_lookups_per_minute left out; one that waits is counted in each fetch.")
)

// callDataOptions are the own keys of call_data.
type callDataOptions struct {
	MaxLookups int `yaml:"max_lookups_per_minute" range:"1..600" doc:"Most look-ups within any minute. LiveVox publishes no limit."`
}

func callDataSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name: "call_data", Interval: time.Minute, MaxAge: 5 * time.Minute,
			Help:    "Looks up the calls that agents have now and those that interaction_events ended, one request each (GET realtime/callData/inCall, postCall).",
			Options: func() any { return &callDataOptions{MaxLookups: 30} },
		},
		Cost: func(_ config.Account, c config.Source, _ collector.Load) float64 {
			return float64(c.Options.(*callDataOptions).MaxLookups) * c.Interval.Minutes()
		},
		Advice: callDataAdvice,
		Descs:  []*metric.Desc{activeCalls, activeStart, activeDue, callsClosed, lookupsSkipped},
		Open: func(s collector.Setup) collector.Collect {
			d := &lookups{
				maxPerMinute: s.Config.Options.(*callDataOptions).MaxLookups,
				vendor:       clientOf(s),
				lookedUp:     map[livevox.Call]*livevox.InCall{},
				postponed:    map[livevox.Call]time.Time{},
			}
			return d.collect
		},
	}
}

// callDataAdvice says what to do about an error of call_data, which asks for the agents'
// calls where agents_status doesn't.
func callDataAdvice(a config.Account, err error) string {
	switch class := api.ClassOf(err); {
	case class == api.Forbidden:
		return "The user needs the role Sysadmin or Superuser: a Report Admin may look calls up and not list them, a Manager list them and not look them up; or switch the source off."
	case class == api.ClientError && !livevox.TooManyServices(err):
		return "Check that the ids of filter exist, and ask LiveVox Customer Care whether the account has the methods of callData; until then switch the source off."
	}
	return reportRoles.advice(a, err)
}

// lookups looks calls up, each active one once and each ended one until it has
// a term code, within a number of requests per minute. It is used by one
// goroutine.
type lookups struct {
	maxPerMinute int
	vendor       *livevox.Client

	asked     []time.Time                      // look-ups of the last minute
	lookedUp  map[livevox.Call]*livevox.InCall // active calls; nil for one that is gone
	postponed map[livevox.Call]time.Time       // until when calls wait whose look-up failed
	queue     endedQueue

	// The newest reading, which may not have been kept:
	offered string // its cursor
	taken   int    // how many of the client's ended calls are in it
	dropped int    // how many the client had dropped until then
}

// termCodeWait is how long after its end a call without a term code is asked
// for again: agents set it while they wrap up. termCodeTries is how often.
const (
	termCodeWait  = 2 * time.Minute
	termCodeTries = 2
)

// postponement is how long a call waits whose look-up failed, perhaps because of that call.
const postponement = 10 * time.Minute

// activeAge is how old the list of active calls may be where agents_status is off.
const activeAge = 2 * time.Minute

// collect looks up as many calls as the limit allows: ended calls first, since one that is
// never looked up isn't counted. They get half of the look-ups, and what active calls leave.
func (d *lookups) collect(ctx context.Context, at collector.Position) (metric.Reading, error) {
	active, seen, err := d.listed(ctx, at.Now)
	if err != nil {
		return metric.Reading{}, err
	}
	dropped := d.take(at)
	r := metric.Reading{Gauges: metric.Gauges{At: seen}, Partial: at.Now.Sub(seen) > activeAge}
	r.Events.Zero = []metric.Sample{lookupsSkipped.Of(0)}
	free, waiting := d.free(at.Now), d.unseen(active)
	forEnded := max(free-len(waiting), (free+1)/2)
	left, err := d.lookUpEnded(ctx, &r, at.Now, forEnded)
	if err == nil {
		err = d.lookUpActive(ctx, &r, waiting, d.free(at.Now))
	}
	left += len(d.unseen(active))
	if n := left + dropped; n > 0 && err == nil {
		r.Events.List = append(r.Events.List, metric.Event{
			Key:  "skipped " + at.Now.Format(time.RFC3339Nano),
			Time: at.Now,
			Add:  []metric.Sample{lookupsSkipped.Of(float64(n))},
		})
	}
	if r.Events.Cursor = d.offer(at.Cursor); err != nil {
		r.Events.Cursor, d.taken = "", 0 // those that were looked up are looked up again, and counted once
	}
	r.Gauges.Samples = d.samples(active)
	r.Events.Horizon = at.Now.Add(-48 * time.Hour) // calls can be looked up on their own day only
	r.Events.Earliest, r.Events.Latest = r.Events.Horizon, d.vendor.Now()
	return r, err
}

// listed returns the calls that agents have, and when they had them.
func (d *lookups) listed(ctx context.Context, now time.Time) ([]livevox.Call, time.Time, error) {
	calls, seen := d.vendor.ActiveCalls()
	if now.Sub(seen) > activeAge {
		if _, err := d.vendor.AgentsStatus(ctx); err != nil {
			return nil, seen, err
		}
		calls, seen = d.vendor.ActiveCalls()
	}
	lasting := make(map[livevox.Call]bool, len(calls))
	for _, c := range calls {
		lasting[c] = true
	}
	for c := range d.lookedUp {
		if !lasting[c] {
			delete(d.lookedUp, c)
		}
	}
	return calls, seen, nil
}

// unseen returns the active calls that have not been looked up.
func (d *lookups) unseen(active []livevox.Call) []livevox.Call {
	var calls []livevox.Call
	for _, c := range active {
		if _, done := d.lookedUp[c]; !done {
			calls = append(calls, c)
		}
	}
	return calls
}

// take puts newly ended calls in the queue that was kept last.
func (d *lookups) take(at collector.Position) (dropped int) {
	if at.Cursor == d.offered {
		d.vendor.ForgetEnded(d.taken)
	}
	d.offered, d.taken = "", 0
	calls, lost := d.vendor.EndedCalls()
	dropped, d.dropped = lost-d.dropped, lost
	d.queue = readQueue(at.Cursor)
	dropped += d.queue.add(calls, at.Now)
	d.taken = len(calls)
	return dropped
}

// offer returns the cursor that keeps the queue, if it differs from the one before.
func (d *lookups) offer(before string) string {
	if cursor := d.queue.cursor(); d.taken == 0 && (cursor == before || before == "" && len(d.queue.Calls) == 0) {
		d.offered = before
		return before
	}
	d.queue.Number++
	d.offered = d.queue.cursor()
	return d.offered
}

// free returns how many look-ups the last minute has left.
func (d *lookups) free(now time.Time) int {
	for len(d.asked) > 0 && now.Sub(d.asked[0]) >= time.Minute {
		d.asked = d.asked[1:]
	}
	return d.maxPerMinute - len(d.asked)
}

// failed postpones a call whose look-up failed, and returns the error: its cause may be
// this call alone, which must not hold up the others.
func (d *lookups) failed(c livevox.Call, err error) error {
	now := time.Now()
	maps.DeleteFunc(d.postponed, func(_ livevox.Call, until time.Time) bool { return !until.After(now) })
	if class := api.ClassOf(err); class == api.VendorError || class == api.Schema {
		d.postponed[c] = now.Add(postponement)
	}
	return err
}

func (d *lookups) lookUpActive(ctx context.Context, r *metric.Reading, calls []livevox.Call, limit int) error {
	for _, c := range calls {
		switch {
		case d.postponed[c].After(time.Now()):
			continue
		case limit <= 0:
			return nil
		}
		limit--
		d.asked = append(d.asked, time.Now())
		in, err := d.vendor.InCall(ctx, c)
		switch {
		case errors.Is(err, livevox.ErrNoCall):
			d.lookedUp[c] = nil
		case err != nil:
			return d.failed(c, err)
		default:
			if in.TotalDue.Valid && !translate.Summable(in.TotalDue) {
				in.TotalDue = api.Number{}
				r.Skipped++
			}
			d.lookedUp[c] = &in
		}
	}
	return nil
}

// lookUpEnded counts ended calls and returns how many wait for want of look-ups.
func (d *lookups) lookUpEnded(ctx context.Context, r *metric.Reading, now time.Time, limit int) (left int, err error) {
	var later []endedCall
	for _, e := range d.queue.Calls {
		switch {
		case e.Due > now.Unix(), d.postponed[e.Call].After(now):
			later = append(later, e)
			continue
		case limit <= 0:
			later = append(later, e)
			left++
			continue
		}
		limit--
		d.asked = append(d.asked, time.Now())
		post, err := d.vendor.PostCall(ctx, e.Call)
		e.Try++
		switch {
		case errors.Is(err, livevox.ErrNoCall):
		case err != nil:
			return left, d.failed(e.Call, err)
		case post.TermCode == "" && e.Try < termCodeTries:
			e.Due = now.Add(termCodeWait).Unix()
			later = append(later, e)
		default:
			r.Events.List = append(r.Events.List, closedEvent(e.Call, post, now))
		}
	}
	d.queue.Calls = later
	return left, nil
}

func closedEvent(c livevox.Call, post livevox.PostCall, now time.Time) metric.Event {
	service := cmp.Or(post.ServiceID, c.ServiceID)
	at := post.EndTime.Time
	if at.IsZero() {
		at = now
	}
	return metric.Event{
		Key:  c.SessionID + "\x00" + string(c.TransactionID),
		Time: at,
		Add:  []metric.Sample{callsClosed.Of(1, string(service), orNone(string(post.Result)), orNone(string(post.TermCode)))},
	}
}

func orNone(s string) string { return cmp.Or(s, translate.None) }

// samples shows the active calls that have been looked up.
func (d *lookups) samples(active []livevox.Call) []metric.Sample {
	calls := callSums{}
	for _, s := range d.vendor.Services() {
		calls.at(s.ID)
	}
	for _, c := range active {
		if in := d.lookedUp[c]; in != nil {
			calls.add(c, *in)
		}
	}
	return calls.samples()
}
