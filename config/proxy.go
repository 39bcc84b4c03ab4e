package config

import (
	"fmt"
	"net/url"
	"strings"
)

// proxies checks the URLs of proxies and makes that of the whole file the default
// of all accounts and of otlp.
func (d *decoder) proxies(c *Config) {
	d.checkProxy("proxy_url", c.ProxyURL)
	own := map[string]*Secret{}
	for i := range c.Accounts {
		own[fmt.Sprintf("accounts[%d].proxy_url", i)] = &c.Accounts[i].ProxyURL
	}
	if c.OTLP != nil {
		own["otlp.proxy_url"] = &c.OTLP.ProxyURL
	}
	for path, url := range own {
		d.checkProxy(path, *url)
		if !url.Set() {
			*url = c.ProxyURL
		}
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
