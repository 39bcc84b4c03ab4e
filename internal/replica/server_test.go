package replica

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/pgtest"
)

// bouncer starts pgbouncer before a server, which gives a connection of the server to a
// client for one transaction, and returns the URL of the database behind it.
func bouncer(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	program := ""
	for _, path := range []string{"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"} {
		if _, err := os.Stat(path); err == nil {
			program = path
		}
	}
	if program == "" {
		pgtest.Missing(t, "pgbouncer")
	}
	port := pgtest.FreePort(t)
	dir := filepath.Dir(s.Dir)
	users := filepath.Join(dir, "users.txt")
	config := filepath.Join(dir, "pgbouncer.ini")
	check(t, os.WriteFile(users, fmt.Appendf(nil, "%q %q\n", pgtest.User, pgtest.Password), 0o644)) //nolint:gosec // no secret
	check(t, os.WriteFile(config, fmt.Appendf(nil, `[databases]
postgres = host=127.0.0.1 port=%d dbname=postgres user=%s password=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = plain
auth_file = %s
pool_mode = transaction
default_pool_size = 3
server_reset_query_always = 0
`, s.Port, pgtest.User, pgtest.Password, port, users), 0o644)) //nolint:gosec // no secret
	c := s.Command(program, config)
	log, err := os.Create(config + ".log")
	check(t, err)
	c.Stdout, c.Stderr = log, log
	check(t, c.Start())
	check(t, log.Close())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	for range 200 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil { //nolint:noctx // a test
			check(t, conn.Close())
			return pgtest.URL(port)
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(config + ".log")
	t.Fatalf("pgbouncer does not start:\n%s", text)
	return ""
}

// requireTLS starts a server again, with the certificate of httptest and without plain
// connections. It returns a file with the certificate, which is its own authority.
func requireTLS(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	server.Close()
	c := server.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	check(t, err)
	for name, content := range map[string][]byte{
		"server.crt":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}),
		"server.key":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		"pg_hba.conf": []byte("hostssl all all 127.0.0.1/32 scram-sha-256\n"),
	} {
		file := filepath.Join(s.Dir, name)
		check(t, os.WriteFile(file, content, 0o600))
		check(t, exec.CommandContext(t.Context(), "chown", "--reference="+s.Dir, file).Run()) //nolint:gosec // a test
	}
	s.Stop(false)
	s.Configure(t, "ssl = on")
	s.Run(t)
	return filepath.Join(s.Dir, "server.crt")
}

// takeConnections opens connections until a server admits no more, and returns what
// closes them.
func takeConnections(t *testing.T, s *pgtest.Server) (give func()) {
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
