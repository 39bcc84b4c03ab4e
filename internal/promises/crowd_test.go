package promises

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// crowd is a LivePerson account with any number of agents who are all logged
// in, which costs no memory but for the page that is asked for.
type crowd struct {
	agents int
	pages  int // asked for so far
}

// page answers agent-view/status.
func (c *crowd) page(r *http.Request) (*http.Response, error) {
	c.pages++
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit > 1000 {
		return nil, fmt.Errorf("limit %q", q.Get("limit"))
	}
	b := &bytes.Buffer{}
	fmt.Fprintf(b, `{"_metadata":{"count":%d,"shardsStatusResult":{"partialResult":false}},"agentStatusRecords":[`, c.agents)
	for i := offset; i < min(offset+limit, c.agents); i++ {
		if i > offset {
			b.WriteByte(',')
		}
		c.record(b, i)
	}
	b.WriteString("]}")
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(b.Len()), Body: io.NopCloser(b), Request: r,
	}, nil
}

func (c *crowd) record(b *bytes.Buffer, i int) {
	status := [...]string{"ONLINE", "AWAY", "BACK_SOON", "OFFLINE"}[i%4]
	fmt.Fprintf(b, `{"agentId":"%d","lastUpdatedTimeL":946684800000,"currentStatusStartTimeL":946684800000,"agentName":"Agent %d",`+
		`"agentNickname":"A%d","agentLoginName":"a%d@example.com","agentSkills":[{"skillId":"%d","skillName":"skill %d"}],`+
		`"agentGroupId":%d,"agentGroupName":"group %d","currentStatus":%q,"load":%d,"ringingSlots":1,"configuredMaxSlots":5,"busySlots":%d,`+
		`"openAssignedConversations":%d,"intenseConversations":0,"agentPresence":"true","currentConnectionState":"CONNECTED"}`,
		3000000000+i, i, i, i, i%30, i%30, i%20, i%20, status, i%100, i%5, i%7)
}
