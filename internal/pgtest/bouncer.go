package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Bouncer starts pgbouncer before a server, which gives a connection of the server to a
// client for one transaction, and returns the URL of the database behind it.
func (s *Server) Bouncer(t testing.TB) string {
	t.Helper()
	program := ""
	for _, path := range []string{"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"} {
		if _, err := os.Stat(path); err == nil {
			program = path
		}
	}
	if program == "" {
		missing(t, "pgbouncer")
	}
	port := FreePort(t)
	dir := filepath.Dir(s.Dir)
	users := filepath.Join(dir, "users.txt")
	config := filepath.Join(dir, "pgbouncer.ini")
	check(t, os.WriteFile(users, fmt.Appendf(nil, "%q %q\n", User, Password), 0o644)) //nolint:gosec // no secret
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
`, s.Port, User, Password, port, users), 0o644)) //nolint:gosec // no secret
	c := s.command("pg_isready") // for its user
	c.Path, c.Args = program, []string{program, config}
	log, err := os.Create(config + ".log")
	check(t, err)
	c.Stdout, c.Stderr = log, log
	check(t, c.Start())
	check(t, log.Close())
	t.Cleanup(func() { end(c) })
	for range 200 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil { //nolint:noctx // a test
			check(t, conn.Close())
			return URL(port)
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(config + ".log")
	t.Fatalf("pgbouncer does not start:\n%s", text)
	return ""
}

func end(c *exec.Cmd) {
	_ = c.Process.Signal(syscall.SIGKILL)
	_ = c.Wait()
}

// Exec runs a statement on the server.
func (s *Server) Exec(t testing.TB, sql string) {
	t.Helper()
	run(t, s.command("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", strconv.Itoa(s.Port), "-U", User, "-d", "postgres", "-c", sql))
}
