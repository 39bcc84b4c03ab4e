module example.com/embed

go 1.26.0

require (
	github.com/contactcenter-exporter/contactcenter_exporter v0.0.0
	github.com/go-kit/log v0.2.1
)

require (
	github.com/arran4/golang-ical v0.3.4 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/go-logfmt/logfmt v0.6.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/teambition/rrule-go v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/sync v0.24.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/contactcenter-exporter/contactcenter_exporter => ../..
