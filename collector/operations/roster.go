package operations

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/ical"
)

// duty is a time in which an agent is to serve the contacts of a group.
type duty struct {
	agent, group string
	start, end   time.Time
}

// roster is the duties of a file as it was when it could be read last.
type roster struct {
	config  config.Roster
	file    os.FileInfo // of the newest reading, good or not
	duties  []duty
	skipped int
	at      time.Time // when the duties were read; zero before
	err     error     // of the newest reading
}

// calendarTime is how far around now the events of a calendar are read; it is read again
// after half of it.
const calendarTime = 14 * 24 * time.Hour

// refresh reads the file if it has changed. One that can't be read leaves the duties as
// they are.
func (r *roster) refresh(now time.Time) {
	info, err := os.Stat(r.config.File)
	if err != nil {
		r.file, r.err = nil, err
		return
	}
	same := r.file != nil && os.SameFile(r.file, info) && r.file.ModTime().Equal(info.ModTime()) && r.file.Size() == info.Size()
	if same && now.Sub(r.at) < calendarTime/2 {
		return
	}
	r.file = info
	data, err := r.config.Read()
	if err != nil {
		r.err = err
		return
	}
	duties, skipped, err := readDuties(data, r.config, now)
	if r.err = err; err == nil {
		r.duties, r.skipped, r.at = duties, skipped, now
	}
}

// readDuties reads a CSV file or a calendar. skipped counts rows that can't be used.
func readDuties(data []byte, c config.Roster, now time.Time) (duties []duty, skipped int, err error) {
	if ical.IsCalendar(data) {
		events, skipped, err := ical.Read(data, now.Add(-calendarTime), now.Add(calendarTime), time.UTC)
		for _, e := range events {
			d := duty{e.Text("X-AGENT-ID"), e.Text("X-GROUP-ID"), e.Start, e.End}
			if d.agent == "" || d.group == "" {
				skipped++
			} else if c.IsWork(e.Text("SUMMARY")) {
				duties = append(duties, d)
			}
		}
		return duties, skipped, err
	}
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	head, err := rows.Read()
	if err != nil {
		return nil, 0, errColumns
	}
	columns, err := columnsOf(head)
	if err != nil {
		return nil, 0, err
	}
	for {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return duties, skipped, nil
		case err != nil:
			skipped++
			continue
		}
		d, activity, ok := columns.duty(row)
		if !ok {
			skipped++
		} else if c.IsWork(activity) {
			duties = append(duties, d)
		}
	}
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

// duty reads a row; false where it lacks something, or ends before it begins.
func (c columns) duty(row []string) (d duty, activity string, ok bool) {
	var texts [len(c)]string
	for i, at := range c {
		if at >= len(row) {
			return duty{}, "", false
		}
		texts[i] = strings.Clone(strings.TrimSpace(row[at]))
	}
	start, err := time.Parse(time.RFC3339, texts[3])
	end, endErr := time.Parse(time.RFC3339, texts[4])
	if err != nil || endErr != nil || !end.After(start) || texts[0] == "" || texts[1] == "" {
		return duty{}, "", false
	}
	return duty{texts[0], texts[1], start, end}, texts[2], true
}

// scheduled returns the agents who are on duty at a time, by group.
func (r *roster) scheduled(now time.Time) map[string]map[string]bool {
	groups := map[string]map[string]bool{}
	for _, d := range r.duties {
		if now.Before(d.start) || !now.Before(d.end) {
			continue
		}
		if groups[d.group] == nil {
			groups[d.group] = map[string]bool{}
		}
		groups[d.group][d.agent] = true
	}
	return groups
}
