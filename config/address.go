package config

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// hostForm is a host name or the end of one.
var hostForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// CheckHostSuffix checks the end of a host name and returns it in lower case,
// without a dot at its beginning.
func CheckHostSuffix(host string) (string, error) {
	host = strings.ToLower(strings.TrimPrefix(host, "."))
	if !hostForm.MatchString(host) {
		return host, errors.New("must be the end of a host name, such as example.com, without scheme, port or path")
	}
	return host, nil
}

// CheckURL checks the address of an API and returns it without a slash at its
// end. allowHTTP permits plain http to other than loopback addresses. Errors
// don't repeat the address: a password may stand in it.
func CheckURL(text string, allowHTTP bool) (string, error) {
	u, err := checkAddress(text, "https://", "http://")
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
	u, err := checkAddress(text, "http://", "https://", "grpc://", "grpcs://")
	if err == nil && strings.HasPrefix(u.Scheme, "grpc") && strings.Trim(u.Path, "/") != "" {
		return errors.New("must not hold a path: gRPC has none")
	}
	return err
}

// checkAddress parses a URL of one of the schemes, such as https://, with a host and nothing but
// a path after it.
func checkAddress(text string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("is not a URL")
	case !slices.Contains(schemes, u.Scheme+"://") || u.Opaque != "":
		return nil, errors.New("must begin with " + either(schemes))
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

// isPort reports whether the port of a URL, if it has one, can exist.
func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// Addresses are the URLs of the vendor that the file names, defaults included.
func (a Account) Addresses() []string {
	if a.Keys == nil {
		return nil
	}
	return a.Keys.Addresses()
}

// HostSuffixes are the suffixes of host names that may get credentials besides
// the hosts of Addresses.
func (a Account) HostSuffixes() []string {
	if a.Keys == nil {
		return nil
	}
	return a.Keys.HostSuffixes()
}

// Local reports whether an address of the account's vendor is on this machine,
// as that of a simulator is.
func (a Account) Local() bool {
	for _, base := range a.Addresses() {
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
