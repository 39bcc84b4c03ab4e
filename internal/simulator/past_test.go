package simulator

import (
	"testing"
	"time"
)

func TestHistoryIsMadeUpAsItIsAskedFor(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, time.UTC)
	o := Options{Agents: 40, History: 30 * 24 * time.Hour, Now: func() time.Time { return now }}
	s, other := New(o), New(o)
	from, to := now.AddDate(0, 0, -20), now
	other.messaging.between(from.UnixMilli(), from.Add(time.Hour).UnixMilli())
	all, again := s.messaging.between(from.UnixMilli(), to.UnixMilli()), other.messaging.between(from.UnixMilli(), to.UnixMilli())
	if len(all) != len(again) || len(all) < 20*40*5 {
		t.Fatalf("%d changes in 20 days, then %d", len(all), len(again))
	}
	on := map[*agent]int64{}
	var worked time.Duration
	for i, c := range all {
		if b := again[i]; c.at != b.at || c.agent.id != b.agent.id || c.kind != b.kind || c.status != b.status || c.session != b.session {
			t.Fatalf("change %d is another one when it is asked for again", i)
		}
		if i > 0 && c.at < all[i-1].at {
			t.Fatalf("change %d is older than the one before", i)
		}
		switch since, logged := on[c.agent]; {
		case c.kind == changeLogin && logged:
			t.Errorf("agent %d logs in twice", c.agent.id)
		case c.kind == changeLogin:
			on[c.agent] = c.at
		case c.kind == changeLogout:
			worked += time.Duration(c.at-since) * time.Millisecond * time.Duration(min(1, since))
			delete(on, c.agent)
		}
	}
	if perDay := worked / 20 / 40; perDay < 5*time.Hour || perDay > 9*time.Hour {
		t.Errorf("an agent works %s a day", perDay)
	}
	truth := s.TruthBetween(from, from.AddDate(0, 0, 10))
	sum := 0.0
	for _, a := range truth.LivePerson.Agents {
		for _, reasons := range a.StatusSeconds {
			for _, v := range reasons {
				sum += v
			}
		}
	}
	if perDay := sum / 3600 / 10 / 40; perDay < 5 || perDay > 9 {
		t.Errorf("an agent has %.1f h in all statuses a day", perDay)
	}
}
