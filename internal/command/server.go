package command

import (
	"context"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	gokit "github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
)

// server returns a server that slow, silent or many clients can't hold up. It
// serves one listener.
func server(h http.Handler, logger gokit.Logger) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 16},
		ErrorLog:          log.New(&complaints{log: logger}, "", 0),

		DisableGeneralOptionsHandler: true,
	}
	web.Guard(s)
	return s
}

// complaintEvery is how often one of the server's complaints is logged.
const complaintEvery = 10 * time.Second

// complaints logs what net/http says of clients, such as that a handshake
// failed: at debug level, and few of many.
type complaints struct {
	log gokit.Logger

	last    time.Time
	skipped int
}

// Write logs a line. Its caller, a log.Logger, holds a lock.
func (c *complaints) Write(line []byte) (int, error) {
	if time.Since(c.last) < complaintEvery {
		c.skipped++
		return len(line), nil
	}
	level.Debug(c.log).Log("msg", "http server", "err", strings.TrimSpace(string(line)), "not_logged", c.skipped)
	c.last, c.skipped = time.Now(), 0
	return len(line), nil
}

// shutdownTime is how long answers under way have at the end.
const shutdownTime = 2 * time.Second

// shutdown ends a server with ctx.
func shutdown(ctx context.Context, s *http.Server) error {
	<-ctx.Done()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if s.Shutdown(last) != nil {
		return s.Close()
	}
	return nil
}

// loopback reports whether nobody outside this machine can reach an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
