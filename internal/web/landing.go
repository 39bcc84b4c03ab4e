package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/scrape"
)

//go:embed landing.html
var landingHTML string

// landing shows at a glance which source of which account is fresh, and what is
// wrong with the others.
func landing(o Options) http.Handler {
	page := template.Must(template.New("landing").Parse(landingHTML))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		if err := page.Execute(&b, landingOf(o, time.Now())); err != nil {
			text(w, http.StatusInternalServerError, "the page could not be made\n")
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(b.Bytes())
	})
}

type landingPage struct {
	Version, MetricsPath string
	Reload               bool
	Good, Bad, Waiting   int
	Accounts             []landingAccount
}

type landingAccount struct {
	Name, Vendor string
	Sources      []landingSource
}

// landingSource is a row of the page; every field is ready to be read.
type landingSource struct {
	Name, State, Text, Age, Next, Every string
	Series                              int
}

func landingOf(o Options, now time.Time) landingPage {
	p := landingPage{Version: o.Version, MetricsPath: o.MetricsPath}
	for _, st := range o.Status() {
		a := landingAccount{Name: st.Account, Vendor: st.Vendor}
		for _, s := range st.Sources {
			row := landingRow(s, now)
			switch row.State {
			case "good":
				p.Good++
			case "bad":
				p.Bad++
			default:
				p.Waiting++
			}
			a.Sources = append(a.Sources, row)
		}
		p.Accounts = append(p.Accounts, a)
	}
	return p
}

func landingRow(s scrape.SourceStatus, now time.Time) landingSource {
	row := landingSource{Name: s.Name, Series: s.Series, Every: duration(s.Interval), Age: "–", Next: "now"}
	if s.Feed {
		row.Every = "feed"
	}
	if !s.At.IsZero() {
		row.Age = duration(now.Sub(s.At))
	}
	if wait := s.Next.Sub(now); wait > 0 {
		row.Next = "in " + duration(wait)
	}
	row.State, row.Text = condition(s)
	return row
}

// condition says in a word for the colour and in a sentence for the reader how
// a source is doing.
func condition(s scrape.SourceStatus) (state, text string) {
	switch {
	case !s.Tried:
		return "waiting", "waiting for the first answer"
	case s.Err != nil:
		text = fmt.Sprintf("%s: %v", s.Class, s.Err)
		if s.Failures > 1 {
			text = fmt.Sprintf("%s (%d times in a row)", text, s.Failures)
		}
		if s.Fresh {
			return "bad", text + "; the data before is still shown"
		}
		return "bad", text
	case s.Partial:
		return "bad", "the vendor says that its answer is incomplete"
	}
	return "good", "ok"
}

// duration writes a duration as people read it.
func duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm %02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh %02dm", int(d.Hours()), int(d.Minutes())%60)
}
