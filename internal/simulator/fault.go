package simulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Fault is something that goes wrong at a vendor. It hits the requests that Vendor, Endpoint and Path select (each
// may be empty: all), as often as Probability, Count and Every allow, between From and Until after it was added.
//
// As JSON: {"vendor":"livevox","endpoint":"service_stats","kind":"status","status":503,"retry_after":"30","count":5}.
type Fault struct {
	Name     string `json:"name,omitempty"`
	Vendor   string `json:"vendor,omitempty"`   // liveperson or livevox
	Endpoint string `json:"endpoint,omitempty"` // as GET /sim/requests names it
	Path     string `json:"path,omitempty"`     // the path's beginning
	Kind     string `json:"kind"`               // see FaultKinds

	Probability float64  `json:"probability,omitempty"` // 0: always
	Count       int      `json:"count,omitempty"`       // hits at most; 0: no end
	Every       int      `json:"every,omitempty"`       // only each nth request that it selects
	From        Duration `json:"from,omitempty"`
	Until       Duration `json:"until,omitempty"` // 0: no end

	Status     int      `json:"status,omitempty"`      // of kinds status, redirect, html, outage
	RetryAfter string   `json:"retry_after,omitempty"` // header as it is, or +30s: the date in 30 s
	Body       string   `json:"body,omitempty"`        // of kinds status, html and garbage, instead of the usual one
	Delay      Duration `json:"delay,omitempty"`       // of kinds delay and hang (0: until the client leaves)
	Skew       Duration `json:"skew,omitempty"`        // of kind clock_skew: how far the vendor's clock is ahead
	URL        string   `json:"url,omitempty"`         // of kind redirect
	Size       int64    `json:"size,omitempty"`        // bytes, of kinds huge_body and gzip_bomb; events, of kind repeat
	Rate       int      `json:"rate,omitempty"`        // bytes per second, of kind slow_body
	How        string   `json:"how,omitempty"`         // of kind bad_record, see there

	Hits int `json:"hits,omitempty"` // how often it has hit

	added    int64
	selected int
}

// Duration is a time.Duration that JSON writes as a string such as "1m30s".
type Duration time.Duration

// UnmarshalJSON reads a string such as "1m30s".
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errors.New(`a duration is a string such as "30s"`)
	}
	parsed, err := time.ParseDuration(s)
	*d = Duration(parsed)
	return err
}

// MarshalJSON writes a string such as "1m30s".
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// FaultKinds lists what can go wrong, with what each does.
func FaultKinds() map[string]string {
	return map[string]string{
		"status":          "answers `status` (default 500) in the vendor's form, or with `body`",
		"outage":          "answers `status` (default 503) with a gateway's page",
		"delay":           "answers after `delay`",
		"hang":            "does not answer for `delay`, then breaks off",
		"reset":           "breaks off without an answer",
		"redirect":        "answers `status` (default 302) to `url`",
		"html":            "answers `status` (default 200) with a page",
		"empty":           "answers 200 with no body",
		"null":            "answers 200 with null",
		"garbage":         "answers 200 with bytes that are no JSON, or with `body`",
		"huge_body":       "answers an array that continues for `size` bytes (default 256 MiB)",
		"gzip_bomb":       "answers a few bytes that inflate to `size` (default 1 GiB)",
		"cut":             "breaks off in the middle of the body",
		"truncated":       "announces a longer body than it sends",
		"short_json":      "sends half of the body as if it were all",
		"slow_body":       "sends `rate` bytes per second (default 64)",
		"clock_skew":      "the vendor's clock is `skew` ahead, in Date and for OAuth 1",
		"token_revoked":   "LivePerson: every access token is invalid from now on",
		"session_revoked": "LiveVox: every session ends",
		"role_missing":    "LiveVox: the user may not call the method",
		"partial_result":  "agent_status: the answer says that it is incomplete, and is",
		"bad_record":      "one record is unusable: `how` is wrong_type, missing_id, null or text (default: in turn)",
		"unknown_state":   "one record has unknown states",
		"unknown_field":   "every record has unknown fields",
		"duplicate_rows":  "a page repeats the last row of the page before; elsewhere the first row comes twice",
		"page_count":      "agent_status: the count is that of the page",
		"string_numbers":  "every number of the records is a string",
		"null_text":       "strings of the records that are optional are the text null",
		"expires_string":  "token: expires_in is a string",
		"expires_absent":  "token: expires_in is missing",
		"array_form":      "domain: the answer for one service has the form for all",
		"restate":         "agent_activity: buckets of the last hour show less than later; queues, agent_view: so do windows that end within the last quarter of an hour",
		"old_names":       "queues: the account's version of the API knows the oldest names of metrics only",
		"short_retention": "queues, agent_view: what is older than a day is refused",
		"lost_brace":      "agent_stats legacy: the outer brace is missing",
		"hold_shift":      "calls_on_hold: rows are three hours early",
		"half_built":      "campaign_stats: rows lack loaded and completed",
		"token_expired":   "feeds: the token is refused as older than 24 hours",
		"token_missing":   "feeds: the answer has no token",
		"repeat":          "feeds: the page begins with `size` (default 10) events before the token",
		"stream_cut":      "interaction_events_sse: breaks off in the middle of an event",
		"split_data":      "interaction_events_sse: an event's data goes over several lines, the first with a prefix",
		"bad_time":        "interaction_events: an event's timestamp is malformed",
	}
}

