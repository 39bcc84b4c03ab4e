package livevox

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// all reads a stream to its end.
func all(r io.Reader) (ids []string, skipped, comments int, err error) {
	for in := newFrames(r); ; {
		f, err := in.next()
		if err != nil {
			return ids, skipped, comments, err
		}
		if f.isNote {
			comments++
		}
		events, bad := f.contents(&api.Decoder{}, nil)
		skipped += bad
		for _, e := range events {
			ids = append(ids, string(e.EventID))
		}
	}
}

func TestStreamIsReadHoweverItIsWritten(t *testing.T) {
	long := strings.Repeat("x", maxFrame)
	for name, test := range map[string]struct {
		stream  string
		ids     []string
		skipped int
		notes   int
	}{
		"plain":                               {"data: {\"eventId\":\"1\"}\n\ndata: {\"eventId\":\"2\"}\n\n", []string{"1", "2"}, 0, 0},
		"no blank after the colon":            {"data:{\"eventId\":\"1\"}\n\n", []string{"1"}, 0, 0},
		"CRLF":                                {"data: {\"eventId\":\"1\"}\r\n\r\n: keepalive\r\n\r\n", []string{"1"}, 0, 1},
		"CR":                                  {"data: {\"eventId\":\"1\"}\r\rdata: {\"eventId\":\"2\"}\r\r", []string{"1", "2"}, 0, 0},
		"a byte order mark":                   {"\xef\xbb\xbfdata: {\"eventId\":\"1\"}\n\n", []string{"1"}, 0, 0},
		"data over several lines":             {"data: {\"eventId\":\ndata: \"1\"}\n\n", []string{"1"}, 0, 0},
		"data that continues without a name":  {"data: {\"eventId\":\"1\",\"clientId\":\"9\",\n\"callCenterId\":\"11\",\n\"sessionId\":\"1:2\"}\n\n", []string{"1"}, 0, 0},
		"data that breaks off within a text":  {"data: {\"eventId\":\"1\",\"lvResult\":\"Oper\nator\"}\n\n", []string{"1"}, 0, 0},
		"two messages without a blank line":   {"data: {\"eventId\":\"1\"}\ndata: {\"eventId\":\"2\"}\n\n", []string{"1", "2"}, 0, 0},
		"a comment ends a complete message":   {"data: {\"eventId\":\"1\"}\n: keepalive\n: keepalive\n", []string{"1"}, 0, 1},
		"a comment within a message":          {"data: {\"eventId\":\n: keepalive\ndata: \"1\"}\n\n", []string{"1"}, 0, 0},
		"other fields":                        {"event: x\nid: 7\nretry: 10\ndata: {\"eventId\":\"1\"}\n\n", []string{"1"}, 0, 0},
		"a time to connect again":             {"retry: 99999999999999999999999\n\nretry: soon\n\ndata: {\"eventId\":\"1\"}\n\n", []string{"1"}, 0, 0},
		"one bad message":                     {"data: {\"eventId\":\n\ndata: {\"eventId\":\"2\"}\n\n", []string{"2"}, 1, 0},
		"one message that is no event":        {"data: [1]\n\ndata: 7\n\ndata: {\"eventId\":\"3\"}\n\n", []string{"3"}, 2, 0},
		"one message that is too long":        {"data: {\"x\":\"" + long + "\"}\n\ndata: {\"eventId\":\"2\"}\n\n", []string{"2"}, 1, 0},
		"one message of too many lines":       {strings.Repeat("data: 123456789\n", maxFrame/10) + "\ndata: {\"eventId\":\"2\"}\n\n", []string{"2"}, 1, 0},
		"an end within a message":             {"data: {\"eventId\":\"1\"}\n\ndata: {\"eventId\":\"2\"}\n", []string{"1"}, 0, 0},
		"nothing":                             {"", nil, 0, 0},
		"blank lines":                         {"\n\n\r\n\r\r\n", nil, 0, 0},
		"the vendor's page, without newlines": {samplePage, []string{"41e928f0-a4d9-11eb-abe6-bd1649d297a6", "41ee8020-a4d9-11eb-abe6-bd1649d297a6"}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.stream), iotest.OneByteReader(strings.NewReader(test.stream)), iotest.HalfReader(strings.NewReader(test.stream))} {
				ids, skipped, notes, err := all(r)
				if !errors.Is(err, io.EOF) || !slices.Equal(ids, test.ids) || skipped != test.skipped || notes != test.notes {
					t.Errorf("events %v, skipped %d, comments %d, %v; want %v, %d, %d, EOF", ids, skipped, notes, err, test.ids, test.skipped, test.notes)
				}
			}
		})
	}
}

// samplePage is as the vendor's page shows a stream: messages that go on over lines,
// and no blank line between anything.
const samplePage = `data: {"eventId":"41e928f0-a4d9-11eb-abe6-bd1649d297a6","interactionType":"Email","clientId":"93119",
"callCenterId":"11363","serviceId":"93140","timestamp":"2021-04-24T07:34:55.106-04:00","campaignId":"29161335",
"eventType":"Attempt","threadId":null,"accountNumber":"4711","campaignType":"OB","carrier":"example"}
data: {"eventId":"41ee8020-a4d9-11eb-abe6-bd1649d297a6","interactionType":"Email","clientId":"93119",
"callCenterId":"11363","serviceId":"93140","timestamp":"2021-04-24T07:52:16-100-04:00","campaignId":"29161335",
"eventType":"Attempt","threadId":null,"accountNumber":"4711","campaignType":"OB","carrier":"example"}
: keepalive 2021-04-24 07:52:26-0400
: keepalive 2021-04-24 07:52:36-0400
`

func TestStreamSplitAnywhereIsTheSame(t *testing.T) {
	stream := ": hello\r\n\r\ndata: {\"eventId\":\"1\",\r\n\"x\":\"é\"}\r\n\r\nretry: 5\r\ndata: {\"eventId\":\"2\"}\r\r"
	for i := range stream {
		ids, _, _, _ := all(io.MultiReader(strings.NewReader(stream[:i]), strings.NewReader(stream[i:])))
		if !slices.Equal(ids, []string{"1", "2"}) {
			t.Fatalf("split at byte %d: events %v", i, ids)
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte(samplePage))
	f.Add([]byte("\xef\xbb\xbf: a\r\ndata: {\"eventId\":\"1\"}\r\r\n\nretry: 1\n\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		whole, skipped, notes, _ := all(strings.NewReader(string(stream)))
		parts, skippedToo, notesToo, _ := all(iotest.OneByteReader(strings.NewReader(string(stream))))
		if !slices.Equal(whole, parts) || skipped != skippedToo || notes != notesToo {
			t.Errorf("read whole: %v, by bytes: %v", whole, parts)
		}
	})
}
