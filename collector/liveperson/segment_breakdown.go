package liveperson

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of agent-segments/breakdown and agent-segments/files.
var (
	handlingUnits = metric.Counter.Desc("liveperson_handling_units_total", "{unit}",
		"Turns of conversations, by why they began and ended (startReason, endReason). Each is counted once, by segmentId and sequence, when LivePerson has written it to a file.",
		"start_reason", "end_reason").Bounded("start_reason", "end_reason").Experimental()
	handlingUnitSeconds = metric.Histogram.Desc("liveperson_handling_unit_seconds", "s",
		"Handle time of a turn of a conversation in seconds (handleTimeMillis / 1000).", "start_reason").
		Bounded("start_reason").Bucketed(5, 15, 30, 60, 120, 300, 600, 1800, 3600).Experimental()
	segmentFiles = metric.Counter.Desc("liveperson_segment_files_total", "{file}",
		"Files of turns by outcome: read counts each file once, failed each attempt; a file that failed is asked for again at the next poll.", "outcome").Experimental()
	breakdownSettled = metric.Gauge.Desc("liveperson_segment_breakdown_settled_timestamp_seconds", "s",
		"Unix time in seconds up to which all turns are counted: a day before the newest answer, or the hour of the oldest file that could not be read.").Experimental()
)

const (
	// filesList is how much time one list of files may have.
	filesList = 24 * time.Hour
	// filesChunk is how much one poll asks for, when much is to be caught up.
	filesChunk = 3 * filesList
	// fileGrows is how long after its hour has begun a file is read at every poll: that
	// files are complete when they are listed isn't documented.
	fileGrows = 3 * time.Hour
	// maxUnits is how many turns one poll reads at most; the rest is read at the next one.
	maxUnits = 200_000
	// filesPerHour is how many files an hour has, as a rule.
	filesPerHour = 2
	// maxFailures is how many files may fail before the rest is left for the next poll.
	maxFailures = 3
)

// segmentBreakdownSource is the source segment_breakdown.
func segmentBreakdownSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "segment_breakdown",
			Interval: time.Hour,
			MaxAge:   26 * time.Hour,
			Help:     "Turns of conversations by why they began and ended: the breakdown files of agent-segments, up to a day late; LivePerson enables it.",
			Options:  func() any { return &segmentBreakdownOptions{MaxFiles: 500} },
		},
		Follows: true,
		Service: liveperson.Activity,
		Advice: permissions{
			application: "The application needs the scope wfm.actual.handle.time.export.external, and LivePerson's account team has to enable the export of agent segments (actual handle time).",
			key:         "The key needs the permission Data > Workforce Management, and LivePerson's account team has to enable the export of agent segments (actual handle time).",
		}.advice,
		Descs: []*metric.Desc{handlingUnits, handlingUnitSeconds, segmentFiles, breakdownSettled},
		Cost: func(_ config.Account, c config.Source, _ collector.Load) float64 {
			return 2 + filesPerHour*max(c.Interval, fileGrows-time.Hour).Hours() // two lists; a file is listed after its hour
		},
		Open: func(s collector.Setup) collector.Collect {
			b := &breakdown{
				client: clientOf(s), maxFiles: s.Config.Options.(*segmentBreakdownOptions).MaxFiles,
				read: map[string]bool{}, failed: map[string]bool{},
			}
			return b.collect
		},
	}
}

// segmentBreakdownOptions are the keys of the source segment_breakdown.
type segmentBreakdownOptions struct {
	MaxFiles int `yaml:"max_files" range:"1..10000" doc:"Files that one poll reads at most; the rest is read at the next one."`
}

// breakdown is what is known of the files of an account from poll to poll. One
// goroutine uses it.
type breakdown struct {
	client   *liveperson.Client
	maxFiles int
	// read are the files whose units are counted, failed those that could not be read.
	read, failed map[string]bool
	// newest are the files of the newest reading, which is kept if the next poll begins
	// at its cursor.
	newest []string
	cursor string
}

