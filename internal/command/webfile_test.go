package command

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"
)

const (
	withPassword = "basic_auth_users: {prometheus: " + rightHash + "}\n"
	withTLS      = "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
	withClients  = "tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAnyClientCert}\n"
)

// What a change of the web configuration file does is logged, once.
func TestChangesOfTheWebConfigurationFile(t *testing.T) {
	const (
		wrong  = "level=error msg=\"web configuration file is wrong; requests are refused until it is right\""
		right  = "level=info msg=\"web configuration file is right again\""
		opened = "level=warn msg=\"web configuration file asks for no password or client certificate any more; every client can read the pages\""
		open   = "level=warn msg=\"web configuration file sets neither TLS nor a password; every client can read the pages\""
	)
	for name, test := range map[string]struct {
		files []string // one after the other, each checked three times
		want  []string
	}{
		"nothing changes":         {[]string{withPassword, withPassword}, nil},
		"another password":        {[]string{withPassword, withTLS + withPassword}, nil},
		"empty at the start":      {[]string{""}, []string{open}},
		"TLS alone":               {[]string{withTLS}, nil},
		"a comment alone":         {[]string{"# basic_auth_users:\n"}, []string{open}},
		"no passwords":            {[]string{"basic_auth_users: {}\n"}, []string{open}},
		"emptied":                 {[]string{withPassword, "", ""}, []string{opened}},
		"the password is gone":    {[]string{withTLS + withPassword, withTLS}, []string{opened}},
		"the certificate is gone": {[]string{withClients, withTLS}, []string{opened}},
		"a password instead":      {[]string{withClients, withTLS + withPassword}, nil},
		"gone while wrong":        {[]string{withPassword, "x", ""}, []string{wrong, right, opened}},
		"wrong and right":         {[]string{withPassword, "x: [", withPassword}, []string{wrong, right}},
		"wrong in two ways":       {[]string{withPassword, "x: [", "tls_server_config: {cert_file: none, key_file: none}", withPassword}, []string{wrong, wrong, right}},
		"wrong twice alike":       {[]string{withPassword, "x", withPassword, "x"}, []string{wrong, right, wrong}},
		"a hash as a value":       {[]string{withPassword, "basic_auth_users: " + rightHash + "\n"}, []string{wrong}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			certificate(t, dir)
			path := filepath.Join(dir, "web.yml")
			var b bytes.Buffer
			f := &webFile{path: path, log: log.NewLogfmtLogger(&b)}
			for _, content := range test.files {
				keep(t, path, content)
				f.check()
				f.check()
				f.check()
			}
			lines := strings.Split(strings.TrimSpace(b.String()), "\n")
			if b.Len() == 0 {
				lines = nil
			}
			for i := range max(len(lines), len(test.want)) {
				if i >= len(lines) || i >= len(test.want) || !strings.HasPrefix(lines[i], test.want[i]) {
					t.Fatalf("logged\n%s\nwant\n%s", &b, strings.Join(test.want, "\n"))
				}
			}
			if strings.Contains(b.String(), rightHash[:7]) {
				t.Errorf("the log shows a part of a hash:\n%s", &b)
			}
		})
	}
}

// Each change is logged before a request after it is answered, and once, however many
// requests there are.
func TestWebConfigurationFileWhileItServes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "web.yml")
	keep(t, path, withPassword)
	address := freeAddress(t)
	no := false
	var logged bytes.Buffer
	file := &webFile{path: path, log: log.NewLogfmtLogger(log.NewSyncWriter(&logged))}
	file.check()
	ctx, cancel := context.WithCancel(t.Context())
	group, ctx := errgroup.WithContext(ctx)
	flags := &toolkit.FlagConfig{WebListenAddresses: &[]string{address}, WebSystemdSocket: &no, WebConfigFile: &path}
	listen(ctx, group, server(file.before(http.NotFoundHandler()), nil, file.log), flags, file)
	status := func() int {
		resp, err := http.Get("http://" + address)
		if err != nil {
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for status() == 0 { // until it listens
		time.Sleep(5 * time.Millisecond)
	}
	want := 2 // lines, those of the start
	for _, change := range []struct {
		content string
		status  int
		lines   int
	}{
		{"", http.StatusNotFound, 1},
		{"x", http.StatusInternalServerError, 1},
		{"basic_auth_users: [x", http.StatusInternalServerError, 1},
		{"", http.StatusNotFound, 1},
		{withPassword, http.StatusUnauthorized, 0},
		{"tls_server_config: [x", http.StatusInternalServerError, 1},
	} {
		keep(t, path, change.content)
		for range 20 {
			if got := status(); got != change.status {
				t.Errorf("%q: status %d, want %d", change.content, got, change.status)
			}
		}
		want += change.lines
		if lines := strings.Count(logged.String(), "\n"); lines != want {
			t.Errorf("%q: %d lines, want %d:\n%s", change.content, lines, want, &logged)
		}
	}
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
