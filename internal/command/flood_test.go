package command

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-kit/log"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"
)

// certificate writes one for 127.0.0.1 and its key, and returns who trusts it.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	keep(t, filepath.Join(dir, "cert.pem"), string(certPEM))
	keep(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return pool
}

func keep(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rightHash is the bcrypt of "right" at the usual cost.
const rightHash = "$2a$10$B.xAqmIySB5zg4ICJTqYV.u/.qd8Mm7QdjTLYbtK.iMwGb8Fu/B6y"

// site is a listener with TLS, on which prometheus has the password right.
type site struct {
	address string
	trust   *tls.Config
}

func startSite(t *testing.T, h http.Handler) site {
	t.Helper()
	dir := t.TempDir()
	s := site{address: freeAddress(t), trust: &tls.Config{RootCAs: certificate(t, dir)}}
	file := filepath.Join(dir, "web.yml")
	keep(t, file, "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\nbasic_auth_users: {prometheus: "+rightHash+"}\n")
	no := false
	ctx, cancel := context.WithCancel(t.Context())
	group, ctx := errgroup.WithContext(ctx)
	flags := &toolkit.FlagConfig{WebListenAddresses: &[]string{s.address}, WebSystemdSocket: &no, WebConfigFile: &file}
	listen(ctx, group, server(h, nil, log.NewNopLogger()), flags, &webFile{log: log.NewNopLogger()})
	t.Cleanup(func() {
		cancel()
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// client keeps one connection, as a scraper does, for as long as a scrape may take.
func (s site) client() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: s.trust.Clone(), ForceAttemptHTTP2: true}}
}

// scrape asks for the page, with a password unless it is empty.
func (s site) scrape(ctx context.Context, c *http.Client, user, password string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+s.address+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	if password != "" {
		r.SetBasicAuth(user, password)
	}
	resp, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// attack does what a client without the password can do, until ctx ends. It
// reports whether it was ever let in.
func (s site) attack(ctx context.Context, n int) (in bool) {
	c := s.client()
	defer c.CloseIdleConnections()
	for try := 0; ctx.Err() == nil; try++ {
		code := 0
		switch guess := fmt.Sprint(n, "-", try); n % 6 {
		case 0:
			code, _ = s.scrape(ctx, c, "", "")
		case 1:
			code, _ = s.scrape(ctx, c, "prometheus", guess)
		case 2:
			code, _ = s.scrape(ctx, c, "admin", guess)
		case 3:
			code, _ = s.scrape(ctx, c, "prometheus", guess+strings.Repeat("x", 8<<10))
		case 4:
			s.dawdle(ctx, func(conn net.Conn) { _ = tls.Client(conn, s.trust.Clone()).HandshakeContext(ctx) })
		case 5:
			s.dawdle(ctx, func(conn net.Conn) {
				conn = tls.Client(conn, s.trust.Clone())
				_, _ = io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nX: ")
				for {
					select {
					case <-ctx.Done():
						return
					case <-time.After(50 * time.Millisecond):
					}
					if _, err := conn.Write([]byte{'y'}); err != nil {
						return
					}
				}
			})
		}
		in = in || code == http.StatusOK
	}
	return in
}

// dawdle opens a connection, does something and then nothing until it is closed.
func (s site) dawdle(ctx context.Context, do func(net.Conn)) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	do(conn)
	_, _ = io.Copy(io.Discard, conn)
}

// FLOOD_SCRAPES makes the test longer than it usually is.
func floodScrapes(t *testing.T) int {
	t.Helper()
	text := os.Getenv("FLOOD_SCRAPES")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFloodWithoutThePasswordDoesNotStopAScraper(t *testing.T) {
	body := bytes.Repeat([]byte("x"), 64<<10)
	s := startSite(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	scraper := s.client()
	var code int
	for range 100 { // until it listens
		if code, _ = s.scrape(t.Context(), scraper, "prometheus", "right"); code != 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if code != http.StatusOK {
		t.Fatalf("before the flood %d", code)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	for n := range 200 {
		attackers.Go(func() {
			if s.attack(ctx, n) {
				t.Errorf("attacker %d is let in", n)
			}
		})
	}
	total, failed := floodScrapes(t), 0
	begin, longest := time.Now(), time.Duration(0)
	for i := range total {
		if i%5 == 0 { // as after the connection was lost
			scraper.CloseIdleConnections()
		}
		started := time.Now()
		if code, err := s.scrape(t.Context(), scraper, "prometheus", "right"); code != http.StatusOK {
			t.Logf("scrape %d: %d %v", i, code, err)
			failed++
		}
		longest = max(longest, time.Since(started))
		select {
		case <-time.After(50 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	t.Logf("%d scrapes in %s, the longest %s", total, time.Since(begin).Round(time.Millisecond), longest.Round(time.Millisecond))
	cancel()
	attackers.Wait()
	if failed*1000 > total {
		t.Errorf("%d of %d scrapes failed", failed, total)
	}
}
