package web

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
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
			text(w, http.StatusInternalServerError, "the page cannot be rendered\n")
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b.Bytes())
	})
}

// landingPage is the page; every field is ready to be read.
type landingPage struct {
	Title, Version, Now string
	MetricsPath         string // relative, as all links are: the page may be behind a path
	State               condition
	Verdict             string
	Counts              []landingCount
	Troubles            []string
	Failing             []landingFailure
	Accounts            []landingAccount
	Elsewhere           []Placement // accounts of other replicas
}

type landingCount struct {
	State condition
	Text  string
}

// landingFailure is what fails of an account for the same kind of reason, the
// first reason, and what to do about it.
type landingFailure struct{ Anchor, Account, Sources, Text, Advice string }

type landingAccount struct {
	Anchor, Name, Vendor string
	State                condition
	Counts               []landingCount
	Sources              []landingSource
}

// landingSource is a row of the page.
type landingSource struct {
	Name                   string
	State                  condition
	Text, Age, Next, Every string
	Series                 int
	Notes                  []string
}

func landingOf(o Options, now time.Time) landingPage {
	p := landingPage{Version: o.Version, MetricsPath: strings.TrimPrefix(o.MetricsPath, "/"), Now: now.UTC().Format("2006-01-02 15:04:05 UTC")}
	var all tally
	for i, st := range o.Status() {
		a := landingAccount{Anchor: fmt.Sprint("account-", i+1), Name: st.Account, Vendor: st.Vendor}
		var sources tally
		for _, s := range st.Sources {
			row := landingRow(s, now)
			sources[row.State]++
			all[row.State]++
			a.Sources = append(a.Sources, row)
		}
		p.Failing = append(p.Failing, a.failing(st.Sources)...)
		a.State, a.Counts = sources.condition(), sources.counts()
		p.Accounts = append(p.Accounts, a)
	}
	if o.Replicas != nil {
		p.Elsewhere = slices.DeleteFunc(o.Replicas.Accounts(), func(a Placement) bool { return o.Replicas.Owns(a.Account) })
	}
	if o.Troubles != nil {
		p.Troubles = o.Troubles()
	}
	p.State, p.Counts, p.Verdict = all.condition(), all.counts(), all.verdict()
	if len(p.Troubles) > 0 {
		p.State = bad
	}
	p.Title = "contactcenter_exporter: " + p.Verdict
	return p
}

// failing groups the sources of the account that fail by the class of their
// error.
func (a landingAccount) failing(sources []scrape.SourceStatus) (failing []landingFailure) {
	place := map[string]int{}
	for i, row := range a.Sources {
		class := sources[i].Class
		at, met := place[class]
		switch {
		case row.State != bad:
		case met:
			failing[at].Sources += ", " + row.Name
		default:
			place[class] = len(failing)
			failing = append(failing, landingFailure{a.Anchor, a.Name, row.Name, row.Text, sources[i].Advice})
		}
	}
	return failing
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
	row.State, row.Text = conditionOf(s)
	row.Notes = notes(s, now)
	return row
}

// conditionOf says in a word and in a sentence how a source is doing.
func conditionOf(s scrape.SourceStatus) (state condition, text string) {
	switch {
	case !s.Tried:
		return waiting, "waiting for the first answer"
	case s.Err != nil:
		text = fmt.Sprintf("%s: %v", s.Class, s.Err)
		if s.Failures > 1 {
			text = fmt.Sprintf("%s (%d times in a row)", text, s.Failures)
		}
		return bad, text
	case s.Partial:
		return warn, "the vendor says that its answer is incomplete"
	case s.Dropped > 0:
		return warn, fmt.Sprintf("max_series withholds %d series", s.Dropped)
	case len(s.Over) > 0:
		return warn, "some values are shown as other, because there are too many"
	}
	return good, "ok"
}

// notes are what else there is to say of a source.
func notes(s scrape.SourceStatus, now time.Time) (notes []string) {
	if s.Err != nil && s.Advice != "" {
		notes = append(notes, s.Advice)
	}
	switch {
	case s.Err == nil:
	case s.At.IsZero():
		notes = append(notes, "there has been no data yet")
	case s.Fresh:
		notes = append(notes, "the data before is still shown")
	default:
		notes = append(notes, "the data before is too old to be shown")
	}
	for _, label := range s.Over {
		limit := "max_label_values"
		if label == "agent_id" {
			limit = "max_series"
		}
		notes = append(notes, fmt.Sprintf("%s has more values than %s allows", label, limit))
	}
	if len(s.Unknown) > 0 {
		notes = append(notes, "values that are not known, shown as other: "+strings.Join(s.Unknown, ", "))
	}
	if s.Err == nil && s.LastErr != nil {
		notes = append(notes, fmt.Sprintf("last error %s ago: %v", duration(now.Sub(s.LastErrAt)), s.LastErr))
	}
	return notes
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
