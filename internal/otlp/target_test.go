package otlp

import (
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	tests := []struct {
		endpoint string
		env      map[string]string
		want     target
	}{
		{"http://c:4318", nil, target{host: "c:4318", path: "/v1/metrics"}},
		{"https://c/", nil, target{secure: true, host: "c", path: "/v1/metrics"}},
		{"https://c/api/v1/otlp/v1/metrics", nil, target{secure: true, host: "c", path: "/api/v1/otlp/v1/metrics"}},
		{"grpc://c:4317", nil, target{grpc: true, host: "c:4317", path: "/v1/metrics"}},
		{"grpcs://c", nil, target{grpc: true, secure: true, host: "c:4317", path: "/v1/metrics"}},
		{"grpc://[::1]", nil, target{grpc: true, host: "[::1]:4317", path: "/v1/metrics"}},
		{"http://file", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://variable"}, target{host: "file", path: "/v1/metrics"}},
		{"", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/base/"}, target{host: "c:4318", path: "/base/v1/metrics"}},
		{"", map[string]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c:4318/own"}, target{host: "c:4318", path: "/own"}},
		{
			"",
			map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
			target{grpc: true, secure: true, host: "c:4317", path: "/v1/metrics"},
		},
	}
	for _, test := range tests {
		o := Options{Endpoint: test.endpoint, Env: func(name string) string { return test.env[name] }}
		if got, err := o.target(); err != nil || got != test.want {
			t.Errorf("%q %v: %+v, %v, want %+v", test.endpoint, test.env, got, err, test.want)
		}
	}
}

func TestStartRefusesWhatCannotWork(t *testing.T) {
	tests := []struct {
		promise string
		options Options
		env     map[string]string
		want    string
	}{
		{"no endpoint", Options{}, nil, "otlp: endpoint: neither the file nor OTEL_EXPORTER_OTLP_ENDPOINT names one"},
		{"another scheme", Options{Endpoint: "ftp://c"}, nil, "otlp: endpoint: must begin with http://, https://, grpc:// or grpcs://"},
		{"no host", Options{Endpoint: "http://:4318"}, nil, "otlp: endpoint: is not a URL with a host"},
		{"no such certificate", Options{Endpoint: "https://c"}, map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": "testdata/none.pem"}, "otlp: certificate: open testdata/none.pem"},
		{"a file without certificate", Options{Endpoint: "https://c"}, map[string]string{"OTEL_EXPORTER_OTLP_CERTIFICATE": "push.go"}, "otlp: certificate: push.go holds none"},
		{"a key without certificate", Options{Endpoint: "https://c"}, map[string]string{"OTEL_EXPORTER_OTLP_CLIENT_KEY": "push.go"}, "otlp: client certificate: "},
		{"traces beside another path", Options{Endpoint: "https://c/own", Traces: true}, nil, "otlp: traces: endpoint: has a path of its own, which must end in /v1/metrics"},
	}
	for _, test := range tests {
		t.Run(test.promise, func(t *testing.T) {
			test.options.Env = func(name string) string { return test.env[name] }
			p, err := Start(t.Context(), test.options)
			if err == nil {
				p.Stop(t.Context())
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}
