package operations

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

var (
	rosterUp = rosterDesc("contactcenter_roster_up", "1",
		"1 if the newest reading of the roster succeeded, else 0: the roster before stays in use")
	rosterUpdated = rosterDesc("contactcenter_roster_updated_timestamp_seconds", "s",
		"Unix time in seconds at which the roster that is in use was read")
	rosterSkipped = rosterDesc("contactcenter_roster_rows_skipped", "{row}",
		"Rows of the roster in use that lack an id or a time, have an agent_id that is none of the vendor's, end before they begin, or are in a time zone that is not known")
)

// roster is the duties of a file as it was when it could be read last.
type roster struct {
	config config.Roster
	agents AgentIDs
	client *http.Client // for a URL
	read   func(error)  // receives the outcome of each reading; nil for none
	duties duties
	at     time.Time // when the duties were read; zero before
	err    error     // of the newest reading

	file    os.FileInfo // of the newest reading, good or not
	due     time.Time   // when the URL is asked next
	version http.Header // by which the URL's server tells whether the duties have changed
}

const (
	// rosterInterval is how often the URL of a roster is asked, rosterRetry how soon after
	// an error.
	rosterInterval = 5 * time.Minute
	rosterRetry    = time.Minute
	// rosterTimeout bounds one reading: meanwhile nothing else is derived.
	rosterTimeout = 20 * time.Second
)

// append appends whether the roster could be read.
func (r *roster) append(samples []metric.Sample) []metric.Sample {
	samples = append(samples, rosterUp.Of(metric.Truth(r.err == nil)))
	if r.at.IsZero() {
		return samples
	}
	samples = append(samples, rosterSkipped.Of(float64(r.duties.skipped)))
	return metric.AppendTime(samples, rosterUpdated, r.at)
}

// refresh reads the roster again if it has changed. One that can't be read leaves the
// duties as they are.
func (r *roster) refresh(ctx context.Context, now time.Time) {
	if r.config.URL.Set() {
		r.refreshURL(ctx, now)
	} else {
		r.refreshFile(now)
	}
	if r.read != nil {
		r.read(r.err)
	}
}

func (r *roster) refreshFile(now time.Time) {
	info, err := os.Stat(r.config.File)
	if err != nil {
		r.file, r.err = nil, err
		return
	}
	same := r.file != nil && os.SameFile(r.file, info) && r.file.ModTime().Equal(info.ModTime()) && r.file.Size() == info.Size()
	if same && !r.expired(now) {
		return
	}
	r.file = info
	data, err := r.config.Read()
	if err == nil {
		err = r.take(data, now)
	}
	r.err = err
}

// expired reports whether a calendar is to be read again although it hasn't changed.
func (r *roster) expired(now time.Time) bool { return now.Sub(r.at) >= calendarTime/2 }

// take replaces the duties by those in data; where it can't be read, they stay.
func (r *roster) take(data []byte, now time.Time) error {
	read, err := readDuties(data, r.config, r.agents, now)
	if err == nil {
		r.duties, r.at = read, now
	}
	return err
}

func (r *roster) refreshURL(ctx context.Context, now time.Time) {
	if now.Before(r.due) {
		return
	}
	r.due = now.Add(rosterInterval)
	if r.err = r.download(ctx, now); r.err != nil {
		r.due = now.Add(rosterRetry)
	}
}

// download asks the URL for what has changed, and reads it.
func (r *roster) download(ctx context.Context, now time.Time) error {
	u, err := url.Parse(r.config.URL.Read())
	if err != nil || r.client == nil {
		return errors.New("the URL of the roster can't be asked")
	}
	ctx, cancel := context.WithTimeout(ctx, rosterTimeout)
	defer cancel()
	resp, err := api.Call{Endpoint: "roster", Method: http.MethodGet, URL: u, Header: r.header(now)}.Open(ctx, r.client)
	if api.HasStatus(err, http.StatusNotModified) && !r.at.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	switch class := api.ClassOf(err); class {
	case "":
	case api.TooLarge:
		return api.TooLarge.Errorf("roster: is larger than %s", config.Size(config.MaxRoster))
	default:
		return class.Errorf("roster: the answer ended early (%s)", class)
	}
	if err := r.take(data, now); err != nil {
		return api.Schema.Errorf("roster: %w", err)
	}
	r.version = http.Header{}
	for answered, asked := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
		if v := resp.Header.Get(answered); v != "" {
			r.version.Set(asked, v)
		}
	}
	return nil
}

// header returns the headers of a request: those of the configuration, and the version of
// the duties, unless the whole file is needed.
func (r *roster) header(now time.Time) http.Header {
	h := http.Header{}
	if !r.at.IsZero() && !r.expired(now) {
		maps.Copy(h, r.version)
	}
	for name, value := range r.config.Headers {
		h.Set(name, value.Read())
	}
	return h
}
