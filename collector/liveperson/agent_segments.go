package liveperson

import (
	"context"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/liveperson"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/translate"
)

// The metrics of agent-segments.
var (
	segmentsDesc        = segmentDesc("liveperson_segments_total", "Segments, which are the times for which an agent had a conversation, by how they ended (endReason).", "{segment}", "skill_id", "group_id", "end_reason")
	agentSegmentsDesc   = segmentDesc("liveperson_agent_segments_total", "Segments of an agent.", "{segment}", "agent_id")
	agentSegmentSeconds = segmentDesc("liveperson_agent_handle_seconds_total", "Handle time of an agent's segments in seconds (totalHandleTimeMillis / 1000).", "s", "agent_id")
	segmentHandle       = segmentHistogram("liveperson_segment_handle_seconds", "Handle time of a segment in seconds (totalHandleTimeMillis / 1000).")
	segmentDuration     = segmentHistogram("liveperson_segment_duration_seconds", "Seconds from the beginning of a segment to its end (startTimeL, endTimeL).")
	segmentsSettled     = metric.Gauge.Desc("liveperson_segments_settled_timestamp_seconds", "s",
		"Unix time in seconds up to which LivePerson has delivered all segments: a day before the newest answer.").Experimental()
)

func segmentDesc(name, help, unit string, labels ...string) *metric.Desc {
	return metric.Counter.Desc(name, unit, help+" Each segment is counted once, up to a day after its end.", labels...).Experimental()
}

func segmentHistogram(name, help string) *metric.Desc {
	return metric.Histogram.Desc(name, "s", help, "skill_id", "end_reason").Bucketed(30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200).Experimental()
}

const (
	// segmentsLate is how late LivePerson delivers a segment, and segmentsAgain how far
	// a poll goes back for it.
	segmentsLate  = 24 * time.Hour
	segmentsAgain = 26 * time.Hour
	// A large account has more segments than manySegments an hour: its polls go back by
	// segmentsRecent, and by segmentsAgain once in fullEvery.
	manySegments   = 2000
	segmentsRecent = 3 * time.Hour
	fullEvery      = 6 * time.Hour
	// segmentsKept is how far back LivePerson answers, with a day in reserve.
	segmentsKept = 27 * 24 * time.Hour
	// segmentsPerHour is how many an agent has, as a rule.
	segmentsPerHour = 3
)

// agentSegmentsSource is the source agent_segments.
func agentSegmentsSource() collector.Source {
	return collector.Source{
		Spec: config.Spec{
			Name:     "agent_segments",
			Interval: time.Hour,
			MaxAge:   26 * time.Hour,
			Help:     "Segments and handle time by how they ended: agent-segments of the Actual Handle Time API, up to a day late; LivePerson enables it.",
		},
		Follows: true,
		Service: liveperson.Activity,
		Advice: permissions{
			application: "The application needs the scope wfm.agent.activity.read.external, and LivePerson's account team has to enable agent segments (actual handle time).",
			key:         "The key needs the permission Data > Workforce Management, and LivePerson's account team has to enable agent segments (actual handle time).",
		}.advice,
		Descs: []*metric.Desc{segmentsDesc, segmentHandle, segmentDuration, agentSegmentsDesc, agentSegmentSeconds, segmentsSettled},
		Cost:  segmentsCost,
		Open:  openAgentSegments,
		Past:  openPastSegments,
	}
}

// segmentsCost is the number of pages of a poll on average.
func segmentsCost(_ config.Account, c config.Source, l collector.Load) float64 {
	hourly := segmentsPerHour * l.Agents
	of := func(d time.Duration) float64 { return pages(int(d.Hours()*float64(hourly)), 500) }
	if hourly <= manySegments {
		return of(c.Interval + segmentsAgain)
	}
	full := min(1, c.Interval.Hours()/fullEvery.Hours())
	return full*of(max(c.Interval, fullEvery)+segmentsAgain) + (1-full)*of(c.Interval+segmentsRecent)
}

