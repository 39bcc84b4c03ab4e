package livevox

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// A row of the future is not the newest one.
func TestAveragesOfTheFutureAreSkipped(t *testing.T) {
	row := func(ready int, at time.Time) string {
		return fmt.Sprintf(`{"averageReadyTime":%d,"timeStamp":%d}`, ready, at.UnixMilli())
	}
	now := time.Now()
	c := newClient(t, &vendor{answers: map[string]http.HandlerFunc{
		"realtime/service/stats":           says(`{"stats":[{"serviceId":"9001"}]}`),
		"realtime/service/agents/averages": says(`{"agentAverages":[` + row(60, now.Add(-time.Minute)) + "," + row(600, now.AddDate(70, 0, 0)) + `]}`),
	}})
	if _, err := c.ServiceStats(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := c.AgentAverages(t.Context())
	if err != nil || len(got.Services) != 1 || got.Services[0].Ready.Value != 60 || got.Skipped != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
