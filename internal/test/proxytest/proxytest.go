// Package proxytest is an HTTP proxy for tests, which knows the method CONNECT only.
package proxytest

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Proxy is a proxy that wants User and Password.
type Proxy struct {
	*httptest.Server
	// Address, if not empty, is where every tunnel leads, whatever is asked for.
	Address string

	mu     sync.Mutex
	status int
	asked  []string
}

// What a client of a Proxy must know. They are written differently in a URL.
const (
	User     = "metrics"
	Password = "pa:ss@word-s3cret"
)

// New starts a proxy that ends with the test.
func New(t testing.TB) *Proxy {
	p := &Proxy{}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// URL returns the URL of the proxy with what it wants.
func (p *Proxy) URL() string {
	return strings.Replace(p.Server.URL, "://", "://"+User+":pa%3Ass%40word-s3cret@", 1)
}

// Refuse makes the proxy answer every request with a status; 0 ends that.
func (p *Proxy) Refuse(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

// Asked returns the method and host of each request so far.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...)
}

// note notes a request and returns the status to refuse it with; 0 if it is good.
func (p *Proxy) note(req *http.Request) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, req.Method+" "+req.Host)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(User+":"+Password))
	switch {
	case p.status != 0:
		return p.status
	case req.Header.Get("Proxy-Authorization") != want:
		return http.StatusProxyAuthRequired
	case req.Method != http.MethodConnect:
		return http.StatusMethodNotAllowed
	}
	return 0
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if status := p.note(req); status != 0 {
		w.WriteHeader(status)
		return
	}
	address := p.Address
	if address == "" {
		address = req.Host
	}
	d := net.Dialer{}
	target, err := d.DialContext(req.Context(), "tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = target.Close() }()
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = client.Close() }()
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		_, _ = io.Copy(target, buffered)
		_ = target.Close()
	}()
	_, _ = io.Copy(client, target)
}
