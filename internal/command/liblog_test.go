package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"google.golang.org/grpc/grpclog"
)

// unsolicited answers one request with more than it announces and waits until
// the client has read it.
func unsolicited(t *testing.T, more string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Read(make([]byte, 4096))
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"+more)
		_, _ = io.Copy(io.Discard, conn) // until the client closes
	}()
	return "http://" + l.Addr().String()
}

func TestWhatLibrariesPrintIsLoggedWithoutContent(t *testing.T) {
	lines := make(chan string, 10)
	logger := log.LoggerFunc(func(kv ...any) error {
		var b bytes.Buffer
		err := log.NewLogfmtLogger(&b).Log(kv...)
		lines <- b.String()
		return err
	})
	flags := stdlog.Flags()
	t.Cleanup(func() { stdlog.SetOutput(os.Stderr); stdlog.SetFlags(flags) })
	const secret = "Jane.Doe+491701234567"
	tests := []struct {
		library, kind string
		print         func()
	}{
		{"net/http", "Unsolicited response received on idle HTTP channel", func() {
			transport := &http.Transport{}
			resp, err := (&http.Client{Transport: transport}).Get(unsolicited(t, secret))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			t.Cleanup(transport.CloseIdleConnections)
		}},
		{"net/http", "other", func() { stdlog.Printf("a library's own words: %s", secret) }},
		{"opentelemetry", "parse headers", func() {
			t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", secret)
			if _, err := otlpmetrichttp.New(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
		{"opentelemetry", "error", func() { otel.Handle(errors.New(secret)) }},
		{"grpc", "other", func() { grpclog.Errorf("received %s", secret) }},
		{"grpc", "other", func() { grpclog.Component("transport").Error(secret) }},
	}
	for _, test := range tests {
		t.Run(test.library+", "+test.kind, func(t *testing.T) {
			logLibraries(logger)
			test.print()
			got := <-lines
			want := fmt.Sprintf("msg=%q library=%s kind=", "a library reports a problem; its text is withheld", test.library)
			if !strings.HasPrefix(got, want) || !strings.Contains(got, test.kind) || strings.Contains(got, secret) {
				t.Errorf("logged %s", got)
			}
			if len(lines) != 0 {
				t.Errorf("and also %s", <-lines)
			}
		})
	}
}

func TestALibraryThatRepeatsItselfIsLoggedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		l := &libraryLog{log: log.NewLogfmtLogger(&b), library: "grpc"}
		for range 25 {
			l.note("x")
			time.Sleep(time.Second)
		}
		if n := strings.Count(b.String(), "\n"); n != 3 || !strings.Contains(b.String(), "not_logged=9") {
			t.Errorf("25 messages in 25 s are %d lines:\n%s", n, b.String())
		}
	})
}
