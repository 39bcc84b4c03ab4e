package liveperson

import (
	"context"
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
	segmentsSettled     = &metric.Desc{
		Name:      "liveperson_segments_settled_timestamp_seconds",
		Help:      "Unix time in seconds up to which LivePerson has delivered all segments: a day before the newest answer.",
		Unit:      "s",
		Stability: metric.Experimental,
	}
)

func segmentDesc(name, help, unit string, labels ...string) *metric.Desc {
	return &metric.Desc{Name: name, Help: help + " Each segment is counted once, up to a day after its end.", Unit: unit, Kind: metric.Counter, Labels: labels, Stability: metric.Experimental}
}

func segmentHistogram(name, help string) *metric.Desc {
	return &metric.Desc{
		Name: name, Help: help, Unit: "s", Kind: metric.Histogram, Labels: []string{"skill_id", "end_reason"}, Stability: metric.Experimental,
		Buckets: []float64{30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200},
	}
}

const (
	// segmentsLate is how late LivePerson delivers a segment, and segmentsAgain how far
	// each poll goes back for it.
	segmentsLate  = 24 * time.Hour
	segmentsAgain = 26 * time.Hour
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
		Cost: func(_ config.Account, c config.Source, l collector.Load) float64 {
			return pages(int((c.Interval+segmentsAgain).Hours()*segmentsPerHour*float64(l.Agents)), 500)
		},
		Open: openAgentSegments,
	}
}

func openAgentSegments(s collector.Setup) collector.Collect {
	return func(ctx context.Context, at collector.Position) (metric.Reading, error) {
		now := clientOf(s).Earlier(at.Now).Truncate(time.Second)
		from, gap := segmentsFrom(now, parseCursor(at.Cursor))
		to := now
		if to.Sub(from) > chunk {
			to = from.Add(chunk) // the rest at the next poll
		}
		answer, err := clientOf(s).AgentSegments(ctx, from, to)
		if err != nil {
			return metric.Reading{}, err
		}
		r := segmentsReading(answer, s.Identity)
		r.Events.Earliest, r.Events.Latest = from.Add(-time.Hour), now
		r.Events.Cursor, r.Events.UpTo = to.UTC().Format(time.RFC3339), to.Add(-segmentsLate)
		r.Events.Horizon, r.Events.Gap = from.Add(-segmentsAgain), gap
		r.Gauges.Samples = translate.AppendTime(r.Gauges.Samples, segmentsSettled, to.Add(-segmentsLate))
		return r, nil
	}
}

// segmentsFrom returns from where segments are asked for, and what is beyond reach.
func segmentsFrom(now, cursor time.Time) (from time.Time, gap time.Duration) {
	if cursor.IsZero() || cursor.After(now) {
		cursor = now
	}
	from = cursor.Add(-segmentsAgain)
	if earliest := now.Add(-segmentsKept); from.Before(earliest) {
		gap, from = max(0, earliest.Sub(cursor)), earliest
	}
	return from, gap
}

// segmentsReading translates segments into events.
func segmentsReading(answer liveperson.AgentSegments, identity collector.Identity) metric.Reading {
	r := metric.Reading{Skipped: answer.Skipped, Unknown: answer.Malformed}
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
	known := map[string]string{
		"closedByConsumer": "closed_by_consumer", "closedByAgent": "closed_by_agent", "closedBySystem": "closed_by_system",
		"agentTransfer": "agent_transfer", "skillTransfer": "skill_transfer", "backToQueue": "back_to_queue", "other": translate.Other, "": translate.Other,
	}
	if label, ok := known[reason]; ok {
		return label
	}
	e.Unknown = append(e.Unknown, "endReason")
	return translate.Other
}
