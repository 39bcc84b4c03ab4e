package e2e

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/util/osutil"
)

// scrapedPage is a page of the exporter, or a scrape that got no answer: a line of the files that the test of steady
// troubles in internal/promises writes to $STEADY_PAGES.
type scrapedPage struct {
	At      float64 `json:"at"` // Unix seconds
	Page    string  `json:"page"`
	Trouble bool    `json:"trouble"`
}

func (r scrapedPage) time() time.Time { return time.UnixMilli(int64(r.At * 1000)) }

// recording is what was scraped around an hour of trouble.
type recording []scrapedPage

func readRecording(t *testing.T, path string) recording {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	var all recording
	for d := json.NewDecoder(z); ; {
		var r scrapedPage
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, r)
	}
	if len(all) < 2 {
		t.Fatalf("%s holds %d pages", path, len(all))
	}
	return all
}

// ServeHTTP answers as the exporter did at this time.
func (r recording) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	now := time.Now()
	i, found := slices.BinarySearchFunc(r, now, func(r scrapedPage, at time.Time) int { return r.time().Compare(at) })
	if !found {
		i--
	}
	if i < 0 || r[i].Page == "" {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	io.WriteString(w, r[i].Page) //nolint:errcheck // a scrape that is cut off is a failed one
}

// trouble returns when it began and ended.
func (r recording) trouble() (begin, end time.Time) {
	first := slices.IndexFunc(r, func(r scrapedPage) bool { return r.Trouble })
	if first < 0 {
		return r[0].time(), r[len(r)-1].time()
	}
	last := first
	for last < len(r)-1 && r[last+1].Trouble {
		last++
	}
	return r[first].time(), r[last].time()
}

func steadyPages(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("STEADY_PAGES")
	if dir == "" {
		t.Skip("e2e/run.sh has pages recorded and sets STEADY_PAGES")
	}
	return dir
}

// recordings lists the files of $STEADY_PAGES by the name of their trouble.
func recordings(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(steadyPages(t), "*.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")] = file
	}
	return all
}

// An hour of each trouble that doesn't change, before a Prometheus on a virtual clock: no alert begins or ends more than once,
// those that it has to raise are there when the hour ends, and no one is woken for anything else.
func TestNoAlertFlapsInAnHourOfSteadyTrouble(t *testing.T) {
	files := recordings(t)
	if _, err := osutil.GetFQDN(); err != nil { // what Prometheus looks up must be known before a virtual clock begins
		t.Log(err)
	}
	for name := range raises {
		if files[name] == "" {
			t.Errorf("%s is not recorded", name)
		}
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			want, known := raises[name]
			if !known {
				t.Fatal("nothing says what it has to raise")
			}
			t.Parallel()
			r := readRecording(t, file)
			synctest.Test(t, func(t *testing.T) { watchAlerts(t, r, want) })
		})
	}
}

func watchAlerts(t *testing.T, r recording, want []string) {
	first, last := r[0].time(), r[len(r)-1].time()
	time.Sleep(time.Until(first))
	p := startQuick(t, r, rulesFile, steadyRules)
	time.Sleep(time.Until(last))
	p.stop()
	begin, end := r.trouble()
	missing := slices.Clone(want)
	for _, series := range p.span(t, `ALERTS{alertstate="firing", alertname!="ContactCenterSourceHidden"}`, first, last, quickInterval) {
		b := behaviourIn(series, first, last)
		t.Log(b)
		if b.changes(begin, end) > 1 || len(b.begins) > 1 {
			t.Errorf("it flaps: %s", b)
		}
		if b.firesAt(end) {
			missing = without(missing, []string{b.alert})
		}
		if series.Metric.Get("severity") == "critical" && !slices.Contains(want, b.alert) {
			t.Errorf("somebody is woken without a reason: %s", b)
		}
	}
	if len(missing) > 0 {
		t.Errorf("when the hour ends, these don't fire: %q", missing)
	}
}

// behaviour is when an alert began and ended.
type behaviour struct {
	alert        string
	begins, ends []time.Time
}

func behaviourIn(s promql.Series, first, last time.Time) behaviour {
	b := behaviour{alert: nameOf(s.Metric)}
	firing := map[int64]bool{}
	for _, p := range s.Floats {
		firing[p.T] = true
	}
	was := false
	for at := first; !at.After(last); at = at.Add(quickInterval) {
		now := firing[at.UnixMilli()]
		if now && !was {
			b.begins = append(b.begins, at)
		}
		if !now && was {
			b.ends = append(b.ends, at)
		}
		was = now
	}
	return b
}

// changes counts how often it began and ended in a span of time.
func (b behaviour) changes(from, to time.Time) (n int) {
	for _, at := range slices.Concat(b.begins, b.ends) {
		if at.After(from) && !at.After(to) {
			n++
		}
	}
	return n
}

