package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// served returns a call to a server that answers as handler does.
func served(t *testing.T, handler http.HandlerFunc) Call {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + "/path?secret=canary")
	if err != nil {
		t.Fatal(err)
	}
	return Call{Endpoint: "things", Method: http.MethodPost, URL: u, Body: []byte(`{}`)}
}

func TestCallTellsErrorsApart(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    Class
	}{
		"HTML with status 200": {write("text/html", "<html>canary</html>"), Schema},
		"another form":         {write("application/json", `{"n":"canary"}`), Schema},
		"cut off":              {write("application/json", `{"n":1`), Truncated},
		"JSON by another name": {write("text/plain", `{"n":1}`), ""},
		"shorter than it said": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"n":1`)
		}, Truncated},
		"reset": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
		}, Connect},
		"401": {status(401), Auth}, "403": {status(403), Forbidden}, "429": {status(429), RateLimited},
		"400": {status(400), ClientError}, "404": {status(404), ClientError}, "302": {status(302), ClientError},
		"500": {status(500), VendorError}, "503": {status(503), VendorError},
	} {
		t.Run(name, func(t *testing.T) {
			call := served(t, c.handler)
			var v struct {
				N int `json:"n"`
			}
			_, err := call.JSON(t.Context(), client(), &v)
			if got := ClassOf(err); got != c.want {
				t.Errorf("class %q, want %q: %v", got, c.want, err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error shows what it should not: %v", err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "things: ") {
				t.Errorf("the error does not name the endpoint: %v", err)
			}
		})
	}
}

func write(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "canary", code) }
}

func client() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestCallSendsWhatItIsTold(t *testing.T) {
	var got *http.Request
	var body []byte
	call := served(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Date", "Wed, 02 Jan 2030 03:04:05 GMT")
		fmt.Fprint(w, `{"n":7}`)
	})
	call.Header, call.Idempotent = http.Header{"LV-Session": {"s"}}, true
	var v struct{ N int }
	a, err := call.JSON(t.Context(), client(), &v)
	if err != nil || v.N != 7 {
		t.Fatal(v, err)
	}
	if got.Method != http.MethodPost || got.Header["Lv-Session"][0] != "s" || string(body) != "{}" {
		t.Errorf("%s %v %q", got.Method, got.Header, body)
	}
	if _, sent := got.Header["Idempotency-Key"]; sent {
		t.Error("the mark of a repeatable request was sent")
	}
	if a.Status != 200 {
		t.Errorf("%+v", a)
	}
}

func TestCallReadsTheProblemOfAnError(t *testing.T) {
	call := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		fmt.Fprint(w, strings.Repeat("x", 1<<20))
	})
	call.Problem = func(b []byte) string { return fmt.Sprint("code ", len(b)) }
	_, err := call.JSON(t.Context(), client(), nil)
	var e *StatusError
	if !errors.As(err, &e) || e.Code != 400 || e.Problem != fmt.Sprint("code ", maxProblem) {
		t.Errorf("%v", err)
	}
}

func TestClassOfTransportErrors(t *testing.T) {
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	_, certificate := http.Get(untrusted.URL)
	for name, c := range map[string]struct {
		err  error
		want Class
	}{
		"unknown name":      {&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, DNS},
		"name server hangs": {&net.DNSError{IsTimeout: true}, DNS},
		"refused":           {&net.OpError{Op: "dial", Err: errors.New("connection refused")}, Connect},
		"untrusted":         {certificate, TLS},
		"handshake":         {tls.AlertError(40), TLS},
		"deadline":          {context.DeadlineExceeded, Timeout},
		"wrapped class":     {fmt.Errorf("page 2: %w", Truncated.Errorf("short")), Truncated},
		"too large":         {&http.MaxBytesError{Limit: 1}, TooLarge},
		"none":              {nil, ""},
	} {
		if got := ClassOf(c.err); got != c.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.want, c.err)
		}
	}
	if len(Classes()) != 14 {
		t.Error("the catalogue of metrics names fourteen classes")
	}
}
