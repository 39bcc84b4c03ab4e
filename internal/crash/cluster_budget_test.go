package crash

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// TestReplicasStayWithinTheLimitTogether kills the owner every 15 s, and expects that no
// minute has more requests than the limit of the account allows.
func TestReplicasStayWithinTheLimitTogether(t *testing.T) {
	kills := number(t, "REPLICA_KILLS", 0)
	if testing.Short() || kills == 0 {
		t.Skip("kills programs: set REPLICA_KILLS")
	}
	pgtest.Bin(t)
	t.Parallel()
	const limit = 60 // in a minute
	c := newCluster(t, programWithFailpoints(t), "poll")
	var mu sync.Mutex
	var sent []time.Time
	c.vendor.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		sent = append(sent, time.Now())
		mu.Unlock()
		c.vendor.ServeHTTP(w, r)
	})
	for i, x := range c.replicas {
		text := string(must[[]byte](t)(os.ReadFile(x.config)))
		text = strings.Replace(text, "{requests_per_second: 1000, burst: 1000}", "{requests_per_second: 1, burst: 4}", 1)
		check(t, os.WriteFile(x.config, []byte(text), 0o600))
		c.start(t, i)
	}
	takeovers := 6
	if kills >= 200 {
		takeovers = 14
	}
	for range takeovers {
		i := c.awaitOwner(t, anyone)
		time.Sleep(15 * time.Second)
		c.replicas[i].kill(t)
		c.start(t, i)
	}
	mu.Lock()
	defer mu.Unlock()
	most, first := 0, 0
	for i, at := range sent {
		for at.Sub(sent[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	t.Logf("%d requests over %d take-overs, %d in a minute at most", len(sent), takeovers, most)
	if most > limit || len(sent) < 3*takeovers {
		t.Errorf("%d requests, of them %d in a minute, %d are allowed", len(sent), most, limit)
	}
	for _, wrong := range c.problems() {
		t.Error(wrong)
	}
}
