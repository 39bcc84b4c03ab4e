package command

import (
	"io"
	stdlog "log"
	"strings"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"google.golang.org/grpc/grpclog"
)

// LogLibraries makes the loggers of libraries write to the program's own, and
// never what they print: net/http prints the first bytes of an answer that it
// didn't expect, OpenTelemetry the values of its variables, gRPC what a server
// sent. It changes the process and must be called once, before anything runs.
func LogLibraries(o Options) { logLibraries(level.Warn(o.logger())) }

func logLibraries(logger log.Logger) {
	stdlog.SetFlags(0)
	stdlog.SetOutput(&libraryLog{log: logger, library: "net/http"})
	opentelemetry := &libraryLog{log: logger, library: "opentelemetry"}
	otel.SetLogger(logr.New(logSink{opentelemetry}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { opentelemetry.note("error") }))
	// gRPC writes an error to the writers of all lower levels too: only errors are
	// noted, each once.
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, &libraryLog{log: logger, library: "grpc"}))
}

// libraryLogInterval is the least time between two lines about one library.
const libraryLogInterval = 10 * time.Second

// libraryLog logs that a library printed something, and of what kind it was, but
// nothing of it.
type libraryLog struct {
	log     log.Logger
	library string

	mu      sync.Mutex
	last    time.Time
	skipped int
}

// Write takes a line of a library.
func (l *libraryLog) Write(line []byte) (int, error) {
	l.note(messageKind(string(line)))
	return len(line), nil
}

// note logs a message of a kind, which must be a constant of the library or of
// this package.
func (l *libraryLog) note(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && time.Since(l.last) < libraryLogInterval {
		l.skipped++
		return
	}
	_ = l.log.Log("msg", "a library reports a problem; its text is withheld", "library", l.library, "kind", kind, "not_logged", l.skipped)
	l.last, l.skipped = time.Now(), 0
}

// messageKind returns the constant text that a line begins with, if it is one of
// those that net/http is known to print, else "other".
func messageKind(line string) string {
	for _, kind := range []string{
		"Unsolicited response received on idle HTTP channel",
		"http: TLS handshake error",
		"http: Accept error",
		"http: panic serving",
		"http: superfluous response.WriteHeader call",
		"http: URL query contains semicolon",
		"protocol error",
	} {
		if strings.HasPrefix(line, kind) {
			return kind
		}
	}
	return "other"
}

// logSink takes the messages of OpenTelemetry. Its messages are constants; what
// varies stands in the error and the values, which are dropped.
type logSink struct{ log *libraryLog }

// Init implements logr.LogSink.
func (logSink) Init(logr.RuntimeInfo) {}

// Enabled is true of warnings, which OpenTelemetry logs at level 1, and errors.
func (logSink) Enabled(level int) bool { return level <= 1 }

// Info notes the message.
func (s logSink) Info(_ int, msg string, _ ...any) { s.log.note(msg) }

// Error notes the message.
func (s logSink) Error(_ error, msg string, _ ...any) { s.log.note(msg) }

// WithValues drops the values.
func (s logSink) WithValues(...any) logr.LogSink { return s }

// WithName drops the name.
func (s logSink) WithName(string) logr.LogSink { return s }
