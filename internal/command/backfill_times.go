package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/cumulative"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// settleTime is how long ago the newest sample of a block is: Prometheus keeps younger
// ones in its head, which a block must not overlap.
const settleTime = 3 * time.Hour

// times sets from when to when samples are made, or says why they can't be.
func (p *pastOf) times(store *state.Store, now time.Time) (err error) {
	j := &p.job
	if day := 24 * time.Hour; j.Step < time.Minute || day%j.Step != 0 || j.Step%time.Second != 0 {
		return errors.New("--step must be at least 1m and divide a day, such as 5m, 15m or 1h")
	}
	live, upTo, err := p.liveBegin(store, now)
	if err != nil {
		return err
	}
	if j.Resume {
		return j.Continue()
	}
	if j.From, err = parseTime(p.options.From, now); err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	if err := p.end(live, upTo, now); err != nil {
		return err
	}
	if oldest := p.past.Kept(now); j.From.Before(oldest) {
		p.notices = append(p.notices, fmt.Sprintf("the vendor tells nothing of before %s: the back-fill begins there", stamp(oldest)))
		j.From = oldest
	}
	j.From = j.From.Add(j.Step - 1).Truncate(j.Step).UTC()
	if !j.From.Before(j.To) {
		return fmt.Errorf("from %s to %s there is nothing to fill in", stamp(j.From), stamp(j.To))
	}
	if settled := now.Add(-p.past.Settle); j.To.After(settled) {
		return fmt.Errorf("the vendor may still change what was before %s: wait until %s, or give an earlier --to", stamp(j.To), stamp(j.To.Add(p.past.Settle)))
	}
	if limit := now.Add(-settleTime); p.blocks() && j.To.After(limit) {
		return fmt.Errorf("blocks must end three hours ago at the latest, and this one ends at %s: wait until %s, give an earlier --to, or use remote-write", stamp(j.To), stamp(j.To.Add(settleTime)))
	}
	return nil
}

// end sets where the back-fill ends, which the live counters must not reach back to.
func (p *pastOf) end(live, upTo, now time.Time) (err error) {
	j := &p.job
	known := !live.IsZero()
	switch {
	case !known && p.kept.running:
		return fmt.Errorf("an exporter uses the state, which does not tell yet from when on %s is counted: of a directory wait for its next backup, at most five minutes", p.past.Ledger)
	case !known && p.options.To == "live":
		return fmt.Errorf("nothing is counted live of %s yet, so that its beginning is not known: let the exporter run for some minutes", p.past.Ledger)
	case p.options.To == "live":
		j.To, j.Seam = live, true
		return nil
	}
	if j.To, err = parseTime(p.options.To, now); err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	begin := upTo.Add(-p.past.Reach)
	switch {
	case j.To.After(now):
		return fmt.Errorf("--to is %s, which is in the future", stamp(j.To))
	case known && j.To.After(live):
		return fmt.Errorf("--to is later than %s, from when on the exporter counts live: it would be counted twice", stamp(live))
	case !known && j.To.After(begin):
		return fmt.Errorf("--to is later than %s, to where the exporter's first poll may go back: it would be counted twice; give an earlier time, or let the exporter run for some minutes first", stamp(begin))
	}
	j.Seam = known && j.To.Equal(live)
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// liveBegin returns from when on the exporter counts, zero if it counts nothing yet, and up to
// when it has asked. It notes the series and agents of the live counters.
func (p *pastOf) liveBegin(store *state.Store, now time.Time) (begin, upTo time.Time, err error) {
	upTo = now
	for _, u := range store.Usage() {
		if account, _, _ := strings.Cut(u.Name, "/"); account != p.account.Name {
			continue
		}
		l, err := store.Ledger(u.Name)
		if err != nil {
			return time.Time{}, now, err
		}
		for key := range l.View().All() {
			if key.Metric == "liveperson_agent_logins_total" {
				p.agents++
			}
			if u.Name == p.past.Ledger && (p.options.By == "agent" || !p.ofAgent(key.Key())) {
				p.job.Live = append(p.job.Live, key.Key())
			}
		}
		if u.Name != p.past.Ledger {
			continue
		}
		if asked := cumulative.PositionOf(l).UpTo; !asked.IsZero() && asked.Before(now) {
			upTo = asked
		}
		if first, known := cumulative.BeginOf(l); known {
			begin = first.UTC()
		}
	}
	return begin, upTo, nil
}

// ofAgent reports whether a series of the ledger is of a single agent.
func (p *pastOf) ofAgent(key string) bool {
	name, _, _ := strings.Cut(key, metric.Separator)
	return slices.ContainsFunc(p.past.Descs, func(d *metric.Desc) bool { return d.Name == name && d.Has(cumulative.AgentLabel) })
}

// parseTime reads a time, a date or a duration before now.
func parseTime(text string, now time.Time) (time.Time, error) {
	if d, err := model.ParseDuration(text); err == nil {
		return now.Add(-time.Duration(d)).UTC(), nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a duration such as 26w, nor a date, nor a time such as 2026-05-01T00:00:00Z", text)
}
