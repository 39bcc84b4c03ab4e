package livevox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// An answer without its list, or with null for it, doesn't say that there is nothing:
// no source takes it for a whole one.
func TestAnAnswerWithoutItsListIsPartial(t *testing.T) {
	keys := []string{"stats", "agentStatistics", "agentDetails", "agentAverages", "callsDetails", "liveConnects", "agentEvent", "events"}
	for name, list := range map[string]string{"missing": "", "null": "null", "an object": "{}", "empty": "[]"} {
		env := checkEnv(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"sessionId":"6f0c1d52","token":"fresh","timeStamp":1417076800000`)
			for _, key := range keys {
				if list != "" {
					_, _ = fmt.Fprintf(w, `,%q:%s`, key, list)
				}
			}
			_, _ = io.WriteString(w, "}")
		})
		for _, legacy := range []bool{false, true} {
			if legacy {
				env.Account.Sources["agent_stats"].Options.(*agentStatsOptions).Version = "legacy"
			}
			account, err := Vendor().Open(env)
			if err != nil {
				t.Fatal(err)
			}
			for _, source := range account.Collectors {
				r, err := source.Collect(t.Context(), collector.Position{Now: time.Now(), Cursor: "opaque"})
				if !source.Derived && (err != nil || r.Partial != (name != "empty")) {
					t.Errorf("%s, a list that is %s: partial %v, %v", source.Name, name, r.Partial, err)
				}
			}
		}
	}
}

func TestALookUpThatSaysNothingIsNoCall(t *testing.T) {
	for _, body := range []string{"{}", "null"} {
		client, err := newClient(checkEnv(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "login") {
				_, _ = io.WriteString(w, `{"sessionId":"6f0c1d52"}`)
				return
			}
			_, _ = io.WriteString(w, body)
		}))
		if err != nil {
			t.Fatal(err)
		}
		if in, err := client.InCall(t.Context(), livevox.Call{SessionID: "U1", TransactionID: "2"}); err == nil {
			t.Errorf("%s: %+v", body, in)
		}
	}
}

// A number that cannot be true is left out of sums.
func TestSumsLeaveOutWhatCannotBe(t *testing.T) {
	huge := api.Number{Value: 1e300, Valid: true}
	five := api.Number{Value: 5, Valid: true}
	at := api.Time{Time: time.UnixMilli(1417076800000)}
	connects := liveConnectsReading(livevox.LiveConnects{Now: at.Add(time.Hour), Services: []livevox.ServiceConnects{{
		ServiceID: "7", Rows: []livevox.Connects{{Total: huge, TimeStamp: at}, {Total: five, TimeStamp: at}},
	}}})
	if got := sumOf(connects, connectsWindow); got != 5 || connects.Skipped != 1 {
		t.Errorf("live_connects: %v, %d skipped", got, connects.Skipped)
	}
	zones := api.List[livevox.TimezoneBreakdown]{Items: []livevox.TimezoneBreakdown{{Timezone: "X", Count: huge}, {Timezone: "Y", Count: five}}}
	campaigns := campaignStatsReading(livevox.CampaignStats{Rows: []livevox.CampaignStat{{CampaignID: "1", ServiceID: "7", Timezones: zones}}})
	if got := sumOf(campaigns, campaignTimezone); got != 5 || campaigns.Skipped != 1 {
		t.Errorf("campaign_stats: %v, %d skipped", got, campaigns.Skipped)
	}
}
