package command

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	toolkit "github.com/prometheus/exporter-toolkit/web"
)

func TestComplaintsAboutClientsDoNotFloodTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged notes
		s := server(http.NotFoundHandler(), nil, log.NewLogfmtLogger(&logged))
		for i := range 600 {
			s.ErrorLog.Printf("http: TLS handshake error from 192.0.2.1:%d: EOF", i)
			time.Sleep(100 * time.Millisecond)
		}
		text := logged.b.String()
		if n := strings.Count(text, "\n"); n != 6 {
			t.Errorf("%d lines in a minute, want 6:\n%s", n, text)
		}
		if !strings.Contains(text, "not_logged=99") || strings.Count(text, "level=debug") != 6 {
			t.Errorf("the log says\n%s", text)
		}
	})
}

func TestServersBoundEachWait(t *testing.T) {
	s := server(http.NotFoundHandler(), nil, log.NewNopLogger())
	for name, got := range map[string]time.Duration{
		"header": s.ReadHeaderTimeout, "request": s.ReadTimeout, "answer": s.WriteTimeout, "idle": s.IdleTimeout,
	} {
		if got <= 0 || got > 2*time.Minute {
			t.Errorf("the %s may take %s", name, got)
		}
	}
	if s.ReadHeaderTimeout > 5*time.Second || s.MaxHeaderBytes > 16<<10 || !s.DisableGeneralOptionsHandler {
		t.Errorf("headers may take %s and %d bytes", s.ReadHeaderTimeout, s.MaxHeaderBytes)
	}
}

func TestEachAddressHasAServerOfItsOwn(t *testing.T) {
	no, file := false, "web.yml"
	flags := &toolkit.FlagConfig{WebListenAddresses: &[]string{":1", ":2"}, WebSystemdSocket: &no, WebConfigFile: &file}
	var got []string
	for _, f := range eachAddress(flags) {
		got = append(got, fmt.Sprint(*f.WebListenAddresses, *f.WebConfigFile))
	}
	if fmt.Sprint(got) != "[[:1]web.yml [:2]web.yml]" {
		t.Errorf("%v", got)
	}
}
