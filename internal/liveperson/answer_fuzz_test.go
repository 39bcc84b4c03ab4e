package liveperson

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzCredentials: no answer to a login makes a token that lives for ever.
func FuzzCredentials(f *testing.F) {
	f.Add([]byte(`{"access_token":"a.eyJleHAiOjIsImlhdCI6MX0.c","expires_in":"3600"}`))
	f.Add([]byte(`{"access_token":"a.eyJleHAiOjIsImlhdCI6MX0.c"}`))
	f.Add([]byte(`{"expires_in":1e300}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var a tokenAnswer
		if read(string(b), &a) != nil {
			return
		}
		now := time.Unix(1_900_000_000, 0)
		if made := a.token(now); made.renew.Before(now) || made.renew.Sub(now) > maxLife || made.ends.Before(now) || made.ends.Sub(now) > maxLife {
			t.Errorf("%q: renewed after %s, ends after %s", b, made.renew.Sub(now), made.ends.Sub(now))
		}
	})
}

// FuzzDiscovery: what the Domain API answers is a host without blanks, or none.
func FuzzDiscovery(f *testing.F) {
	f.Add([]byte(`{"service":"msgHist","account":"1","baseURI":"va.msghist.liveperson.net"}`))
	f.Add([]byte(`{"baseURIs":[{"service":"msghist","baseURI":" a.example.com "},7]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var a baseURIs
		if read(string(b), &a) != nil {
			return
		}
		if host := a.of(History); host != strings.TrimSpace(host) {
			t.Errorf("%q: host %q", b, host)
		}
	})
}

// FuzzHandlingUnits: whatever a file holds, each unit that is counted has a key.
func FuzzHandlingUnits(f *testing.F) {
	f.Add([]byte(packed(`[{"segmentId":"s","sequence":0}]`)))
	f.Add([]byte("{\"segmentId\":\"s\",\"sequence\":\"1\"}\n{\"sequence\":2}\nnull"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = readUnits(bytes.NewReader(b), func(u *HandlingUnit) {
			if u.Key() == "" {
				t.Errorf("%q: a unit without a key", b)
			}
		})
	})
}

// TestOneBadRecordCostsOnlyItself changes one record of a thousand.
func TestOneBadRecordCostsOnlyItself(t *testing.T) {
	for record, skipped := range map[string]int{
		`null`: 1, `7`: 1, `"x"`: 1, `[{}]`: 1, `{"agentSkills":7}`: 1,
		`{"agentId":501}`: 0, `{"agentId":{}}`: 0, `{"load":[1]}`: 0, `{"AGENTID":"501"}`: 0, `{"\u0061gentId":"501"}`: 0, `{"agentId":"501","load":"null"}`: 0, `{"load":1e400}`: 0,
		"{\"agentName\":\"\xff\"}": 0, `{"agentName":"\ud800\u0000\n"}`: 0, `{"agentSkills":{}}`: 0, `{"agentSkills":[{"skillId":[]}]}`: 0, `{"agentPresence":"maybe"}`: 0,
		`{"more":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + `}`: 0, `{"agentName":"` + strings.Repeat("x", 1<<19) + `"}`: 0,
	} {
		records := make([]string, 0, 1000)
		for i := range 999 {
			records = append(records, fmt.Sprintf(`{"agentId":"A%d"}`, i))
		}
		var page agentStatusPage
		err := read(`{"agentStatusRecords":[`+strings.Join(slices.Insert(records, 500, record), ",")+`]}`, &page)
		if err != nil || page.Records.Skipped != skipped || len(page.Records.Items) != 1000-skipped {
			t.Errorf("%.80s: %d records, %d skipped, %v", record, len(page.Records.Items), page.Records.Skipped, err)
		}
	}
}