// firesAt says whether it had begun and not ended.
func (b behaviour) firesAt(at time.Time) bool {
	begun := slices.ContainsFunc(b.begins, func(t time.Time) bool { return !t.After(at) })
	return begun && !slices.ContainsFunc(b.ends, func(t time.Time) bool { return !t.After(at) })
}

func (b behaviour) String() string {
	var s strings.Builder
	s.WriteString(b.alert + ":")
	for i, t := range b.begins {
		fmt.Fprintf(&s, " %s", t.UTC().Format("15:04:05"))
		if i < len(b.ends) {
			fmt.Fprintf(&s, "-%s", b.ends[i].UTC().Format("15:04:05"))
		}
	}
	return s.String()
}

// nameOf names an alert by its labels.
func nameOf(l labels.Labels) string {
	name := strings.TrimPrefix(l.Get("alertname"), "ContactCenter")
	for _, label := range []string{"account", "group_name", "source", "agent_id"} {
		if v := l.Get(label); v != "" {
			name += " " + v
		}
	}
	if l.Get("severity") == "critical" {
		name += "!"
	}
	return name
}

// steadyRules are thresholds for the simulated centre.
const steadyRules = "testdata/steady.rules.yml"

// raises are the alerts that each trouble has to raise, the critical ones marked; of these there may be no other.
var raises = map[string][]string{
	"nothing-is-wrong":     nil,
	"500-of-service-stats": {"SourceStale dialer service_stats", "SourceFailing dialer service_stats"},
	"500-of-agent-status":  {"SourceStale shop agent_status", "SourceFailing shop agent_status"},
	"503-of-queues":        {"SourceStale shop queues", "SourceFailing shop queues"},
	"outage-of-livevox": {
		"SourceStale dialer service_stats", "SourceStale dialer agents_status", "SourceFailing dialer agent_events", "FeedBehind dialer agent_events",
	},
	"outage-of-liveperson":                       {"SourceStale shop agent_status", "SourceFailing shop status_changes"},
	"hang-of-livevox":                            {"SourceStale dialer service_stats", "FeedBehind dialer interaction_events"},
	"reset-of-agent-status":                      {"SourceStale shop agent_status", "SourceStale shop agent_status!"},
	"three-in-ten-answers-of-livevox-are-errors": nil,
	"four-in-five-answers-of-livevox-are-errors": nil,
	"429-of-service-stats":                       {"VendorThrottles dialer", "SourceStale dialer service_stats"},
	"429-of-livevox-retry-after-30":              {"VendorThrottles dialer", "SourceStale dialer agents_status"},
	"html-of-agents-status":                      {"SourceStale dialer agents_status", "SourceStale dialer agents_status!"},
	"gzip-bomb-of-agents-status":                 {"SourceStale dialer agents_status", "SourceStale dialer agents_status!"},
	"bad-records-of-agent-status":                {"RecordsUnusable shop agent_status"},
	"unknown-states-of-agents-status":            {"RecordsUnusable dialer agents_status"},
	"500-of-agent-events":                        {"SourceFailing dialer agent_events", "FeedBehind dialer agent_events"},
	"tokens-of-agent-events-expire":              {"FeedGap dialer agent_events"},
	"clock-of-livevox-is-an-hour-ahead":          nil,
	"password-of-livevox-is-refused":             {"CredentialsFailing dialer!", "SourceStale dialer agents_status!", "SourceStale dialer service_stats!"},
	"client-of-liveperson-is-refused":            {"CredentialsFailing shop!", "SourceStale shop agent_status!", "SourceStale shop queues!", "SourceStale shop queue_health!"},
	"role-for-agents-status-is-missing":          {"SourceForbidden dialer agents_status", "SourceStale dialer agents_status!"},
	"sessions-of-livevox-end-all-the-time":       {"CredentialsFailing dialer!"},
	"exporter-is-down":                           {"ExporterDown!"},
	"every-fourth-scrape-fails":                  nil,
	"exporter-restarts-every-ten-minutes":        {"ExporterRestarts"},
	"disk-is-full":                               {"StateNotWritable!", "FeedBehind dialer agent_events"},
	"all-agents-leave": {
		"QueueUnattended dialer Orders 1!", "QueueUnattended dialer Returns 1!", "ServiceLevelBurningFast dialer Orders 1!", "ServiceLevelBurningFast dialer Returns 1!",
	},
	"all-agents-leave-and-every-seventh-scrape-fails": {
		"QueueUnattended dialer Orders 1!", "QueueUnattended dialer Returns 1!", "ServiceLevelBurningFast dialer Orders 1!", "ServiceLevelBurningFast dialer Returns 1!",
	},
	"no-agent-of-liveperson-has-a-free-slot": {"NobodyAvailable shop Main Group", "NobodyAvailable shop Team B1"},
	"queues-are-flooded":                     {"ServiceLevelBurningFast dialer Orders 1!", "ServiceLevelBurningFast dialer Returns 1!"},
}
