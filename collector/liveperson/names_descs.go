package liveperson

import "github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"

// awayReasonInfo is filled by names, and by status_changes while that is off.
var awayReasonInfo = &metric.Desc{
	Name:   "liveperson_away_reason_info",
	Help:   "Always 1: the text of a reason for being away, by its id, and the status that it is for. Of all reasons (status-reasons: id, text, state) where the source names is on, else of those met in status changes since the start (statusReasonId, statusReasonText, statusSubType).",
	Labels: []string{"reason_id", "reason", "status"},
	Open:   []string{"reason"},
}
