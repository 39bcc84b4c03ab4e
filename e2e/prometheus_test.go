package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"syscall"
	"testing"
)

// prometheus is a real one.
type prometheus struct {
	program
	url, config string
}

// startPrometheus starts one on an address.
func startPrometheus(t *testing.T, dir, address, config string, args ...string) prometheus {
	t.Helper()
	p := prometheus{url: "http://" + address, config: filepath.Join(dir, "prometheus.yml")}
	write(t, p.config, config)
	args = append(args, "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address="+address)
	p.program = start(t, dir, nil, "prometheus", args...)
	eventually(t, "Prometheus is ready", p.ready)
	return p
}

func (p prometheus) ready() error {
	_, err := call(http.MethodGet, p.url+"/-/ready", "")
	return err
}

// reload gives it another configuration.
func (p prometheus) reload(t *testing.T, config string) {
	t.Helper()
	write(t, p.config, config)
	p.signal(syscall.SIGHUP)
}

// row is a series of an answer, with its value at one time.
type row struct {
	Metric    map[string]string
	Value     [2]any // seconds, and the value as text
	Histogram [2]any // instead of the value: seconds, and the buckets
}

// query evaluates an expression at a time in Unix seconds; 0 is now.
func (p prometheus) query(expr string, at float64) ([]row, error) {
	form := url.Values{"query": {expr}}
	if at > 0 {
		form.Set("time", fmt.Sprintf("%.3f", at))
	}
	content, err := call(http.MethodGet, p.url+"/api/v1/query?"+form.Encode(), "")
	if err != nil {
		return nil, err
	}
	var answer struct{ Data struct{ Result []row } }
	err = json.Unmarshal(content, &answer)
	return answer.Data.Result, err
}
