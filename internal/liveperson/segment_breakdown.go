package liveperson

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// What a file may hold: more is an error of class too_large, and what was read before
// stays read.
const (
	maxUnpacked = 64 << 20
	maxUnits    = 200_000
)

// SegmentFile is a file of handling units that agent-segments/breakdown lists.
type SegmentFile struct {
	// Path is how the vendor lists it, with or without leading zeros.
	Path string
	// Hour is what the path says of the file's age, in UTC.
	Hour time.Time
	// Key is the same for all ways to write the path.
	Key string
}

// filePath is the form of a path (Actual Handle Time API, Breakdown File).
var filePath = regexp.MustCompile(`^/year=(\d{4})/month=(\d{1,2})/day=(\d{1,2})/hour=(\d{1,2})/accountId=([a-zA-Z0-9]+)/([a-zA-Z0-9_.-]+\.json\.gz)$`)

// segmentFile reads a path; false for one that the vendor would refuse.
func segmentFile(path string) (SegmentFile, bool) {
	path = "/" + strings.TrimPrefix(path, "/")
	m := filePath.FindStringSubmatch(path)
	if m == nil {
		return SegmentFile{}, false
	}
	var n [4]int // year, month, day, hour
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	hour := time.Date(n[0], time.Month(n[1]), n[2], n[3], 0, 0, 0, time.UTC)
	if hour.Month() != time.Month(n[1]) || hour.Day() != n[2] || hour.Hour() != n[3] {
		return SegmentFile{}, false
	}
	return SegmentFile{Path: path, Hour: hour, Key: hour.Format("2006-01-02T15/") + m[6]}, true
}

// SegmentFiles are the files of a time, each of them once, in the vendor's order.
type SegmentFiles struct {
	Files []SegmentFile
	api.Extent
}

// SegmentFiles returns the files from one time to another, at most a day apart.
func (c *Client) SegmentFiles(ctx context.Context, from, to time.Time) (SegmentFiles, error) {
	var list struct {
		Timeframe api.Object[struct{}] `json:"timeframe"`
		Files     texts                `json:"files"`
	}
	malformed, err := c.ask(ctx, request{
		endpoint: "segment_breakdown", service: Activity, method: http.MethodGet, path: "api/account/%s/agent-segments/breakdown",
		query: url.Values{"source": {c.source}, "from": {milliseconds(from)}, "to": {milliseconds(to)}},
	}, &list)
	if err == nil && list.Files == nil && !list.Timeframe.Present {
		err = api.Schema.Errorf("segment_breakdown: the answer has no list of files")
	}
	if err != nil {
		return SegmentFiles{}, err
	}
	all := SegmentFiles{Extent: api.Extent{Malformed: malformed}}
	seen := map[string]bool{}
	for _, path := range list.Files {
		f, usable := segmentFile(path)
		if !usable {
			all.Skipped++
		} else if !seen[f.Key] {
			seen[f.Key] = true
			all.Files = append(all.Files, f)
		}
	}
	return all, nil
}

// HandlingUnit mirrors a record of a file (Actual Handle Time API, Breakdown File): a
// turn of a conversation, such as from a consumer's message to the agent's response.
// Times are milliseconds.
type HandlingUnit struct {
	SegmentID   api.Text   `json:"segmentId"`
	Sequence    api.Number `json:"sequence"`
	StartReason api.Text   `json:"startReason"`
	EndReason   api.Text   `json:"endReason"`
	End         api.Time   `json:"endTimestamp"`
	Handle      api.Number `json:"handleTimeMillis"`
}

// Key identifies the unit; "" where the record doesn't tell.
func (u *HandlingUnit) Key() string {
	if u.SegmentID == "" || !u.Sequence.Valid {
		return ""
	}
	return string(u.SegmentID) + "|" + strconv.FormatFloat(u.Sequence.Value, 'f', -1, 64)
}

// HandlingUnits hands the units of a file to each, one by one: the file is read as it
// comes, packed or not, and whether it is one array or has an object on each line. After
// an error the units before it have been handed over.
func (c *Client) HandlingUnits(ctx context.Context, f SegmentFile, each func(*HandlingUnit)) (api.Extent, error) {
	var out api.Extent
	_, err := c.answer(ctx, request{
		endpoint: "segment_breakdown", service: Activity, method: http.MethodGet, path: "api/account/%s/agent-segments/files",
		query: url.Values{"source": {c.source}, "path": {f.Path}},
	}, func(ctx context.Context, call api.Call) (api.Answer, error) {
		call.Header.Set("Accept", "*/*") // what type a file has isn't documented
		resp, err := call.Open(ctx, c.http)
		if err != nil {
			return api.Answer{}, err
		}
		defer resp.Body.Close()
		out, err = readUnits(resp.Body, each)
		return api.AnswerOf(resp), badGzip(err)
	})
	return out, err
}

// readUnits reads a file.
func readUnits(body io.Reader, each func(*HandlingUnit)) (api.Extent, error) {
	text, err := unpacked(body)
	if err != nil {
		return api.Extent{}, err
	}
	var d api.Decoder
	var out api.Extent
	units := 0
	skipped, err := api.Records(&d, text, func(u *HandlingUnit) error {
		if units++; units > maxUnits {
			return api.TooLarge.Errorf("segment_breakdown: a file has more than %d records", maxUnits)
		}
		if u.Key() == "" {
			out.Skipped++
			return nil
		}
		each(u)
		return nil
	})
	out.Skipped += skipped
	out.Malformed = d.Malformed()
	return out, err
}

// unpacked returns the text of a file, which net/http has unpacked where the vendor
// says in the header that it is packed.
func unpacked(body io.Reader) (io.Reader, error) {
	in := bufio.NewReader(body)
	if magic, _ := in.Peek(2); string(magic) != "\x1f\x8b" {
		return in, nil
	}
	z, err := gzip.NewReader(in)
	return http.MaxBytesReader(nil, io.NopCloser(z), maxUnpacked), err
}

// badGzip returns the error of reading a file with its class, where it is damaged.
func badGzip(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return api.Schema.Errorf("segment_breakdown: a file is no gzip")
	}
	return err
}
