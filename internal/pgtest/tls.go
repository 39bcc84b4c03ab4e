package pgtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// RequireTLS starts the server again, with a certificate and without plain connections.
// It returns a file with the certificate, which is its own authority.
func (s *Server) RequireTLS(t testing.TB) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	authority := filepath.Join(s.Dir, "server.crt")
	check(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	keyFile := filepath.Join(s.Dir, "server.key")
	check(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	check(t, os.WriteFile(filepath.Join(s.Dir, "pg_hba.conf"), []byte("hostssl all all 127.0.0.1/32 scram-sha-256\n"), 0o600))
	if s.as != nil {
		for _, file := range []string{authority, keyFile} {
			check(t, os.Chown(file, int(s.as.Uid), int(s.as.Gid)))
		}
	}
	s.Stop(false)
	s.Configure(t, "ssl = on")
	s.Run(t)
	return authority
}

// TakeConnections opens connections until the server admits no more, and returns what
// closes them.
func (s *Server) TakeConnections(t testing.TB) (give func()) {
	t.Helper()
	var taken []*pgx.Conn
	give = func() {
		for _, c := range taken {
			_ = c.Close(t.Context())
		}
		taken = nil
	}
	for range 100 {
		c, err := pgx.Connect(t.Context(), s.URL())
		if err != nil {
			return give
		}
		taken = append(taken, c)
	}
	t.Fatal("the server has no limit of connections")
	return nil
}
