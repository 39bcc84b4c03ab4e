package simulator

import (
	"encoding/csv"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// The roster is what the truth calls scheduled, over a change of clocks too; agents are at
// work for most of it, never for more.
func TestTheRosterIsWhatAdherenceIsMeasuredBy(t *testing.T) {
	for _, begin := range []time.Time{time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)} {
		now := begin
		s := New(Options{Seed: 2, Agents: 30, Now: func() time.Time { return now }})
		now = begin.Add(36 * time.Hour)
		scheduled := map[string]float64{}
		for _, d := range s.Roster(begin, now) {
			start, end := d.Start, d.End
			if start.Before(begin) {
				start = begin
			}
			if end.After(now) {
				end = now
			}
			scheduled[d.Agent] += end.Sub(start).Seconds()
			if local := d.Start.In(s.options.Zone); d.Start.After(begin) && local.Sub(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())) < 0 {
				t.Errorf("a duty begins at %v", local)
			}
		}
		var sum AdherenceTruth
		for _, agents := range s.Truth().LiveVox.Adherence {
			for login, a := range agents {
				if math.Abs(a.Scheduled-scheduled[login]) > 0.01 || a.Adherent > a.Scheduled {
					t.Errorf("%s: %+v, the roster has %v", login, a, scheduled[login])
				}
				sum.Scheduled += a.Scheduled
				sum.Adherent += a.Adherent
			}
		}
		if ratio := sum.Adherent / sum.Scheduled; ratio < 0.6 || ratio > 0.97 {
			t.Errorf("adherence %v", ratio)
		}
	}
}

func TestTheRosterIsServedAsAFileThatChangesOnceADay(t *testing.T) {
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	s := New(Options{Seed: 2, Agents: 10, Now: func() time.Time { return now }})
	path := "/sim/roster"
	get := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	first := get("")
	rows, err := csv.NewReader(first.Body).ReadAll()
	if err != nil || len(rows) < 1+10*8 || len(rows) > 1+10*9 { // eight dates, and night shifts of the one before
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if again := get(first.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same day: %d", again.Code)
	}
	now = now.Add(24 * time.Hour)
	if next := get(first.Header().Get("ETag")); next.Code != http.StatusOK {
		t.Errorf("the next day: %d", next.Code)
	}
	path += "?vendor=liveperson"
	rows, err = csv.NewReader(get("").Body).ReadAll()
	if err != nil || len(rows) < 1+10*8 || len(rows) > 1+10*9 || rows[1][0] != decimal(s.messaging.agents[0].id) || rows[1][1] != decimal(s.messaging.agents[0].group.id) {
		t.Errorf("LivePerson: %d rows, %v, %v", len(rows), rows[1], err)
	}
}

// Day and night two inbound services have more calls than agents, and three agents of the
// roster are away.
func TestAnUnderstaffedDayIsShortOfStaffAtOnce(t *testing.T) {
	for _, hour := range []int{1, 8, 10, 18} {
		begin := time.Date(2026, 11, 26, hour, 0, 0, 0, time.UTC)
		now := begin
		s := New(Options{Seed: 1, Understaffed: true, Now: func() time.Time { return now }})
		now = begin.Add(10 * time.Minute)
		s.Truth()
		missing, short := 0, 0
		for _, a := range s.voice.agents {
			if a.service == nil && a.shift.overlap(s.voice.clock, s.voice.now, s.voice.now+1) > 0 {
				missing++
			}
		}
		for _, e := range s.voice.services {
			if e.members >= 2 && s.voice.rush(e) > float64(e.members) && e.fields[serviceOffered].counted() > 3 {
				short++
			}
		}
		if missing < lateAgents || short != shortServices {
			t.Errorf("%d:00: %d agents are missing, %d services are short of staff", hour, missing, short)
		}
		if now = begin.Add(65 * time.Minute); s.lock() > 0 {
			for _, e := range s.voice.services {
				if s.voice.rush(e) != 0 {
					t.Errorf("%d:00: the rush goes on", hour)
				}
			}
			s.mu.Unlock()
		}
	}
}
