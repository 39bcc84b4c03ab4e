package config

import (
	"errors"
	"strings"
)

// Roster says who is to work when. It comes from a file or from a URL.
type Roster struct {
	// File is a path.
	File string `yaml:"file" doc:"CSV file with the columns agent_id, group_id, activity, start and end, times as in 2026-03-02T09:00:00+01:00, or an iCalendar file (.ics): SUMMARY is the activity, X-AGENT-ID and X-GROUP-ID the ids. It is read again when it changes."`
	// URL is a secret since many addresses of calendars are.
	URL         Secret `yaml:"url" doc:"Address of such a file, https, or http with allow_http or on this machine, instead of file. Every 5 minutes it is asked whether the file has changed (ETag, Last-Modified), through the account's proxy_url and with its ca_file. No redirect is followed."`
	HeadersFile string `yaml:"headers_file" doc:"File of headers to send to url, one a line, as Name: value or name=value; lines that begin with # are comments."`
	// Headers are what HeadersFile holds.
	Headers map[string]Secret `yaml:"-"`

	Work []Pattern `yaml:"work" doc:"Activities in which agents serve contacts, as patterns with * and ?; without any, all but breaks, meals, meetings, training and absence."`
}

// Set reports whether there is a roster.
func (r Roster) Set() bool { return r.File != "" || r.URL.Set() }

// IsWork reports whether agents serve contacts in an activity.
func (r Roster) IsWork(activity string) bool {
	if len(r.Work) > 0 {
		return MatchesAny(r.Work, activity)
	}
	return !MatchesAny([]Pattern{
		"*break*", "*lunch*", "*meal*", "*meeting*", "*training*", "*absen*", "*vacation*", "*holiday*", "*sick*", "*leave*", "off", "off *", "day off",
	}, activity)
}

// MaxRoster is how large a roster may be, in bytes.
const MaxRoster = 64 << 20

// Read reads the file. The error holds nothing of its content.
func (r Roster) Read() ([]byte, error) {
	if r.File == "" {
		return nil, errors.New("there is no roster")
	}
	return readFile(r.File, MaxRoster)
}

// roster checks where the roster of an account is, and completes it by the files that it
// names.
func (d *decoder) roster(path string, a *Account) {
	r := &a.Roster
	given := r.File != "" || d.places[join(path, "url")] != nil || d.places[join(path, "url_file")] != nil
	if !given && (len(r.Work) > 0 || r.HeadersFile != "") {
		d.fail(path, "needs file or url")
	}
	if r.Set() && a.Identity == Name {
		d.warn(path, "has ids of agents, and identity: name shows names: without figures of single agents, late and absent ones, which identity: id or hash has")
	}
	if r.File != "" {
		r.File = d.inFolder(r.File)
	}
	if r.URL.Set() {
		d.rosterURL(path, r, a.AllowHTTP)
	}
	if r.HeadersFile == "" {
		return
	}
	r.HeadersFile = d.inFolder(r.HeadersFile)
	headers, err := ReadHeaders(r.HeadersFile)
	switch {
	case err != nil:
		d.fail(join(path, "headers_file"), "%v", err)
	case !r.URL.Set():
		d.fail(join(path, "headers_file"), "needs url: a file is read without headers")
	}
	r.Headers = headers
}

// rosterURL checks the address of a roster. It may hold a query, unlike that of an API.
// Errors don't repeat it: with the address alone the roster can be read.
func (d *decoder) rosterURL(path string, r *Roster, allowHTTP bool) {
	at := join(path, "url")
	if r.URL.File() != "" {
		at += "_file"
	}
	if r.File != "" {
		d.fail(at, "only one of file and url can be given")
	}
	address, _, _ := strings.Cut(r.URL.Read(), "?")
	if _, err := CheckURL(address, allowHTTP); err != nil {
		d.fail(at, "%v", err)
	}
}
