package command

import (
	"context"
	"log"
	"net"
	"net/http"
	"time"

	gokit "github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/web"
)

// server returns a server that slow, silent or many clients can't hold up. It
// serves one listener. See web.Guard for trusted.
func server(h http.Handler, trusted func(*http.Request) bool, logger gokit.Logger) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 16},
		ErrorLog:          log.New(&libraryLog{log: level.Debug(logger), library: "net/http server"}, "", 0),

		DisableGeneralOptionsHandler: true,
	}
	web.Guard(s, trusted)
	return s
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

// loopback reports whether only this machine can reach an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
