package promises

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// loopVendor plays LiveVox with a feed of full pages.
type loopVendor struct {
	path  string
	page  func(n int) string // of the nth request
	asked atomic.Int64
}

func (v *loopVendor) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	switch {
	case strings.HasSuffix(req.URL.Path, "session/login"):
		_, _ = io.WriteString(w, `{"sessionId":"6f0c1d52"}`)
	case strings.HasSuffix(req.URL.Path, v.path):
		n := v.asked.Add(1)
		time.Sleep(20 * time.Millisecond)
		_, _ = io.WriteString(w, v.page(int(n)))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	return w.Result(), nil
}

// aFeed is a feed with its list and its path.
type aFeed struct{ source, list, path string }

// asksOf counts the requests of half a minute to a feed of full pages whose records and
// token are those of a number.
func asksOf(t *testing.T, f aFeed, record func(page, i int) string, token func(page int) string) (n int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := &loopVendor{path: f.path, page: func(n int) string {
			records := make([]string, 1000)
			for i := range records {
				records[i] = record(n, i)
			}
			return fmt.Sprintf(`{%q:[%s],"token":%q}`, f.list, strings.Join(records, ","), token(n))
		}}
		off := "service_stats: {enabled: false}, agents_status: {enabled: false}, agent_stats: {enabled: false}, calls_on_hold: {enabled: false}, campaign_stats: {enabled: false}"
		run(t, v, "", accounts(entry(`- name: dialer
vendor: livevox
base_url: https://api.livevox.com
auth: {client_name: c, username: u, password: p, access_token: t}`, []string{generous, "sources: {" + off + ", " + f.source + ": {enabled: true}}"})))
		time.Sleep(30 * time.Second)
		n = int(v.asked.Load())
	})
	return n
}

func feeds() []aFeed {
	return []aFeed{{"agent_events", "agentEvent", "agentEvent/feed"}, {"interaction_events", "events", "event/feed"}}
}

// A page that brings nothing new is no reason to ask at once.
func TestFeedThatLoopsIsNotAskedAtOnce(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string]int{"the same page with new tokens": 1, "two tokens that lead to each other": 2, "ten tokens in a circle": 10} {
		for _, f := range feeds() {
			t.Run(name+", "+f.source, func(t *testing.T) {
				n := asksOf(t, f, func(page, i int) string {
					return fmt.Sprintf(`{"eventId":"%d-%d","eventType":"READY"}`, page%pages, i)
				}, func(page int) string {
					if pages == 1 {
						return fmt.Sprint("t", page)
					}
					return fmt.Sprint("t", page%pages)
				})
				if n > 35+pages || n < 20 {
					t.Errorf("asked %d times in half a minute", n)
				}
			})
		}
	}
}

// A full page of new records of which none is usable brings nothing new.
func TestFeedOfUnusableRecordsIsNotAskedAtOnce(t *testing.T) {
	t.Parallel()
	for _, f := range feeds() {
		for name, record := range map[string]string{
			"dated 1970":             `{"eventId":"a%[1]d","eventType":"READY","timestamp":"1970-01-01T00:00:01Z"}`,
			"dated 9999":             `{"eventId":"a%[1]d","eventType":"READY","timestamp":"9999-01-01T00:00:01Z"}`,
			"a day and more too old": fmt.Sprintf(`{"eventId":"a%%[1]d","eventType":"READY","timestamp":%d}`, time.Date(1999, 12, 30, 22, 0, 0, 0, time.UTC).UnixMilli()),
			"dated 0":                `{"eventId":"a%[1]d","eventType":"READY","timestamp":0}`,
			"no known field":         `{"x":%[1]d}`,
			"no object":              `%[1]d`,
		} {
			t.Run(f.source+", "+name, func(t *testing.T) {
				n := asksOf(t, f, func(page, i int) string { return fmt.Sprintf(record, 1000*page+i) }, func(page int) string { return fmt.Sprint("t", page) })
				if n > 35 || n < 20 {
					t.Errorf("asked %d times in half a minute", n)
				}
			})
		}
	}
}
