package web

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// ParseExternalURL reads the URL under which clients reach the pages, such as
// https://monitoring.example.com/contactcenter. An empty text is nil: the pages are
// where they are served.
func ParseExternalURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no URL is no error
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("must be a URL such as https://monitoring.example.com/contactcenter")
	}
	u.Path = strings.TrimSuffix(path.Clean("/"+u.Path), "/")
	u.RawPath = ""
	return u, nil
}

// withPrefix serves the pages under the path of the external URL as well as
// without it: a proxy may take the path away or not.
func withPrefix(prefix string, pages http.Handler) http.Handler {
	if prefix == "" {
		return pages
	}
	stripped := http.StripPrefix(prefix, pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == prefix:
			http.Redirect(w, r, prefix+"/", http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, prefix+"/"):
			stripped.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}