func openAgentSegments(s collector.Setup) collector.Collect {
	large := false
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		now := clientOf(s).Earlier(at.Now).Truncate(time.Second)
		p := segmentsSpan(now, at.Cursor, large)
		answer, err := clientOf(s).AgentSegments(ctx, p.from, p.to)
		if err != nil {
			return metric.Reading{}, err
		}
		if p.full.Equal(p.to) {
			large = float64(len(answer.Segments)) > manySegments*p.to.Sub(p.from).Hours()
		}
		r := segmentsReading(answer, s.Identity)
		r.Events.From = p.from
		r.Events.Earliest, r.Events.Latest = p.from.Add(-time.Hour), now
		r.Events.Cursor, r.Events.UpTo = p.cursor(), p.to.Add(-segmentsLate)
		r.Events.Horizon, r.Events.Gap = p.full.Add(-2*segmentsAgain), p.gap
		r.Gauges.Samples = metric.AppendTime(r.Gauges.Samples, segmentsSettled, p.to.Add(-segmentsLate))
		return r, nil
	}
}

// segmentsReach is how far back a poll goes for segments, in parts of a length.
func segmentsReach(longest time.Duration) reach {
	return reach{step: time.Second, lookback: segmentsAgain, overlap: segmentsAgain, retention: segmentsKept, longest: longest}
}

// segmentsPoll is what one poll asks for.
type segmentsPoll struct {
	timeRange
	full time.Time // the end of the newest poll that went back by segmentsAgain
}

// segmentsSpan returns what a poll asks for: from the newest full poll back where the
// next one is due, else a few hours.
func segmentsSpan(now time.Time, cursor string, large bool) segmentsPoll {
	reached, fullAt, _ := strings.Cut(cursor, cursorFull)
	full := parseCursor(fullAt)
	if full.IsZero() {
		full = parseCursor(reached)
	}
	if large && !full.IsZero() && now.Sub(full) < fullEvery && now.After(full) {
		return segmentsPoll{timeRange{from: parseCursor(reached).Add(-segmentsRecent), to: now}, full}
	}
	r := segmentsReach(chunk).since(now, full)
	return segmentsPoll{r, r.to}
}

// cursorFull stands in a cursor before the time of the newest full poll, if that is
// another one.
const cursorFull = " full "

func (p segmentsPoll) cursor() string {
	if p.full.Equal(p.to) {
		return cursorAt(p.to)
	}
	return cursorAt(p.to) + cursorFull + cursorAt(p.full)
}

// segmentsReading translates segments into events.
func segmentsReading(answer liveperson.AgentSegments, identity collector.Identity) metric.Reading {
	r := translate.Reading(answer.Extent)
	for i := range answer.Segments {
		s := &answer.Segments[i]
		e := metric.Event{Key: string(s.ID), Time: s.End()}
		skill, agent, reason := string(s.SkillID), identity(string(s.AgentID), ""), segmentEnd(string(s.EndReason), &e)
		e.Add = []metric.Sample{segmentsDesc.Of(1, skill, string(s.GroupID), reason), agentSegmentsDesc.Of(1, agent)}
		e.Add = translate.AppendMeasured(e.Add, segmentHandle, s.Handle, translate.Milliseconds, skill, reason)
		e.Add = translate.AppendMeasured(e.Add, agentSegmentSeconds, s.Handle, translate.Milliseconds, agent)
		if start := s.Start(); !start.IsZero() && !start.After(s.End()) {
			e.Add = append(e.Add, segmentDuration.Of(s.End().Sub(start).Seconds(), skill, reason))
		}
		r.Events.List = append(r.Events.List, e)
	}
	return r
}

// segmentEnd returns the label of an endReason.
func segmentEnd(reason string, e *metric.Event) string {
	switch label := snakeCase(reason); label {
	case "closed_by_consumer", "closed_by_agent", "closed_by_system", "agent_transfer", "skill_transfer", "back_to_queue", translate.Other:
		return label
	case "":
		return translate.Other
	}
	e.Unknown = append(e.Unknown, "endReason")
	return translate.Other
}
