package simulator

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const (
	hour = 60 * oneMinute
	// unitPace is how long a turn of a conversation takes.
	unitPace = 4 * oneMinute
	// fileParts is how many files an hour has.
	fileParts = 2
)

// unit is a turn of a conversation.
type unit struct {
	stint
	sequence   int64
	begin, end int64
	why        [2]string // it began and ended
}

// units are the turns of a stint.
func (s stint) units() (all []unit) {
	for at := s.from; at < s.to || len(all) == 0; at += unitPace {
		u := unit{s, int64(len(all)), at, min(at+unitPace, s.to), [2]string{"consumerMessage", "agentResponse"}}
		if u.end == s.to {
			u.why[1] = s.endReason()
		}
		all = append(all, u)
	}
	return all
}

// segmentFiles plays agent-segments/breakdown: a file is listed when its hour, in which its segments were delivered, is
// over. Odd days are written with leading zeros.
func (x *exchange) segmentFiles() answer {
	q := x.r.URL.Query()
	now := x.sim.lock()
	x.sim.mu.Unlock()
	from, fine := number(q, "from", int(now-day))
	to, good := number(q, "to", int(now))
	switch {
	case !fine || !good || q.Get("source") == "":
		return badRequest("a parameter is missing or no number")
	case to < from || int64(to-from) > day:
		return badRequest("from, to: must be at most a day")
	}
	files := []string{}
	for at := int64(from) / hour * hour; at <= int64(to) && at+hour <= now; at += hour {
		t := time.UnixMilli(at).UTC()
		form := "/year=%d/month=%d/day=%d/hour=%d/accountId=%s/sequences.%d.json.gz"
		if t.Day()%2 == 1 {
			form = "/year=%d/month=%02d/day=%02d/hour=%02d/accountId=%s/sequences.%d.json.gz"
		}
		for part := range fileParts {
			files = append(files, fmt.Sprintf(form, t.Year(), t.Month(), t.Day(), t.Hour(), x.sim.liveperson.AccountID, part))
		}
	}
	span := map[string]string{"startTime": time.UnixMilli(int64(from)).UTC().Format(time.RFC3339), "endTime": time.UnixMilli(int64(to)).UTC().Format(time.RFC3339)}
	return ok(map[string]any{"timeframe": span, "files": files})
}

var segmentPath = regexp.MustCompile(`^/year=(\d{4})/month=(\d{1,2})/day=(\d{1,2})/hour=(\d{1,2})/accountId=([a-zA-Z0-9]+)/sequences\.(\d)\.json\.gz$`)

// segmentFile plays agent-segments/files: a packed array, or in the second part of an hour an object on each line.
func (x *exchange) segmentFile() answer {
	q := x.r.URL.Query()
	m := segmentPath.FindStringSubmatch(q.Get("path"))
	if m == nil || q.Get("source") == "" || m[5] != x.sim.liveperson.AccountID {
		return badRequest("path: must match the pattern")
	}
	var n [7]int
	for i, text := range m {
		n[i], _ = strconv.Atoi(text)
	}
	from := time.Date(n[1], time.Month(n[2]), n[3], n[4], 0, 0, 0, time.UTC).UnixMilli()
	now := x.sim.lock()
	rows := x.sim.messaging.unitRows(x.sim.liveperson.AccountID, from, n[6])
	x.sim.mu.Unlock()
	if from+hour > now || n[6] >= fileParts {
		return livePersonError(http.StatusNotFound)
	}
	body := x.spoil(ok(rows)).bytes()
	if n[6] == 1 {
		body = lines(body)
	}
	packed := &bytes.Buffer{}
	z := gzip.NewWriter(packed)
	_, _ = z.Write(body)
	_ = z.Close()
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/gzip"}}, body: packed.Bytes()}
}

// lines writes the records of an array a line each.
func lines(array []byte) (out []byte) {
	var records []json.RawMessage
	if json.Unmarshal(array, &records) != nil {
		return array
	}
	for _, r := range records {
		out = append(append(out, r...), '\n')
	}
	return out
}

// unitRows are the turns of the segments that were delivered in an hour.
func (m *messaging) unitRows(account string, from int64, part int) []any {
	rows := []any{}
	for _, s := range m.stints {
		if at := s.segmentVisible(); at < from || at >= from+hour || int(s.agent.id%fileParts) != part {
			continue
		}
		for _, u := range s.units() {
			rows = append(rows, map[string]any{
				"segmentId": s.segmentID(account), "sequence": u.sequence, "startReason": u.why[0], "endReason": u.why[1],
				"startTimestamp": u.begin, "endTimestamp": u.end, "handleTimeMillis": (u.end - u.begin) / 2, "insertTimestamp": s.segmentVisible(),
			})
		}
	}
	return rows
}

// sumUnits counts the turns of the segments that were delivered between two instants, by why they ended.
func (m *messaging) sumUnits(from, to int64) map[string]int64 {
	all := map[string]int64{}
	for _, s := range m.stints {
		if at := s.segmentVisible(); at < from || at >= to {
			continue
		}
		for _, u := range s.units() {
			all[u.why[1]]++
		}
	}
	return all
}
