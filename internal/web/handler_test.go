package web

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

// options serve an account whose sources are in every condition.
func options() Options {
	now := time.Now()
	return Options{
		MetricsPath: "/metrics",
		Metrics:     http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "page\n") }),
		MaxRequests: 2,
		Status: func() []scrape.Status {
			return []scrape.Status{{Account: "shop <b>", Vendor: "liveperson", Sources: []scrape.SourceStatus{
				{Name: "good", Tried: true, Fresh: true, At: now.Add(-5 * time.Second), Next: now.Add(25 * time.Second), Interval: 30 * time.Second, Series: 7},
				{Name: "bad", Tried: true, Err: errors.New("HTTP 401 <script>"), Advice: "Give the application the scope <x>.", Class: "auth", Failures: 3, Interval: time.Minute},
				{Name: "worse", Tried: true, Err: errors.New("HTTP 401"), Class: "auth", Interval: time.Minute},
				{Name: "partial", Tried: true, Partial: true, Fresh: true, Interval: time.Minute},
				{Name: "waiting", Interval: time.Minute},
				{Name: "feed", Feed: true, Tried: true, Fresh: true, LastErr: errors.New("timeout"), LastErrAt: now.Add(-2 * time.Minute)},
				{Name: "limited", Tried: true, Fresh: true, Interval: time.Minute, Dropped: 12, Over: []string{"agent_id", "reason"}, Unknown: []string{"reasonCode=COFFEE", "timeStamp"}},
			}}}
		},
		Troubles: func() []string { return []string{"reload failed: line 3"} },

		Tried:  func() bool { return true },
		Wait:   func(context.Context) error { return nil },
		Config: func() []byte { return []byte("accounts: []\n") },
	}
}

func get(t *testing.T, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	h := Handler(options())
	for _, c := range []struct {
		method, path string
		code         int
		has          string
	}{
		{"GET", "/", 200, "contactcenter_exporter"},
		{"GET", "/metrics", 200, "page"},
		{"HEAD", "/metrics", 200, ""},
		{"GET", "/config", 200, "accounts"},
		{"GET", "/-/healthy", 200, "healthy"},
		{"GET", "/-/ready", 200, "ready"},
		{"GET", "/sd", 200, `"__param_account":"shop \u003cb\u003e"`},
		{"POST", "/metrics", 405, ""},
		{"POST", "/-/reload", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
		{"GET", "/probe?target=http://x", 404, ""},
		{"DELETE", "/", 405, ""},
		{"OPTIONS", "/metrics", 405, ""},
		{"TRACE", "/config", 405, ""},
		{"PATCH", "/-/ready", 405, ""},
		{"PUT", "/sd", 405, ""},
		{"HEAD", "/", 200, ""},
		{"GET", "//metrics", 404, ""},
		{"GET", "/metrics/", 404, ""},
		{"GET", "/x/../config", 404, ""},
		{"GET", "/index.html", 404, ""},
		{"GET", "/-/quit", 404, ""},
		{"GET", "/-/reload", 404, ""},
		{"GET", "/debug/vars", 404, ""},
		{"GET", "/api/v1/query", 404, ""},
		{"GET", "/favicon.ico", 404, ""},
	} {
		w := get(t, h, c.method, c.path)
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.has) {
			t.Errorf("%s %s: %d, want %d with %q:\n%s", c.method, c.path, w.Code, c.code, c.has, w.Body)
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'",
			"Cache-Control":           "no-store",
			"Referrer-Policy":         "no-referrer",
		} {
			if got := w.Header().Get(header); !strings.HasPrefix(got, want) {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, header, got, want)
			}
		}
	}
}

func TestLandingSaysWhatIsWrong(t *testing.T) {
	page := get(t, Handler(options()), "GET", "/").Body.String()
	for _, want := range []string{
		"2 of 7 sources failing", "2 ok", "2 failing", "<b>bad, worse</b>", "2 degraded", "1 waiting",
		"auth: HTTP 401 &lt;script&gt; (3 times in a row)<br>Give the application the scope &lt;x&gt;.", `<p class="dim">Give the application the scope &lt;x&gt;.</p>`, "there has been no data yet", "incomplete", "waiting for the first answer", "shop &lt;b&gt;", "in 2", ">5s<",
		"last error 2m 00s ago: timeout", "max_series withholds 12 series", "agent_id has more values than max_series allows", "reason has more values than max_label_values allows", "shown as other: reasonCode=COFFEE, timeStamp",
		"reload failed: line 3",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page needs scripts, or a source can add one")
	}
}

func TestReadyIsAboutTheFirstFetches(t *testing.T) {
	o := options()
	o.Tried = func() bool { return false }
	if w := get(t, Health(o), "GET", "/-/ready"); w.Code != 503 {
		t.Errorf("ready with %d before the first fetches ended", w.Code)
	}
	if w := get(t, Health(o), "GET", "/-/healthy"); w.Code != 200 {
		t.Errorf("healthy with %d", w.Code)
	}
	if w := get(t, Health(o), "GET", "/metrics"); w.Code != 404 {
		t.Errorf("the health listener serves metrics with %d", w.Code)
	}
}

