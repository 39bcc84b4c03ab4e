package config

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// OTLP is where metrics are pushed.
type OTLP struct {
	Endpoint    string        `yaml:"endpoint" doc:"URL of the receiver: http or https for OTLP over HTTP, grpc or grpcs for OTLP over gRPC. Without it OTEL_EXPORTER_OTLP_ENDPOINT must be set."`
	Interval    time.Duration `yaml:"interval" range:"1s.." doc:"Time between two pushes; without it OTEL_METRIC_EXPORT_INTERVAL, in milliseconds, decides where it is set."`
	HeadersFile string        `yaml:"headers_file" doc:"File of headers to send, one a line, as Name: value or name=value; lines that begin with # are comments."`
	// ProxyURL is that of the whole file where otlp has none of its own.
	ProxyURL Secret `yaml:"proxy_url" doc:"URL of the proxy to the receiver; default is that of the whole file."`
	// Headers are what HeadersFile holds.
	Headers map[string]Secret `yaml:"-"`
}

// defaultOTLP returns a push of which neither the file nor the environment says
// anything yet.
func defaultOTLP() *OTLP { return &OTLP{Interval: time.Minute} }

// exportInterval returns the interval that the standard variable names, else
// other.
func exportInterval(other time.Duration) time.Duration {
	text, _ := environment("OTEL_METRIC_EXPORT_INTERVAL")
	if ms, err := strconv.ParseInt(text, 10, 32); err == nil && ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return other
}

// endpointFromEnvironment reports whether a standard variable names a receiver.
func endpointFromEnvironment() bool {
	metrics, _ := environment("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
	general, _ := environment("OTEL_EXPORTER_OTLP_ENDPOINT")
	return metrics != "" || general != ""
}

// otlp reads where metrics are pushed.
func (d *decoder) otlp(n *yaml.Node) *OTLP {
	if isNull(n) {
		return nil
	}
	d.scope = scope{}
	o := defaultOTLP()
	o.Interval = exportInterval(o.Interval)
	d.mapping(n, "otlp", reflect.ValueOf(o).Elem())
	if o.Endpoint != "" {
		if err := checkEndpoint(o.Endpoint); err != nil {
			d.fail("otlp.endpoint", "%v", err)
		}
	} else if n.Kind == yaml.MappingNode && !endpointFromEnvironment() {
		d.fail("otlp.endpoint", "is missing, and OTEL_EXPORTER_OTLP_ENDPOINT is not set")
	}
	if o.HeadersFile == "" {
		return o
	}
	o.HeadersFile = d.inFolder(o.HeadersFile)
	headers, err := ReadHeaders(o.HeadersFile)
	if err != nil {
		d.fail("otlp.headers_file", "%v", err)
	}
	o.Headers = headers
	return o
}

var (
	headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	control    = regexp.MustCompile(`[\x00-\x08\x0a-\x1f\x7f]`)
)

// ReadHeaders reads a file of headers, one a line. Errors name the line and
// never repeat it.
func ReadHeaders(path string) (map[string]Secret, error) {
	data, err := readFile(path, maxSecret)
	if err != nil {
		return nil, err
	}
	headers := map[string]Secret{}
	number := 0
	for line := range strings.SplitSeq(trimSecret(data), "\n") {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, err := header(line)
		if _, twice := headers[name]; err == nil && twice {
			err = errors.New("the header is repeated")
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		headers[name] = NewSecret(value)
	}
	return headers, nil
}

// header splits a line "Name: value" or "name=value".
func header(line string) (name, value string, err error) {
	end := strings.IndexAny(line, ":=")
	if end < 0 {
		return "", "", errors.New("must be written as Name: value or name=value")
	}
	name, value = strings.TrimSpace(line[:end]), strings.TrimSpace(line[end+1:])
	if !headerName.MatchString(name) {
		return "", "", errors.New("does not begin with the name of a header")
	}
	if value == "" || control.MatchString(value) {
		return "", "", errors.New("has no value that a header can carry")
	}
	return name, value, nil
}
