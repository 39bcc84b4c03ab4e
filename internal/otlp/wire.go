package otlp

import (
	"context"
	"net/http"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// wire is what all requests of one signal go through, over HTTP or gRPC. It adds
// the headers and remembers how the newest request ended, in words that hold
// nothing of what the receiver wrote.
type wire struct {
	headers func() map[string]string // may be nil
	next    http.RoundTripper        // for HTTP

	mu   sync.Mutex
	last answer
}

// answer is how a request ended. An error after an answer of success means that
// the receiver rejected a part.
type answer struct {
	text   string
	taken  bool // at least a part of it
	single bool // others may fare better
}

// reset is called before each request. One that is never sent leaves its answer:
// there was no time, or no connection, for it.
func (w *wire) reset() { w.note(answer{text: string(api.Timeout)}) }

func (w *wire) note(a answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = a
}

func (w *wire) answer() answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// CloseIdleConnections ends the connections over HTTP.
func (w *wire) CloseIdleConnections() {
	if t, ok := w.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

func accepted() answer {
	return answer{text: "the receiver rejected some of it", taken: true, single: true}
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.headers != nil {
		req = req.Clone(req.Context())
		for name, value := range w.headers() {
			req.Header.Set(name, value)
		}
	}
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		w.note(answer{text: string(api.ClassOf(err))})
		return nil, err
	}
	w.note(answerHTTP(resp.StatusCode))
	return resp, nil
}

func answerHTTP(code int) answer {
	if code/100 == 2 {
		return accepted()
	}
	a := answer{text: (&api.StatusError{Code: code}).Error()}
	switch code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		a.single = true
	}
	return a
}

// intercept implements grpc.UnaryClientInterceptor.
func (w *wire) intercept(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if w.headers != nil {
		for name, value := range w.headers() {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	err := invoke(ctx, method, req, reply, conn, opts...)
	w.note(answerGRPC(status.Code(err)))
	return err
}

func answerGRPC(code codes.Code) answer {
	if code == codes.OK {
		return accepted()
	}
	return answer{text: "gRPC " + code.String(), single: code == codes.InvalidArgument}
}
