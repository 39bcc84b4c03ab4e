package page

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"
)

// ownWithStart has a counter of the process that has a start time.
func ownWithStart() *prometheus.Registry {
	r := own()
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: "go_things_total", Help: "Own."})
	c.Add(3)
	r.MustRegister(c)
	return r
}

func TestCreatedTimestampsAreThoseOfPromhttp(t *testing.T) {
	o := Options{Own: ownWithStart(), CreatedTimestamps: true}
	page, want := New(fixed(batches()), o), oracleOf(batches(), o)
	for _, accept := range accepts {
		for _, query := range []string{"", "?name[]=" + calls.Name + "&name[]=go_things_total", "?name[]=" + duration.Name} {
			compare(t, ask(page, "/metrics"+query, "Accept", accept), ask(want, "/metrics"+query, "Accept", accept))
		}
	}
	for _, line := range []string{
		`livevox_agent_calls_created{account="desk",agent_id="b",direction="inbound"} 1.7000000001234567e+09`,
		`livevox_call_duration_seconds_created{account="desk",direction="in"} 1.7000000001234567e+09`,
		`go_things_created `,
	} {
		if body := ask(page, "/metrics", "Accept", acceptOpenMetrics).Body.String(); !strings.Contains(body, "\n"+line) {
			t.Errorf("OpenMetrics lacks %s:\n%s", line, body)
		}
	}
	for _, accept := range []string{acceptText, acceptProtobuf} {
		if body := ask(page, "/metrics", "Accept", accept).Body.String(); strings.Contains(body, "_created") {
			t.Errorf("%s has _created samples", accept)
		}
	}
	if body := ask(New(fixed(batches()), Options{Own: ownWithStart()}), "/metrics", "Accept", acceptOpenMetrics).Body.String(); strings.Contains(body, "_created") {
		t.Error("_created samples without the option")
	}
}

func TestAnyCreatedTimestampsAreThoseOfPromhttp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, o := anyBatches(t), Options{CreatedTimestamps: true}
		got := inLines(ask(New(fixed(b), o), "/metrics", "Accept", acceptOpenMetrics).Body.String())
		if want := inLines(ask(oracleOf(b, o), "/metrics", "Accept", acceptOpenMetrics).Body.String()); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}
