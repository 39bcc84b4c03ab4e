package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

const secret = "pa:ss@word"

// answer returns a Dial whose connections lead to a proxy that reads the request,
// hands it to seen and writes text. The bytes after the request are echoed.
func answer(t *testing.T, text string, seen func(*http.Request)) Dial {
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		t.Cleanup(func() { near.Close(); far.Close() })
		go func() {
			r := bufio.NewReader(far)
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			if seen != nil {
				seen(req)
			}
			io.WriteString(far, text)
			io.Copy(far, r)
		}()
		return near, nil
	}
}

func fixed(u string) func() string { return func() string { return u } }

func TestConnectTunnelsToTheAddress(t *testing.T) {
	var seen *http.Request
	url := "http://metrics:" + "pa%3Ass%40word" + "@proxy:3128"
	d := Dialer{URL: func() string { return url }, Direct: answer(t, "HTTP/1.1 200 OK\r\n\r\nfirst", func(r *http.Request) { seen = r })}
	for _, credentials := range []string{"metrics:" + secret, "metrics:new"} {
		conn, err := d.DialContext(t.Context(), "tcp", "collector.internal:4317")
		if err != nil {
			t.Fatal(err)
		}
		if seen.Method != http.MethodConnect || seen.RequestURI != "collector.internal:4317" || seen.Host != "collector.internal:4317" {
			t.Errorf("asked for %s %s of %s", seen.Method, seen.RequestURI, seen.Host)
		}
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
		if got := seen.Header.Get("Proxy-Authorization"); got != want {
			t.Errorf("credentials %q, want %q", got, want)
		}
		go io.WriteString(conn, "echo")
		got := make([]byte, len("firstecho")) // the other end speaks first
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != "firstecho" {
			t.Errorf("read %q, %v", got, err)
		}
		url = "http://metrics:new@proxy:3128"
	}
}

func TestRefusalsAreOfClassProxyAndQuoteNothing(t *testing.T) {
	const url = "http://metrics:s3cret@proxy:3128"
	tests := []struct {
		promise, url, answer, want string
	}{
		{"other credentials", url, "HTTP/1.1 407 Proxy s3cret\r\nProxy-Authenticate: Basic realm=\"s3cret\"\r\n\r\n", "the proxy wants other credentials (HTTP 407): check proxy_url"},
		{"wrong credentials, by tinyproxy", url, "HTTP/1.0 401 Unauthorized\r\n\r\n", "the proxy wants other credentials (HTTP 401): check proxy_url"},
		{"forbidden", url, "HTTP/1.1 403 s3cret\r\n\r\ns3cret", "the proxy refuses the connection: HTTP 403 Forbidden"},
		{"the target is away", url, "HTTP/1.1 502 Bad\r\n\r\n", "the proxy refuses the connection: HTTP 502 Bad Gateway"},
		{"another protocol", url, "220 s3cret ESMTP\r\n", "no answer from the proxy: it does not speak HTTP"},
		{"a broken header", url, "HTTP/1.1 200 OK\r\ns3cret\r\n\r\n", "no answer from the proxy: it does not speak HTTP"},
		{"an endless header", url, "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("s3cret", maxHeader), "no answer from the proxy: unexpected EOF"},
		{"no URL", "http://metrics:s3cret@proxy:x", "", "the proxy's URL is not of the form http(s)://[user:password@]host:port"},
		{"no port", "http://metrics:s3cret@proxy", "", "the proxy's URL is not of the form http(s)://[user:password@]host:port"},
		{"another scheme", "socks5://metrics:s3cret@proxy:1", "", "the proxy's URL is not of the form http(s)://[user:password@]host:port"},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			_, err := Dialer{URL: fixed(test.url), Direct: answer(t, test.answer, nil)}.DialContext(t.Context(), "tcp", "collector:4318")
			if api.ClassOf(err) != api.Proxy || err.Error() != test.want {
				t.Errorf("%s: %v", api.ClassOf(err), err)
			}
			if errors.Is(err, ErrCredentials) != strings.Contains(test.want, "credentials") {
				t.Errorf("the error is one of credentials: %t", errors.Is(err, ErrCredentials))
			}
			var status *api.StatusError
			if errors.As(err, &status) {
				t.Error("the status passes for one of the target")
			}
		})
	}
}

func TestAnAbsentProxyIsOfClassProxy(t *testing.T) {
	d := Dialer{URL: fixed("http://proxy:3128"), Direct: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "proxy", IsNotFound: true}
	}}
	_, err := d.DialContext(t.Context(), "tcp", "collector:4318")
	if api.ClassOf(err) != api.Proxy || err.Error() != "no connection to the proxy: lookup proxy: no such host" {
		t.Errorf("%s: %v", api.ClassOf(err), err)
	}
}

func TestASilentProxyIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go io.Copy(io.Discard, far)
			return near, nil
		}
		_, err := Dialer{URL: fixed("http://proxy:3128"), Direct: silent}.DialContext(t.Context(), "tcp", "collector:4318")
		if api.ClassOf(err) != api.Proxy || !strings.HasPrefix(err.Error(), "no answer from the proxy: ") {
			t.Errorf("%s: %v", api.ClassOf(err), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = Dialer{URL: fixed("http://proxy:3128"), Direct: silent}.DialContext(ctx, "tcp", "collector:4318")
		if err == nil {
			t.Error("connected after the end of the context")
		}
	})
}

func TestTheProxysCertificateIsVerified(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nhello")
		conn.Close()
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	d := Dialer{URL: fixed(server.URL), Direct: (&net.Dialer{}).DialContext}
	_, err := d.DialContext(t.Context(), "tcp", "collector:4318")
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) || api.ClassOf(err) != api.Proxy {
		t.Errorf("an unknown authority: %v", err)
	}
	d.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
	d.TLS.RootCAs.AddCert(server.Certificate())
	conn, err := d.DialContext(t.Context(), "tcp", "collector:4318")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got, _ := io.ReadAll(conn); string(got) != "hello" {
		t.Errorf("read %q", got)
	}
}
