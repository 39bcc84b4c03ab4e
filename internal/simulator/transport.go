package simulator

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// errReset is what a client in the same process gets where a server would break the connection.
var errReset = errors.New("connection reset by peer")

// RoundTrip answers a client in the same process, without a socket: bodies stream, breaks show as errors, gzip that the
// client did not ask for itself is inflated, as http.Transport does it. The goroutine that serves the request ends when
// the body has been closed or the request's context is done.
func (s *Simulator) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, leave := context.WithCancel(r.Context())
	served := r.Clone(ctx)
	if served.Body == nil {
		served.Body = http.NoBody
	}
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	inflate := r.Header.Get("Accept-Encoding") == ""
	if inflate {
		served.Header.Set("Accept-Encoding", "gzip")
	}
	from, to := io.Pipe()
	w := &wire{header: http.Header{}, to: to, began: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = from.CloseWithError(context.Cause(ctx)) })
	go func() {
		defer w.finish(ctx)
		defer served.Body.Close()
		s.ServeHTTP(w, served)
	}()
	select {
	case <-w.began:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	if w.broken {
		stop()
		leave()
		return nil, errReset
	}
	return w.response(r, &streamBody{from, leave}, inflate)
}

// wire is the server's end of an exchange in the same process.
type wire struct {
	header  http.Header // as the handler fills it
	sent    http.Header // as it was when the status went out
	status  int
	to      *io.PipeWriter
	once    sync.Once
	began   chan struct{}
	broken  bool // no status went out
	written int64
}

func (w *wire) Header() http.Header { return w.header }

func (w *wire) Flush() { w.WriteHeader(http.StatusOK) }

func (w *wire) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.began)
	})
}

func (w *wire) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	n, err := w.to.Write(b)
	w.written += int64(n)
	return n, err
}

// finish ends the body: well, or torn off where the handler gave up or wrote less than it had said, or the client is gone.
func (w *wire) finish(ctx context.Context) {
	switch fault := recover(); fault {
	case nil:
		w.WriteHeader(http.StatusOK)
		if gone := context.Cause(ctx); gone != nil {
			_ = w.to.CloseWithError(gone)
			return
		}
		said, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
		if err == nil && said > w.written {
			_ = w.to.CloseWithError(io.ErrUnexpectedEOF)
			return
		}
		_ = w.to.Close()
	case http.ErrAbortHandler:
		w.once.Do(func() {
			w.broken = true
			close(w.began)
		})
		_ = w.to.CloseWithError(io.ErrUnexpectedEOF)
	default:
		panic(fault)
	}
}

func (w *wire) response(r *http.Request, body io.ReadCloser, inflate bool) (*http.Response, error) {
	out := &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Body: body, ContentLength: -1, Request: r,
	}
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		out.ContentLength = n
	}
	if inflate && strings.EqualFold(w.sent.Get("Content-Encoding"), "gzip") {
		out.Header.Del("Content-Encoding")
		out.Header.Del("Content-Length")
		out.ContentLength, out.Uncompressed, out.Body = -1, true, &inflated{body: body}
	}
	return out, nil
}

// streamBody lets the server go once the client has had enough.
type streamBody struct {
	*io.PipeReader
	leave context.CancelFunc
}

func (b *streamBody) Close() error {
	err := b.PipeReader.Close()
	b.leave()
	return err
}

// inflated inflates a body from the first read on.
type inflated struct {
	body io.ReadCloser
	z    *gzip.Reader
}

func (b *inflated) Read(p []byte) (int, error) {
	if b.z == nil {
		z, err := gzip.NewReader(b.body)
		if err != nil {
			return 0, err
		}
		b.z = z
	}
	return b.z.Read(p)
}

func (b *inflated) Close() error { return b.body.Close() }
