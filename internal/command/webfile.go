package command

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"
)

// webFile is exporter-toolkit's configuration file of TLS and passwords. The
// toolkit reads it for each request, so that a change holds at once; a webFile logs
// what a change does, at the first request after it or within watchEvery.
type webFile struct {
	path string // "" where there is no file
	log  log.Logger

	mu        sync.Mutex
	checked   bool
	content   []byte
	err       string // of the newest content
	protected bool   // the newest file without an error lets in some clients only
}

// watch checks the file now, and then until ctx ends.
func (f *webFile) watch(ctx context.Context) {
	f.check()
	every(ctx, watchEvery, f.check)
}

// before returns h, which checks the file first where its content has changed.
func (f *webFile) before(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.checkChange()
		h.ServeHTTP(w, r)
	})
}

// checkChange is check where the content of the file has changed. It takes little
// time, but does not notice that a certificate has changed.
func (f *webFile) checkChange() {
	if f.path == "" || f.unchanged() {
		return
	}
	f.check()
}

func (f *webFile) unchanged() bool {
	content, err := os.ReadFile(f.path)
	f.mu.Lock()
	defer f.mu.Unlock()
	return err == nil && f.checked && bytes.Equal(content, f.content)
}

// check logs what has changed in the file since the last check.
func (f *webFile) check() {
	f.mu.Lock()
	defer f.mu.Unlock()
	first := !f.checked
	f.checked = true
	content, err := os.ReadFile(f.path)
	if err == nil {
		err = toolkit.Validate(f.path)
	}
	text := ""
	if err != nil {
		text = withoutValues(err).Error()
	}
	same := !first && text == f.err && bytes.Equal(content, f.content)
	before := f.err
	f.content, f.err = content, text
	switch {
	case same:
		return
	case err != nil:
		level.Error(f.log).Log("msg", "web configuration file is wrong; requests are refused until it is right", "file", f.path, "err", text)
		return
	case before != "":
		level.Info(f.log).Log("msg", "web configuration file is right again", "file", f.path)
	}
	protected, tls := protection(content)
	switch {
	case f.protected && !protected:
		level.Warn(f.log).Log("msg", "web configuration file asks for no password or client certificate any more; every client can read the pages", "file", f.path)
	case first && !protected && !tls:
		level.Warn(f.log).Log("msg", "web configuration file sets neither TLS nor a password; every client can read the pages", "file", f.path)
	}
	f.protected = protected
}

// protection reports whether a web configuration file without an error asks clients
// for a password or a certificate, and whether it sets TLS.
func protection(content []byte) (protected, tls bool) {
	var c struct {
		TLS *struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
		Users map[string]string `yaml:"basic_auth_users"`
	}
	_ = yaml.Unmarshal(content, &c) // the toolkit has read it without an error
	certificate := c.TLS != nil && strings.HasPrefix(c.TLS.ClientAuth, "Require")
	return len(c.Users) > 0 || certificate, c.TLS != nil
}

// withoutValues returns an error of a YAML library without the values that it
// quotes, which may be hashes of passwords or keys.
func withoutValues(err error) error {
	text := regexp.MustCompile("`[^`]*`").ReplaceAllString(err.Error(), "<value>")
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}
