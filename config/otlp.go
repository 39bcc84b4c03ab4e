package config

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// OTLP is where metrics are pushed.
type OTLP struct {
	Endpoint    string        `yaml:"endpoint" required:"true" doc:"URL of the receiver: http or https for OTLP over HTTP, grpc or grpcs for OTLP over gRPC."`
	Interval    time.Duration `yaml:"interval" range:"1s.." doc:"Time between two pushes."`
	HeadersFile string        `yaml:"headers_file" doc:"File of headers to send, one a line, as Name: value or name=value; lines that begin with # are comments."`
	// Headers are what HeadersFile holds.
	Headers map[string]Secret `yaml:"-"`
}

// defaultOTLP returns a push of which the file says nothing yet.
func defaultOTLP() *OTLP { return &OTLP{Interval: time.Minute} }

// otlp reads where metrics are pushed.
func (d *decoder) otlp(n *yaml.Node) *OTLP {
	if isNull(n) {
		return nil
	}
	d.scope = scope{}
	o := defaultOTLP()
	d.mapping(n, "otlp", reflect.ValueOf(o).Elem())
	if o.Endpoint != "" {
		if err := checkEndpoint(o.Endpoint); err != nil {
			d.fail("otlp.endpoint", "%v", err)
		}
	}
	if o.HeadersFile == "" {
		return o
	}
	o.HeadersFile = d.inFolder(o.HeadersFile)
	headers, err := readHeaders(o.HeadersFile)
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

// readHeaders reads a file of headers, one a line. Errors name the line and
// never repeat it.
func readHeaders(path string) (map[string]Secret, error) {
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
