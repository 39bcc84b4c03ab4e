// Package pgtest starts PostgreSQL servers for tests: Debian's programs, as an
// unprivileged user, on free ports, in temporary directories.
package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Required is the variable that makes a missing PostgreSQL an error rather than a
// reason to skip.
const Required = "POSTGRES_REQUIRED"

// The user of every server's database, and its password.
const (
	User     = "exporter"
	Password = "correct-horse"
)

// Server is one server.
type Server struct {
	Dir  string
	Port int

	bin     string
	as      *syscall.Credential // the user that its programs run as; nil for this process's own
	process *exec.Cmd
}

// Start starts a server with further lines of postgresql.conf. It ends with the test.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s := newServer(t)
	s.initialise(t)
	s.Configure(t, append([]string{"fsync = off"}, settings...)...)
	s.Run(t)
	return s
}

// initialise makes the files of a new server: by initdb the first time, which takes most
// of the time of a start, and after that from a copy in the user's cache.
func (s *Server) initialise(t testing.TB) {
	t.Helper()
	secret := filepath.Join(filepath.Dir(s.Dir), "password")
	check(t, os.WriteFile(secret, []byte(Password+"\n"), 0o644)) //nolint:gosec // no secret
	initdb := []string{"-U", User, "-A", "scram-sha-256", "--no-sync", "--no-locale", "-E", "UTF8", "--wal-segsize=1"}
	cache, err := os.UserCacheDir()
	if err == nil {
		made := sha256.Sum256(fmt.Append(nil, s.bin, initdb, Password))
		cache = filepath.Join(cache, "contactcenter_exporter", fmt.Sprintf("pgtest-%x", made[:8]))
		if _, err := os.Stat(cache); err == nil {
			s.Restore(t, cache)
			return
		}
	}
	run(t, s.Command("initdb", append(initdb, "-D", s.Dir, "--pwfile", secret)...))
	if err == nil {
		s.keep(t, cache)
	}
}

// keep copies the files of a new server to a directory, unless another process has just
// done so or the cache cannot be written.
func (s *Server) keep(t testing.TB, path string) {
	t.Helper()
	_ = os.MkdirAll(filepath.Dir(path), 0o755) //nolint:gosec // a cache
	dir, err := os.MkdirTemp(filepath.Dir(path), "pgtest")
	if err != nil {
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s.Save(t, filepath.Join(dir, "data"))
	if err := os.Rename(filepath.Join(dir, "data"), path); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
}

// newServer returns a server without files.
func newServer(t testing.TB) *Server {
	t.Helper()
	bin := Bin(t)
	base, err := os.MkdirTemp("", "pgtest")
	check(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	as := unprivileged(t)
	if as != nil {
		check(t, os.Chown(base, int(as.Uid), int(as.Gid)))
	}
	check(t, os.Chmod(base, 0o755)) //nolint:gosec // another user reads it
	return &Server{Dir: filepath.Join(base, "data"), Port: FreePort(t), bin: bin, as: as}
}

// Bin returns where PostgreSQL's programs are, or skips the test.
func Bin(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		Missing(t, "postgresql")
	}
	return filepath.Dir(found[len(found)-1])
}

// Missing skips the test, or fails it where the package must be there.
func Missing(t testing.TB, debian string) {
	t.Helper()
	if os.Getenv(Required) != "" {
		t.Fatalf("install Debian's package %s", debian)
	}
	t.Skipf("needs Debian's package %s: apt-get install %s", debian, debian)
}

// unprivileged returns the user that servers run as: they refuse to run as root. It is
// nil if this process is unprivileged itself.
func unprivileged(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	check(t, err)
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	check(t, err)
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	check(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// FreePort returns a port that is free now.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	check(t, err)
	defer func() { check(t, l.Close()) }()
	return l.Addr().(*net.TCPAddr).Port
}

// Command returns a command that runs as the user of the server, in PostgreSQL's folder
// of programs unless name is a path.
func (s *Server) Command(name string, args ...string) *exec.Cmd {
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.bin, name)
	}
	c := exec.CommandContext(context.Background(), name, args...)
	c.Dir = filepath.Dir(s.Dir)
	c.Env = append(slices.Clone(os.Environ()), "PGPASSWORD="+Password)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Credential: s.as}
	return c
}

