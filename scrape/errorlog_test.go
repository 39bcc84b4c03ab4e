package scrape

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestLinesAboutErrors(t *testing.T) {
	const (
		began  = "fetch failed"
		still  = "fetch still fails"
		ended  = "fetch succeeds again"
		minute = 4 // fetches
	)
	for name, test := range map[string]struct {
		class func(i int) api.Class // of the error of the i-th fetch, every 15 s; "" if there is none
		n     int
		want  map[string]int
		last  string
	}{
		"none":         {func(int) api.Class { return "" }, 60 * minute, nil, ""},
		"one":          {func(i int) api.Class { return when(i == 5, api.VendorError) }, 60 * minute, map[string]int{began: 1, ended: 1}, ended},
		"every second": {func(i int) api.Class { return when(i%2 == 0, api.VendorError) }, 16 * minute, map[string]int{began: 4, ended: 4}, ended},
		"at random":    {func(i int) api.Class { return when(i*7919%13 < 6, api.Timeout) }, 16 * minute, map[string]int{began: 4, ended: 4}, ended},
		"three hours and a half": {
			func(i int) api.Class { return when(i > 0, api.Auth) }, 210 * minute,
			map[string]int{began: 1, still: 3},
			still,
		},
		"then well": {
			func(i int) api.Class { return when(i < 61*minute, api.Auth) }, 62 * minute,
			map[string]int{began: 1, still: 1, ended: 1},
			ended,
		},
		"changing classes": {func(i int) api.Class { return api.Classes()[i%3] }, 16 * minute, map[string]int{began: 4}, began},
		"another class that stays": {func(i int) api.Class {
			if i == 0 {
				return api.Timeout
			}
			return api.Auth
		}, 16 * minute, map[string]int{began: 2}, began},
		"well in the end": {func(i int) api.Class { return when(i < 4 && i != 1, api.DNS) }, 16 * minute, map[string]int{began: 1, ended: 1}, ended},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			e := &errorLog{log: log.NewLogfmtLogger(&b)}
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			for i := range test.n {
				class := test.class(i)
				var err error
				if class != "" {
					err = errors.New("x")
				}
				e.note(class, err, now.Add(time.Duration(i)*15*time.Second))
			}
			got := map[string]int{}
			lines := strings.Split(strings.TrimSpace(b.String()), "\n")
			for _, line := range lines {
				for _, msg := range []string{began, still, ended} {
					if strings.Contains(line, `"`+msg+`"`) {
						got[msg]++
					}
				}
			}
			if test.want == nil {
				test.want = map[string]int{}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) || !strings.Contains(lines[len(lines)-1], test.last) {
				t.Errorf("%v, want %v and at last %q:\n%s", got, test.want, test.last, &b)
			}
		})
	}
}

// when returns the class if something is so.
func when(is bool, c api.Class) api.Class {
	if is {
		return c
	}
	return ""
}

// A source that waits after an error which only people repair asks soon when the
// configuration is read again; one that is well keeps its pace.
func TestAskAgain(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		soon bool
	}{
		"a permission is missing": {api.Forbidden.Errorf("x"), true},
		"well":                    {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &vendor{err: test.err}
				s, _ := startLoop(t, v, func(c *collector.Collector) { c.Config.Interval = 100 * time.Hour })
				time.Sleep(10 * time.Hour)
				before := v.count()
				time.Sleep(time.Minute)
				s.askAgain()
				time.Sleep(maxSpread)
				if got := v.count() > before; got != test.soon {
					t.Errorf("asked soon: %v, want %v", got, test.soon)
				}
			})
		})
	}
}
