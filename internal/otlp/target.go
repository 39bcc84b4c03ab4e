package otlp

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// The paths of OTLP/HTTP, where an endpoint has none of its own.
const (
	metricsPath = "/v1/metrics"
	tracesPath  = "/v1/traces"
)

// target is an endpoint, taken apart.
type target struct {
	grpc, secure bool
	host         string // with a port
	path         string // of metrics, over HTTP
}

// target returns where to push.
func (o Options) target() (target, error) {
	endpoint := o.Endpoint
	if endpoint == "" {
		endpoint = o.endpointVariable()
	}
	if endpoint == "" {
		return target{}, errors.New("endpoint: neither the file nor OTEL_EXPORTER_OTLP_ENDPOINT names one")
	}
	return parseTarget(endpoint)
}

// parseTarget reads an endpoint. Errors don't repeat it.
func parseTarget(endpoint string) (target, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return target{}, errors.New("endpoint: is not a URL with a host")
	}
	t := target{host: u.Host, path: u.Path}
	switch u.Scheme {
	case "http":
	case "https":
		t.secure = true
	case "grpc":
		t.grpc = true
	case "grpcs":
		t.grpc, t.secure = true, true
	default:
		return target{}, errors.New("endpoint: must begin with http://, https://, grpc:// or grpcs://")
	}
	if t.grpc && u.Port() == "" {
		t.host = net.JoinHostPort(u.Hostname(), "4317")
	}
	if strings.Trim(t.path, "/") == "" {
		t.path = metricsPath
	}
	return t, nil
}

// url returns the target in the form that the SDK reads.
func (t target) url(path string) string {
	u := url.URL{Scheme: "http", Host: t.host, Path: path}
	if t.secure {
		u.Scheme = "https"
	}
	return u.String()
}

// traces returns the path of traces beside that of metrics.
func (t target) traces() (string, error) {
	base, found := strings.CutSuffix(t.path, metricsPath)
	if !found {
		return "", errors.New("endpoint: has a path of its own, which must end in " + metricsPath)
	}
	return base + tracesPath, nil
}