// Configure appends lines to postgresql.conf.
func (s *Server) Configure(t testing.TB, lines ...string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.Dir, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	for _, line := range lines {
		_, err := fmt.Fprintln(f, line)
		check(t, err)
	}
	check(t, f.Close())
}

// Run starts the server that was stopped, and waits until it takes connections.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	s.process = s.Command("postgres", "-D", s.Dir, "-p", strconv.Itoa(s.Port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "shared_buffers=16MB")
	log, err := os.Create(s.Dir + ".log")
	check(t, err)
	s.process.Stdout, s.process.Stderr = log, log
	check(t, s.process.Start())
	check(t, log.Close())
	process := s.process
	t.Cleanup(func() { s.end(process, syscall.SIGQUIT) })
	for range 600 {
		if s.Command("pg_isready", "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(s.Port)).Run() == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(s.Dir + ".log")
	t.Fatalf("the server does not start:\n%s", text)
}

// Stop ends the server at once, as a crash does if hard is true. Run starts it again.
func (s *Server) Stop(hard bool) {
	signal := syscall.SIGINT // fast
	if hard {
		signal = syscall.SIGQUIT
	}
	s.end(s.process, signal)
}

func (s *Server) end(process *exec.Cmd, signal os.Signal) {
	if process.ProcessState != nil {
		return
	}
	_ = process.Process.Signal(signal)
	_ = process.Wait()
}

// Exec runs a statement on the server.
func (s *Server) Exec(t testing.TB, sql string) {
	t.Helper()
	run(t, s.Command("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", strconv.Itoa(s.Port), "-U", User, "-d", "postgres", "-c", sql))
}

// Standby starts a standby of s, under its own name in synchronous_standby_names.
func (s *Server) Standby(t testing.TB, name string) *Server {
	t.Helper()
	b := newServer(t)
	b.Follow(t, s.Port, name)
	return b
}

// Follow starts a server that was stopped as a standby of the one at a port of this
// machine, with the files of that one.
func (s *Server) Follow(t testing.TB, port int, name string) {
	t.Helper()
	check(t, os.RemoveAll(s.Dir))
	run(t, s.Command("pg_basebackup", "-D", s.Dir, "-R", "-X", "stream", "-c", "fast", "--no-sync",
		"-d", fmt.Sprintf("host=127.0.0.1 port=%d user=%s password=%s application_name=%s", port, User, Password, name)))
	s.Run(t)
}

// Promote makes a standby a server that is written to.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	run(t, s.Command("pg_ctl", "promote", "-w", "-D", s.Dir))
}

// URL returns the URL of the server's database.
func (s *Server) URL() string { return URL(s.Port) }

// URL returns the URL of a database on a port of this machine.
func URL(port int) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", User, Password, port)
}

func run(t testing.TB, c *exec.Cmd) {
	t.Helper()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c.Path, errors.Join(err), out)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Restore replaces the files of a server that was stopped by those of a copy.
func (s *Server) Restore(t testing.TB, from string) {
	t.Helper()
	check(t, os.RemoveAll(s.Dir))
	run(t, exec.CommandContext(context.Background(), "cp", "-a", from, s.Dir)) //nolint:gosec // a test
	run(t, exec.CommandContext(context.Background(), "chown", "-R", "--reference="+filepath.Dir(s.Dir), s.Dir))
}

// Save copies the files of a server that was stopped.
func (s *Server) Save(t testing.TB, to string) {
	t.Helper()
	run(t, exec.CommandContext(context.Background(), "cp", "-a", s.Dir, to)) //nolint:gosec // a test
}
