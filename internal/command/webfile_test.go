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
			for i, content := range test.files {
				keep(t, path, content)
				f.check(i == 0)
				f.check(false)
				f.check(false)
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

// While the file is wrong the toolkit refuses each request, and the log has no line
// for each.
func TestRequestsAreNotLoggedWhileTheWebConfigurationFileIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	keep(t, file, withPassword)
	address := freeAddress(t)
	no := false
	var logged bytes.Buffer
	logger := log.NewLogfmtLogger(log.NewSyncWriter(&logged))
	ctx, cancel := context.WithCancel(t.Context())
	group, ctx := errgroup.WithContext(ctx)
	flags := &toolkit.FlagConfig{WebListenAddresses: &[]string{address}, WebSystemdSocket: &no, WebConfigFile: &file}
	listen(ctx, group, server(http.NotFoundHandler(), logger), flags, logger)
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
	keep(t, file, "x")
	for range 20 {
		if got := status(); got != http.StatusInternalServerError {
			t.Errorf("status %d", got)
		}
	}
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if lines := strings.Count(logged.String(), "\n"); lines != 2 {
		t.Errorf("%d lines, want those of the start:\n%s", lines, &logged)
	}
}
