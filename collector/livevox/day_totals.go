package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// corrections is filled from every source with day totals of an account.
var corrections = metric.Counter.Desc("livevox_day_total_corrections_total", "{correction}",
	"Times that the vendor lowered a total of the current day without a new day having begun.")

// dayTotals is how LiveVox restarts its totals: some minutes around midnight in the
// zone of the account.
func dayTotals() collector.DayTotals {
	return collector.DayTotals{ResetGrace: 15 * time.Minute, Corrections: corrections}
}
