package config

import (
	"net/url"
	"strings"
)

// proxies checks the URLs of proxies and makes that of the whole file the default
// of otlp.
func (d *decoder) proxies(c *Config) {
	d.checkProxy("proxy_url", c.ProxyURL)
	if c.OTLP == nil {
		return
	}
	d.checkProxy("otlp.proxy_url", c.OTLP.ProxyURL)
	if !c.OTLP.ProxyURL.Set() {
		c.OTLP.ProxyURL = c.ProxyURL
	}
}

// checkProxy checks the URL of a proxy. Errors don't repeat it: it may hold a
// password.
func (d *decoder) checkProxy(path string, s Secret) {
	if !s.Set() {
		return
	}
	if s.File() != "" {
		path += "_file"
	}
	u, err := url.Parse(s.Read())
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Port() == "" || !isPort(u) ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		d.fail(path, "must be of the form http://[user:password@]host:port or https://[user:password@]host:port")
	}
}
