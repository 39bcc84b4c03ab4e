package vendorhttp

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/conntest"
)

// vendorNetwork is a vendor behind connections that can die.
type vendorNetwork struct {
	*conntest.Network
	client *http.Client
	// hang makes requests over the first connection wait for ever, while the
	// connection itself is alive.
	hang atomic.Bool
}

// newVendorNetwork starts a vendor at example.com with those protocols, and a client
// whose attempts take 30 s at most.
func newVendorNetwork(t *testing.T, protocols ...string) *vendorNetwork {
	certificate := httptest.NewUnstartedServer(nil)
	certificate.StartTLS()
	certificate.Close()
	v := &vendorNetwork{Network: conntest.NewNetwork()}
	server := &http.Server{
		Handler: v, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: certificate.TLS.Certificates, NextProtos: protocols},
	}
	go server.ServeTLS(v.Network, "", "")
	t.Cleanup(func() { server.Close() })
	limits := Limits{RequestsPerSecond: 100, Burst: 100, MaxConcurrent: 2, Timeout: 30 * time.Second, MaxResponseBytes: 1000}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate().Raw})
	c := New(Options{
		Limits: limits, Limiter: NewLimiter(limits), Hosts: Hosts{CA: ca}, LongestBreak: 5 * time.Minute, connect: v.Dial,
	})
	t.Cleanup(c.CloseIdleConnections)
	v.client = c.HTTP()
	return v
}

func (v *vendorNetwork) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if v.hang.Load() && len(v.Dials()) == 1 {
		<-req.Context().Done()
		return
	}
	_, _ = io.WriteString(w, req.Proto)
}

// ask sends one request and returns the protocol of its answer.
func (v *vendorNetwork) ask(t *testing.T) (string, error) {
	ctx := api.WithRequest(t.Context(), api.Request{Endpoint: "x", Idempotent: true})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://example.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// A source that asks every 15 s has data again within three minutes, whatever is
// dead, and stays with one connection while all is well.
func TestADeadConnectionOfAVendorIsReplaced(t *testing.T) {
	for _, protocols := range [][]string{{"h2", "http/1.1"}, {"http/1.1"}} {
		for name, fault := range map[string]func(*vendorNetwork){
			"the network loses everything": func(v *vendorNetwork) { v.Dials()[0].Lose() },
			"the front is alive alone":     func(v *vendorNetwork) { v.hang.Store(true) },
		} {
			t.Run(name+", "+protocols[0], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					v := newVendorNetwork(t, protocols...)
					for range 40 {
						got, err := v.ask(t)
						if err != nil || got != map[string]string{"h2": "HTTP/2.0", "http/1.1": "HTTP/1.1"}[protocols[0]] {
							t.Fatalf("answered over %s: %v", got, err)
						}
						time.Sleep(15 * time.Second)
					}
					if n := len(v.Dials()); n != 1 {
						t.Fatalf("%d connections for 40 requests", n)
					}
					fault(v)
					for begin := time.Now(); ; time.Sleep(15 * time.Second) {
						if _, err := v.ask(t); err == nil {
							break
						}
						if took := time.Since(begin); took > 3*time.Minute {
							t.Fatalf("no answer after %s over %d connections", took, len(v.Dials()))
						}
					}
				})
			})
		}
	}
}

// A request that waits on a connection that is closed for the time-outs of others is
// sent again over a new one.
func TestARequestOnAReplacedConnectionIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVendorNetwork(t, "h2")
		if _, err := v.ask(t); err != nil {
			t.Fatal(err)
		}
		v.hang.Store(true)
		answers := make(chan error, 2)
		go func() {
			for range 3 {
				_, _ = v.ask(t)
			}
		}()
		time.Sleep(75 * time.Second) // the second of the three waits for its end
		go func() { _, err := v.ask(t); answers <- err }()
		if err := <-answers; err != nil {
			t.Error(err)
		}
	})
}

// A caller that gives up says nothing about the connection.
func TestACallerThatGivesUpClosesNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVendorNetwork(t, "h2")
		v.hang.Store(true)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://example.com/", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if resp, err := v.client.Do(req); err == nil {
				resp.Body.Close()
				t.Error("answered")
			}
			cancel()
		}
		if n := len(v.Dials()); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}
