package livevox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// streamVendor plays a feed of events that a test adds, with both ways of
// asking. The streams are pipes that a test writes to.
type streamVendor struct {
	*vendor

	mu     sync.Mutex
	log    []string // event ids in order
	opened []string // tokens of streams
	pipe   *io.PipeWriter
	status int    // of the next stream; 0 is 200
	answer string // instead of a stream
	coding string // of the stream
}

func newStreamVendor() *streamVendor {
	v := &streamVendor{vendor: &vendor{}}
	v.answers = map[string]http.HandlerFunc{"realtime/event/feed": v.poll}
	return v
}

func (v *streamVendor) poll(w http.ResponseWriter, req *http.Request) {
	var body struct{ Token string }
	_ = json.NewDecoder(req.Body).Decode(&body)
	if at := tokenTime(body.Token); body.Token != "" && time.Since(at) > 24*time.Hour {
		refuse(w, http.StatusBadRequest, 202)
		return
	}
	var events []string
	for _, id := range v.after(body.Token) {
		events = append(events, fmt.Sprintf(`{"eventId":%q}`, id))
	}
	if body.Token == "" {
		events = nil
	}
	fmt.Fprintf(w, `{"events":[%s],"token":%q}`, strings.Join(events, ","), tokenAt(time.Now()))
}

func (v *streamVendor) after(token string) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []string
	for _, id := range v.log {
		if tokenTime(id).After(tokenTime(token)) {
			out = append(out, id)
		}
	}
	return out
}

// happen adds an event and writes it to the open stream.
func (v *streamVendor) happen() {
	time.Sleep(time.Millisecond)
	v.mu.Lock()
	id := tokenAt(time.Now())
	v.log = append(v.log, id)
	pipe := v.pipe
	v.mu.Unlock()
	if pipe != nil {
		fmt.Fprintf(pipe, "data: {\"eventId\":%q}\n\n", id)
	}
}

// write writes to the open stream.
func (v *streamVendor) write(text string) { fmt.Fprint(v.current(), text) }

func (v *streamVendor) current() *io.PipeWriter {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pipe
}

func (v *streamVendor) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path != "/realtime/event/feed/sse" || req.Header.Get("LV-Session") != v.session {
		return inMemory{v.vendor}.RoundTrip(req)
	}
	var body struct{ Token string }
	_ = json.NewDecoder(req.Body).Decode(&body)
	late := v.after(body.Token)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.opened = append(v.opened, body.Token)
	if req.Header.Get("Accept") != "text/event-stream, application/json" || req.Method != http.MethodPost {
		return answer(http.StatusNotAcceptable, "", ""), nil
	}
	if v.status != 0 || v.answer != "" {
		return answer(max(v.status, http.StatusOK), "application/json", v.answer), nil
	}
	r, w := io.Pipe()
	v.pipe = w
	go func() {
		for _, id := range late {
			fmt.Fprintf(w, "data: {\"eventId\":%q}\n\n", id)
		}
	}()
	stop := make(chan struct{})
	go func() { // as a transport does
		select {
		case <-req.Context().Done():
			_ = r.CloseWithError(req.Context().Err())
		case <-stop:
		}
	}()
	resp := answer(http.StatusOK, "text/event-stream;charset=UTF-8", "")
	if v.coding != "" {
		resp.Header.Set("Content-Encoding", v.coding)
	}
	resp.Body = closer{r, sync.OnceFunc(func() { close(stop) })}
	return resp, nil
}

type closer struct {
	*io.PipeReader
	stop func()
}

func (c closer) Close() error { c.stop(); return c.PipeReader.Close() }

func answer(status int, kind, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body))}
}
