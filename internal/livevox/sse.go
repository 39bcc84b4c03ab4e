package livevox

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// frames reads a stream of server-sent events. It is our own because the
// libraries for it hide the comments, which are all that tells an idle stream
// from a dead one, drop the lines on which the vendor continues with an event
// without a field name, and end the stream at a line that is too long.
type frames struct {
	r      *bufio.Reader
	events api.Decoder
	buffer []byte // of a line
	skipLF bool   // the line before ended with CR, which may be half of CRLF
}

// frame is one thing that a stream said: an event or a comment.
type frame struct {
	// lines are those of an event, without its comments.
	lines []string
	size  int // of the lines, in bytes
	// tooLong is an event of more than maxFrame, of which nothing is kept.
	tooLong bool
	// fault is the vendor's error object in place of an event.
	fault   error
	comment string
	isNote  bool // comment is one
}

// maxFrame bounds an event, and with it a line; frameTries how often an event
// without its end is looked at.
const (
	maxFrame   = 1 << 20
	frameTries = 4
)

func newFrames(r io.Reader) *frames { return &frames{r: bufio.NewReaderSize(r, 64<<10)} }

// next returns what the stream says next. An event that the end of the stream
// cuts off is dropped.
func (f *frames) next() (frame, error) {
	var event frame
	tries := 0
	for {
		line, long, err := f.line(maxFrame - event.size)
		if err != nil {
			event.add(line)
			return frame{}, cmp.Or(f.faultIn(event), err)
		}
		switch {
		case long:
			event = frame{tooLong: true}
		case len(line) == 0 && (event.tooLong || len(event.lines) > 0):
			event.fault = f.faultIn(event)
			return event, nil
		case len(line) == 0 || event.tooLong:
		case line[0] == ':':
			if len(event.lines) == 0 {
				return frame{comment: strings.TrimSpace(string(line[1:])), isNote: true}, nil
			}
			if tries++; tries > frameTries {
				continue
			}
			if list, _ := event.contents(&f.events, nil); len(list) > 0 {
				return event, nil // complete, although no blank line says so
			}
		default:
			event.add(line)
		}
	}
}

// line returns the next line without its end: LF, CR or CRLF. Of one that is
// longer than limit nothing is kept.
func (f *frames) line(limit int) (line []byte, long bool, err error) {
	line = f.buffer[:0]
	defer func() { f.buffer = line }()
	for {
		if _, err := f.r.Peek(1); err != nil {
			return bytes.TrimPrefix(line, byteOrderMark), false, err
		}
		chunk, _ := f.r.Peek(f.r.Buffered())
		if f.skipLF && chunk[0] == '\n' {
			f.skipLF = false
			_, _ = f.r.Discard(1)
			continue
		}
		f.skipLF = false
		part, end := chunk, bytes.IndexByte(chunk, '\n')
		if end >= 0 {
			part = chunk[:end]
		}
		if cr := bytes.IndexByte(part, '\r'); cr >= 0 {
			part, end, f.skipLF = chunk[:cr], cr, true
		}
		if long = long || len(line)+len(part) > limit; !long {
			line = append(line, part...)
		}
		if end >= 0 {
			_, _ = f.r.Discard(end + 1)
			return bytes.TrimPrefix(line, byteOrderMark), long, nil
		}
		_, _ = f.r.Discard(len(chunk))
	}
}

// byteOrderMark is what some put before each event, although only the stream may
// begin with it.
var byteOrderMark = []byte("\xef\xbb\xbf")

// add adds a line to an event.
func (f *frame) add(line []byte) {
	if len(line) > 0 {
		f.size += len(line)
		f.lines = append(f.lines, string(line))
	}
}

// faultIn returns the error that the vendor's error object is, which comes as an
// event, or without "data:" as the whole answer; nil for anything else.
func (f *frames) faultIn(event frame) error {
	hasCode := func(line string) bool { return strings.Contains(line, `"code"`) }
	if event.tooLong || !slices.ContainsFunc(event.lines, hasCode) {
		return nil
	}
	text := event.joined()
	if !strings.HasPrefix(text, "{") {
		return nil
	}
	var object struct {
		fault
		EventID api.Text `json:"eventId"`
	}
	if f.events.Decode(strings.NewReader(text), &object) != nil || object.EventID != "" {
		return nil
	}
	return object.in(api.Answer{Status: http.StatusOK})
}

// contents decodes an event and appends it to list. The standard wants the data
// lines joined; if that is not JSON, all lines are, since the vendor's sample goes
// on without "data:" on the next line. Two messages that no blank line separates are both there.
func (f frame) contents(d *api.Decoder, list []InteractionEvent) (events []InteractionEvent, skipped int) {
	if f.tooLong {
		return list, 1
	}
	data := make([]string, 0, 8) // on the stack, as a rule
	for _, line := range f.lines {
		if value, ok := strings.CutPrefix(line, "data:"); ok {
			data = append(data, strings.TrimPrefix(value, " "))
		}
	}
	if events, skipped, err := sequence(strings.Join(data, "\n"), d, list); err == nil {
		return events, skipped
	}
	if events, skipped, err := sequence(f.joined(), d, list); err == nil {
		return events, skipped
	}
	if len(data) == 0 {
		return list, 0 // only fields that mean nothing here
	}
	return list, 1
}

// joined is the text of all lines, of which some lack their "data:".
func (f frame) joined() string {
	var all strings.Builder
	for _, line := range f.lines {
		value, isData := strings.CutPrefix(line, "data:")
		if isData {
			value = strings.TrimPrefix(value, " ")
		}
		all.WriteString(value)
	}
	return all.String()
}

// sequence decodes JSON objects that follow each other, and appends the events to
// list. One that is no event is skipped; what is not JSON makes all of it an
// error.
func sequence(text string, d *api.Decoder, list []InteractionEvent) (events []InteractionEvent, skipped int, err error) {
	events = append(list, InteractionEvent{}) //nolint:gocritic // the caller's list is as long as it was
	if strings.HasPrefix(text, "{") && d.Decode(strings.NewReader(text), &events[len(list)]) == nil {
		return events, 0, nil // as a rule
	}
	events = list
	values := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		raw, err := values.ReadValue()
		switch {
		case errors.Is(err, io.EOF):
			if len(events) == len(list) && skipped == 0 {
				return nil, 0, api.Schema.Errorf("an event without data")
			}
			return events, skipped, nil
		case err != nil:
			return nil, 0, err
		}
		var e InteractionEvent
		if d.Decode(bytes.NewReader(raw), &e) != nil {
			skipped++
			continue
		}
		events = append(events, e)
	}
}
