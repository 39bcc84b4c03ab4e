package operations

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/ical"
)

// duty is a time in which an agent is to serve the contacts of a group.
type duty struct {
	agent, group uint32 // the places of their ids in duties.ids
	start, end   uint32 // Unix seconds, to 2106
}

func seconds(t time.Time) uint32 { return uint32(min(max(t.Unix(), 0), math.MaxUint32)) }

// duties are what a roster says.
type duties struct {
	list []duty
	// breaks counts rows of activities in which no contacts are served, skipped those that
	// can't be used. reasons say why of the first ones, and hold nothing of their content.
	breaks, skipped int
	reasons         []string
	agents          AgentIDs
	ids             []string
	places          map[string]uint32 // of ids, while the roster is read
}

// place returns the place of an id.
func (d *duties) place(id string) uint32 {
	at, known := d.places[id]
	if !known {
		at, id = uint32(len(d.ids)), strings.Clone(id) // of a whole line
		d.ids, d.places[id] = append(d.ids, id), at
	}
	return at
}

func (d *duties) duty(agent, group string, start, end time.Time) duty {
	return duty{d.place(agent), d.place(group), seconds(start), seconds(end)}
}

// maxReasons is how many different reasons are kept.
const maxReasons = 3

func (d *duties) skip(format string, args ...any) {
	d.skipped++
	reason := fmt.Sprintf(format, args...)
	if len(d.reasons) < maxReasons && !slices.Contains(d.reasons, reason) {
		d.reasons = append(d.reasons, reason)
	}
}

// add adds a duty if its activity is work.
func (d *duties) add(entry duty, work bool) {
	if !work {
		d.breaks++
		return
	}
	d.list = append(d.list, entry)
}

// calendarTime is how far around now the events of a calendar are read; it is read again
// after half of it.
const calendarTime = 14 * 24 * time.Hour

// readDuties reads a CSV file or a calendar. One of which all rows are skipped is an error.
func readDuties(data []byte, c config.Roster, agents AgentIDs, now time.Time) (d duties, err error) {
	if ical.IsCalendar(data) {
		d, err = readCalendar(data, c, agents, now)
	} else {
		d, err = readRows(data, c, agents)
	}
	if err == nil && d.skipped > 0 && len(d.list)+d.breaks == 0 {
		return d, fmt.Errorf("none of its rows can be used: %s", strings.Join(d.reasons, "; "))
	}
	d.list, d.ids, d.places = slices.Clone(d.list), slices.Clone(d.ids), nil // append takes room to grow
	return d, err
}

func readCalendar(data []byte, c config.Roster, agents AgentIDs, now time.Time) (duties, error) {
	d := duties{agents: agents, places: map[string]uint32{}}
	events, skipped, err := ical.Read(data, now.Add(-calendarTime), now.Add(calendarTime), time.UTC)
	for _, reason := range skipped {
		d.skip("an event %v", reason)
	}
	for _, e := range events {
		agent, group := e.Text("X-AGENT-ID"), e.Text("X-GROUP-ID")
		switch {
		case agent == "" || group == "":
			d.skip("an event has no X-AGENT-ID or no X-GROUP-ID")
		case !agents.fits(agent):
			d.skip("an event has an X-AGENT-ID that is none of the vendor's")
		default:
			d.add(d.duty(agent, group, e.Start, e.End), c.IsWork(e.Text("SUMMARY")))
		}
	}
	return d, err
}

// readRows reads each line by itself: a quote that is missing costs one row, not all that
// follow.
func readRows(data []byte, c config.Roster, agents AgentIDs) (d duties, err error) {
	d.agents, d.places = agents, map[string]uint32{}
	buffer, number, named := bufio.NewReader(nil), 0, false
	var columns columns
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		number++
		buffer.Reset(bytes.NewReader(line))
		row, err := csv.NewReader(buffer).Read()
		switch {
		case errors.Is(err, io.EOF): // an empty line
		case !named && err != nil:
			return d, errColumns
		case !named:
			if columns, err = columnsOf(row); err != nil {
				return d, err
			}
			named = true
		case err != nil:
			d.skip("line %d is not CSV", number)
		default:
			d.addRow(columns, row, number, c)
		}
	}
	if !named {
		return d, errColumns
	}
	return d, nil
}

// addRow adds the duty of a row, or skips it.
func (d *duties) addRow(columns columns, row []string, line int, c config.Roster) {
	entry, activity, reason := d.readRow(columns, row)
	if reason != "" {
		d.skip("line %d %s", line, reason)
		return
	}
	d.add(entry, c.IsWork(activity))
}

var errColumns = errors.New("the first row must name the columns agent_id, group_id, activity, start and end")

// columns are the places of agent_id, group_id, activity, start and end in a row.
type columns [5]int

func columnsOf(head []string) (c columns, err error) {
	for i, name := range []string{"agent_id", "group_id", "activity", "start", "end"} {
		c[i] = slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if c[i] < 0 {
			return c, errColumns
		}
	}
	return c, nil
}

// readRow reads a row. reason says why it can't be used; "" if it can.
func (d *duties) readRow(columns columns, row []string) (entry duty, activity, reason string) {
	var texts [len(columns)]string
	for i, at := range columns {
		if at >= len(row) {
			return duty{}, "", "has too few columns"
		}
		texts[i] = strings.TrimSpace(row[at])
	}
	start, err := time.Parse(time.RFC3339, texts[3])
	end, endErr := time.Parse(time.RFC3339, texts[4])
	switch {
	case texts[0] == "":
		return duty{}, "", "has no agent_id"
	case texts[1] == "":
		return duty{}, "", "has no group_id"
	case err != nil:
		return duty{}, "", "has a start that is no time such as 2026-03-02T09:00:00+01:00"
	case endErr != nil:
		return duty{}, "", "has an end that is no time such as 2026-03-02T09:00:00+01:00"
	case !end.After(start):
		return duty{}, "", "ends before it begins"
	case !d.agents.fits(texts[0]):
		return duty{}, "", "has an agent_id that is none of the vendor's"
	}
	return d.duty(texts[0], texts[1], start, end), texts[2], ""
}

// scheduled returns since when the agents are on duty who are at a time, by group and id.
func (d duties) scheduled(now time.Time) map[string]map[string]time.Time {
	groups := map[string]map[string]time.Time{}
	at := seconds(now)
	for _, entry := range d.list {
		if at < entry.start || at >= entry.end {
			continue
		}
		agent, group := d.ids[entry.agent], d.ids[entry.group]
		if groups[group] == nil {
			groups[group] = map[string]time.Time{}
		}
		if since, twice := groups[group][agent]; !twice || entry.start < seconds(since) {
			groups[group][agent] = time.Unix(int64(entry.start), 0)
		}
	}
	return groups
}