// collect asks for the lists of files and reads those that are new.
func (b *breakdown) collect(ctx context.Context, at collector.Position) (metric.Reading, error) {
	if at.Cursor == b.cursor {
		for _, key := range b.newest {
			b.read[key] = true
		}
	}
	b.newest, b.cursor = nil, ""
	now := b.client.Earlier(at.Now).Truncate(time.Second)
	since, _, _ := strings.Cut(at.Cursor, cursorPoll)
	t := segmentsReach(filesChunk).since(now, parseCursor(since))
	var r metric.Reading
	files, err := b.list(ctx, t.from, t.to, &r)
	if err != nil {
		return metric.Reading{}, err
	}
	left, err := b.readAll(ctx, files, now, &r)
	settled := t.to.Add(-segmentsLate)
	for _, f := range left {
		if f.Hour.Before(settled) {
			settled = f.Hour
		}
	}
	reached := t.to
	if slices.ContainsFunc(left, func(f liveperson.SegmentFile) bool { return !b.failed[f.Key] }) {
		reached = t.from.Add(segmentsAgain) // until all have been tried
	}
	// The vendor writes a unit down to days after its end, but a list has only new files.
	r.Events.Earliest, r.Events.Latest = t.from.Add(-segmentsKept), now
	r.Events.Horizon, r.Events.Gap = t.from.Add(-segmentsAgain), t.gap
	r.Events.UpTo, r.Events.Cursor = settled, cursorAt(reached)+cursorPoll+cursorAt(now)
	r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, breakdownSettled, settled)
	b.cursor = r.Events.Cursor
	return r, err
}

// cursorPoll stands before the time of the poll in a cursor: two polls that reach the
// same time have different cursors.
const cursorPoll = " polled "

// list returns the files of a time: those that failed before come last.
func (b *breakdown) list(ctx context.Context, from, to time.Time, r *metric.Reading) (files []liveperson.SegmentFile, err error) {
	listed := map[string]bool{}
	for begin := from; begin.Before(to); begin = begin.Add(filesList) {
		end := begin.Add(filesList)
		if end.After(to) {
			end = to
		}
		part, err := b.client.SegmentFiles(ctx, begin, end)
		if err != nil {
			return nil, err
		}
		translate.Note(r, part.Extent)
		for _, f := range part.Files {
			if !listed[f.Key] {
				listed[f.Key] = true
				files = append(files, f)
			}
		}
	}
	for _, m := range []map[string]bool{b.read, b.failed} {
		maps.DeleteFunc(m, func(key string, _ bool) bool { return !listed[key] })
	}
	slices.SortStableFunc(files, func(x, y liveperson.SegmentFile) int {
		if b.failed[x.Key] != b.failed[y.Key] {
			return map[bool]int{false: -1, true: 1}[b.failed[x.Key]]
		}
		return x.Hour.Compare(y.Hour)
	})
	return files, nil
}

// readAll reads the files that are new and returns those that are left. A file that
// fails costs only itself; an error means that none can be read now.
func (b *breakdown) readAll(ctx context.Context, files []liveperson.SegmentFile, now time.Time, r *metric.Reading) (left []liveperson.SegmentFile, err error) {
	r.Events.Zero = []metric.Sample{segmentFiles.Of(0, "read"), segmentFiles.Of(0, "failed")}
	read, failures := 0, 0
	for _, f := range files {
		if b.read[f.Key] && now.Sub(f.Hour) > fileGrows {
			continue
		}
		if err != nil || read >= b.maxFiles || len(r.Events.List) >= maxUnits || failures >= maxFailures {
			left = append(left, f)
			continue
		}
		outcome, key := "read", f.Key
		if e := b.readFile(ctx, f, r); e != nil {
			outcome, key = "failed", f.Key+now.String()
			left, failures, b.failed[f.Key] = append(left, f), failures+1, true
			if ofAll(e) {
				err = e
			}
		} else {
			read++
			delete(b.failed, f.Key)
			b.newest = append(b.newest, f.Key)
		}
		r.Events.List = append(r.Events.List, metric.Event{Key: outcome + " " + key, Add: []metric.Sample{segmentFiles.Of(1, outcome)}})
	}
	if read > 0 {
		err = nil
	}
	return left, err
}

// ofAll reports whether an error will be that of the next file as well.
func ofAll(err error) bool {
	switch api.ClassOf(err) {
	case api.Auth, api.Forbidden, api.RateLimited:
		return true
	}
	return errors.Is(err, api.ErrHeld) || errors.Is(err, context.Canceled)
}

// readFile adds the units of a file as events.
func (b *breakdown) readFile(ctx context.Context, f liveperson.SegmentFile, r *metric.Reading) error {
	read, err := b.client.HandlingUnits(ctx, f, func(u *liveperson.HandlingUnit) {
		start, end := cmp.Or(snakeCase(string(u.StartReason)), translate.Other), cmp.Or(snakeCase(string(u.EndReason)), translate.Other)
		e := metric.Event{Key: u.Key(), Time: u.End.Time, Add: []metric.Sample{handlingUnits.Of(1, start, end)}}
		e.Add = translate.AppendMeasured(e.Add, handlingUnitSeconds, u.Handle, translate.Milliseconds, start)
		r.Events.List = append(r.Events.List, e)
	})
	translate.Note(r, read)
	return err
}