// check is what is wrong with the fault as it was written.
func (f *Fault) check() error {
	if _, known := FaultKinds()[f.Kind]; !known {
		kinds := []string{}
		for k := range FaultKinds() {
			kinds = append(kinds, k)
		}
		slices.Sort(kinds)
		return fmt.Errorf("kind %q is unknown, want one of %s", f.Kind, strings.Join(kinds, ", "))
	}
	switch {
	case f.Vendor != "" && f.Vendor != vendorLivePerson && f.Vendor != vendorLiveVox:
		return fmt.Errorf("vendor %q is unknown, want liveperson or livevox", f.Vendor)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("probability %v is not between 0 and 1", f.Probability)
	case f.Count < 0 || f.Every < 0 || f.Size < 0 || f.Rate < 0 || f.From < 0 || f.Delay < 0:
		return errors.New("count, every, size, rate, from and delay are not negative")
	case f.Until != 0 && f.Until <= f.From:
		return errors.New("until is not after from")
	case f.Status != 0 && (f.Status < 200 || f.Status > 999):
		return fmt.Errorf("status %d is not between 200 and 999", f.Status)
	case f.Kind == "redirect" && f.URL == "":
		return errors.New("a redirect needs a url")
	}
	return f.checkHow()
}

func (f *Fault) checkHow() error {
	if f.How != "" && !slices.Contains([]string{"wrong_type", "missing_id", "null", "text"}, f.How) {
		return fmt.Errorf("how %q is unknown, want wrong_type, missing_id, null or text", f.How)
	}
	return nil
}

// readFaults reads faults: a JSON array, an object with the key faults, or one object after the other.
func readFaults(r io.Reader) ([]*Fault, error) {
	d := json.NewDecoder(bufio.NewReader(r))
	var all []*Fault
	for {
		var raw json.RawMessage
		if err := d.Decode(&raw); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("fault %d: %w", len(all)+1, err)
		}
		some, err := readSome(raw)
		if err != nil {
			return nil, fmt.Errorf("fault %d: %w", len(all)+1, err)
		}
		all = append(all, some...)
	}
	for i, f := range all {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return all, nil
}

func readSome(raw json.RawMessage) ([]*Fault, error) {
	var list struct {
		Faults []*Fault `json:"faults"`
	}
	if raw[0] == '[' {
		return list.Faults, strict(raw, &list.Faults)
	}
	if strict(raw, &list) == nil {
		return list.Faults, nil
	}
	one := &Fault{}
	return []*Fault{one}, strict(raw, one)
}

func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
