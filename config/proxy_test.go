package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const oneAccount = `accounts:
  - name: shop
    vendor: liveperson
    account_id: "1"
    auth: {bearer_token: hunter2-hunter2}
`

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse(filepath.Join(t.TempDir(), "contactcenter.yml"), []byte(oneAccount+text), testVendors())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheProxyOfTheFileIsThatOfTheReceiver(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	file := filepath.Join(t.TempDir(), "proxy")
	if err := os.WriteFile(file, []byte("http://metrics:hunter2-hunter2@proxy:3130\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const general = "proxy_url: http://metrics:hunter2-hunter2@proxy:3128\n"
	for text, want := range map[string]string{
		"otlp: {endpoint: 'https://c'}\n":                                                           "",
		general + "otlp: {endpoint: 'https://c'}\n":                                                 "http://metrics:hunter2-hunter2@proxy:3128",
		"otlp: {endpoint: 'https://c'}\n" + general:                                                 "http://metrics:hunter2-hunter2@proxy:3128",
		general + "otlp: {endpoint: 'https://c', proxy_url: 'https://other:3129'}\n":                "https://other:3129",
		general + "otlp: {endpoint: 'https://c', proxy_url_file: '" + filepath.ToSlash(file) + "'}": "http://metrics:hunter2-hunter2@proxy:3130",
	} {
		c := parsed(t, text)
		if got := c.OTLP.ProxyURL.Read(); got != want {
			t.Errorf("%s: proxy %q, want %q", text, got, want)
		}
		if shown := string(c.Redacted()); strings.Contains(shown, "hunter2") {
			t.Errorf("the password is shown:\n%s", shown)
		}
	}
}

func TestVariablesDecideWhereTheFileIsSilent(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318")
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "15000")
	if o := parsed(t, "otlp: {}\n").OTLP; o == nil || o.Endpoint != "" || o.Interval != 15*time.Second {
		t.Errorf("otlp: {} is %+v", o)
	}
	if o := parsed(t, "otlp: {interval: 30s}\n").OTLP; o.Interval != 30*time.Second {
		t.Errorf("the interval of the file is %s", o.Interval)
	}
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "soon")
	if o := parsed(t, "otlp: {}\n").OTLP; o.Interval != time.Minute {
		t.Errorf("an interval that is no number is %s", o.Interval)
	}
	if o := parsed(t, "").OTLP; o != nil {
		t.Error("without the section something is pushed")
	}
}
