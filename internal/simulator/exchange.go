package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
)

// exchange is one request with what is known of it.
type exchange struct {
	sim     *Simulator
	r       *http.Request
	route   *route
	allowed bool              // the route takes the verb
	vars    map[string]string // named parts of the path
	faults  []*Fault          // that hit it
	now     int64             // when it came
	body    []byte
	user    *session // LiveVox
}

// has says whether a fault of the kind hits the request.
func (x *exchange) has(kind string) bool { return x.fault(kind) != nil }

func (x *exchange) fault(kind string) *Fault {
	for _, f := range x.faults {
		if f.Kind == kind {
			return f
		}
	}
	return nil
}

// answer is what goes back: a body that is JSON unless it is bytes already, or a stream that writes itself.
type answer struct {
	status int
	header http.Header
	body   any
	stream func(w http.ResponseWriter)
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// bytes is the body as it goes over the wire.
func (a answer) bytes() []byte {
	switch body := a.body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	}
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.body); err != nil {
		return []byte(`{"code":500,"message":"cannot be written"}`)
	}
	return b.Bytes()
}

const maxRequest = 8 << 20

// read takes in the request's body, and says whether it is of the media type.
func (x *exchange) read(mediaType string) bool {
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxRequest))
	if err != nil {
		return false
	}
	x.body = body
	kind, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	return err == nil && strings.EqualFold(kind, mediaType)
}

// object reads the body as one JSON object.
func (x *exchange) object(into any) bool {
	if !x.read("application/json") {
		return false
	}
	text := bytes.TrimSpace(x.body)
	return len(text) > 0 && text[0] == '{' && json.Unmarshal(text, into) == nil
}
