package liveperson

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestClocks(t *testing.T) {
	for ahead, want := range map[time.Duration]struct{ earlier, later time.Duration }{
		0:                 {0, 0},
		3 * time.Second:   {0, 0},
		-3 * time.Second:  {0, 0},
		time.Hour:         {0, time.Hour},
		-time.Hour:        {-time.Hour, 0},
		-24 * time.Hour:   {-24 * time.Hour, 0},
		300 * time.Second: {0, 300 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{api: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
				io.WriteString(w, noAgents)
			}}
			c := f.client(t)
			now := time.Now()
			if _, known := c.clock.Ahead(); known || !c.Earlier(now).Equal(now) || !c.Later(now).Equal(now) {
				t.Error("a clock is known before the first answer")
			}
			for range 3 {
				if err := askStatus(c); err != nil {
					t.Fatal(err)
				}
			}
			if skew, known := c.clock.Ahead(); !known || skew != ahead {
				t.Errorf("%s: measured %s", ahead, skew)
			}
			if e, l := c.Earlier(now).Sub(now), c.Later(now).Sub(now); e != want.earlier || l != want.later {
				t.Errorf("%s: earlier by %s, later by %s", ahead, -e, l)
			}
		})
	}
}

func TestBadDateIsNoTime(t *testing.T) {
	f := &fake{api: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "yesterday")
		io.WriteString(w, noAgents)
	}}
	c := f.client(t)
	if err := askStatus(c); err != nil {
		t.Fatal(err)
	}
	if skew, known := c.clock.Ahead(); known {
		t.Errorf("skew %s", skew)
	}
}
