package config

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkURLs checks the addresses of an account and completes bare hosts.
func (d *decoder) checkURLs(path string, a *Account) {
	check := func(key, text string) string {
		whole, err := checkURL(text, a.AllowHTTP)
		if err != nil {
			d.fail(join(path, key), "%v", err)
		}
		return whole
	}
	switch a.Vendor {
	case LivePerson:
		a.DiscoveryURL = check("discovery_url", a.DiscoveryURL)
	case LiveVox:
		a.BaseURL = check("base_url", a.BaseURL)
	}
	for service, text := range a.Domains {
		if text != "" && !strings.Contains(text, "://") {
			text = "https://" + text
		}
		a.Domains[service] = check("domains."+service, text)
	}
}

// hostForm is a host name or the end of one.
var hostForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// checkHosts checks suffixes of host names and writes them in lower case.
func (d *decoder) checkHosts(path string, hosts []string) {
	for i, host := range hosts {
		host = strings.ToLower(strings.TrimPrefix(host, "."))
		if !hostForm.MatchString(host) {
			d.fail(fmt.Sprintf("%s[%d]", path, i), "must be the end of a host name, such as example.com, without scheme, port or path")
		}
		hosts[i] = host
	}
}

// checkURL checks the address of an API and returns it without a slash at its
// end. Errors don't repeat it: a password may stand in it.
func checkURL(text string, allowHTTP bool) (string, error) {
	u, err := checkAddress(text, "https", "http")
	if err != nil {
		return text, err
	}
	if u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()) {
		return text, errors.New("must begin with https://: plain http to other than loopback addresses needs allow_http: true")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// checkEndpoint checks where metrics are pushed.
func checkEndpoint(text string) error {
	u, err := checkAddress(text, "http", "https", "grpc", "grpcs")
	if err == nil && strings.HasPrefix(u.Scheme, "grpc") && strings.Trim(u.Path, "/") != "" {
		return errors.New("must not hold a path: gRPC has none")
	}
	return err
}

// checkAddress parses a URL of one of the schemes, with a host and nothing but
// a path after it.
func checkAddress(text string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("is not a URL")
	case !slices.Contains(schemes, u.Scheme) || u.Opaque != "":
		return nil, errors.New("must begin with " + either(prefixes(schemes)))
	case u.Hostname() == "":
		return nil, errors.New("has no host")
	case !isPort(u):
		return nil, errors.New("has a port that is not from 1 to 65535")
	case u.User != nil:
		return nil, errors.New("must not hold a user or password")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("must not hold a query (?)")
	case u.Fragment != "" || strings.Contains(text, "#"):
		return nil, errors.New("must not hold a fragment (#)")
	}
	return u, nil
}

// prefixes returns what URLs of the schemes begin with.
func prefixes(schemes []string) []string {
	list := make([]string, len(schemes))
	for i, scheme := range schemes {
		list[i] = scheme + "://"
	}
	return list
}

// isPort reports whether the port of a URL, if it has one, can exist.
func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// Local reports whether an address of the account's vendor is on this machine,
// as that of a simulator is.
func (a Account) Local() bool {
	for _, base := range append(slices.Collect(maps.Values(a.Domains)), a.BaseURL, a.DiscoveryURL) {
		if u, err := url.Parse(base); err == nil && isLoopback(u.Hostname()) {
			return true
		}
	}
	return false
}

// isLoopback reports whether a host can be no other machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