func TestReloadIsOnlyThereIfAllowed(t *testing.T) {
	o := options()
	var err error
	o.Reload = func() error { return err }
	h := Handler(o)
	if w := get(t, h, "POST", "/-/reload"); w.Code != 200 {
		t.Errorf("reload: %d", w.Code)
	}
	err = errors.New("line 3: no such key")
	if w := get(t, h, "POST", "/-/reload"); w.Code != 500 || !strings.Contains(w.Body.String(), "line 3") {
		t.Errorf("failing reload: %d %s", w.Code, w.Body)
	}
	if w := get(t, h, "POST", "/-/reload", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("another site may reload: %d", w.Code)
	}
	if w := get(t, h, "GET", "/-/reload"); w.Code != 405 {
		t.Errorf("GET reloads: %d", w.Code)
	}
}

func TestOnlyTheFirstScrapeWaitsAndNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.Tried = func() bool { return false }
		o.Wait = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		h := Handler(o)
		for i, want := range []time.Duration{5*time.Second - scrapeMargin, 0} {
			begin := time.Now()
			if w := get(t, h, "GET", "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "5"); w.Code != 200 {
				t.Errorf("scrape %d: %d", i, w.Code)
			}
			if took := time.Since(begin); took != want {
				t.Errorf("scrape %d took %s, want %s", i, took, want)
			}
		}
	})
}

func TestScrapesAtOnceAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		inside, leave := make(chan struct{}), make(chan struct{})
		o.Metrics = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-leave })
		h := Handler(o)
		for range o.MaxRequests {
			go get(t, h, "GET", "/metrics")
			<-inside
		}
		if w := get(t, h, "GET", "/metrics"); w.Code != 503 {
			t.Errorf("one more scrape than allowed: %d", w.Code)
		}
		close(leave)
	})
}

// The page may be behind any path: no link depends on it.
func TestLinksOfTheLandingPageAreRelative(t *testing.T) {
	o := options()
	o.MetricsPath = "/deep/metrics"
	links := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(get(t, Handler(o), "GET", "/").Body.String(), -1)
	var to []string
	for _, l := range links {
		if strings.HasPrefix(l[1], "/") || strings.Contains(l[1], ":") {
			t.Errorf("%s is not relative", l[1])
		}
		to = append(to, l[1])
	}
	for _, want := range []string{"deep/metrics", "config", "sd", "-/healthy", "-/ready"} {
		if !slices.Contains(to, want) {
			t.Errorf("there is no link to %s: %q", want, to)
		}
	}
}

func TestDiscovery(t *testing.T) {
	for name, test := range map[string]struct {
		external, path string
		tls            bool
		want           string
	}{
		"plain":                {path: "/sd", want: " example.com /metrics example.com/%s"},
		"TLS":                  {path: "/sd", tls: true, want: "https example.com /metrics example.com/%s"},
		"an external URL":      {external: "https://mon.example:8443/cc/", path: "/sd", want: "https mon.example:8443 /cc/metrics mon.example:8443/%s"},
		"asked under its path": {external: "https://mon.example/cc", path: "/cc/sd", want: "https mon.example /cc/metrics mon.example/%s"},
		"TLS ends before":      {external: "http://mon.example", path: "/sd", tls: true, want: "http mon.example /metrics mon.example/%s"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.Status = func() []scrape.Status {
				return []scrape.Status{{Account: "a", Vendor: "liveperson"}, {Account: "b", Vendor: "livevox"}}
			}
			var err error
			if o.ExternalURL, err = ParseExternalURL(test.external); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", test.path, nil)
			if test.tls {
				r.TLS = &tls.ConnectionState{}
			}
			w := httptest.NewRecorder()
			Handler(o).ServeHTTP(w, r)
			var groups []targetGroup
			if err := json.Unmarshal(w.Body.Bytes(), &groups); err != nil || len(groups) != 2 {
				t.Fatalf("%v: %s", err, w.Body)
			}
			for i, account := range []string{"a", "b"} {
				l := groups[i].Labels
				got := fmt.Sprint(l["__scheme__"], " ", groups[i].Targets[0], " ", l["__metrics_path__"], " ", l["instance"])
				if want := fmt.Sprintf(test.want, account); got != want || l["__param_account"] != account {
					t.Errorf("%s, want %s: %v", got, want, l)
				}
			}
		})
	}
}

func TestPagesUnderTheExternalURL(t *testing.T) {
	o := options()
	o.ExternalURL, _ = ParseExternalURL("https://mon.example/a/cc/")
	h := Handler(o)
	for path, want := range map[string]int{
		"/": 200, "/metrics": 200, "/a/cc/": 200, "/a/cc/metrics": 200, "/a/cc/-/ready": 200, "/a/cc": 301,
		"/a": 404, "/a/ccx": 404, "/a/cc/a/cc/": 404, "/a/cc//metrics": 404,
	} {
		if w := get(t, h, "GET", path); w.Code != want || want == 301 && w.Header().Get("Location") != "/a/cc/" {
			t.Errorf("%s: %d %s, want %d", path, w.Code, w.Header().Get("Location"), want)
		}
	}
}

func TestURLsThatAreNoExternalURL(t *testing.T) {
	for _, text := range []string{"mon.example", "mon.example:80", "/cc", "ftp://x", "http://", "https://u:p@x", "https://x/?a=b", "https://x/#f", "http://[x", "://"} {
		if u, err := ParseExternalURL(text); err == nil {
			t.Errorf("%s is taken as %s", text, u)
		}
	}
}
