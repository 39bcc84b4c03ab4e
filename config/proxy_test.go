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

func TestTheProxyOfTheFileIsThatOfEveryAccountWithoutOne(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	const general = "proxy_url: http://metrics:hunter2-hunter2@proxy:3128\n"
	for text, want := range map[string]string{
		"":                                   "",
		"    proxy_url: http://other:3129\n": "http://other:3129",
		general:                              "http://metrics:hunter2-hunter2@proxy:3128",
		"    proxy_url: http://other:3129\n" + general: "http://other:3129",
	} {
		c := parsed(t, text)
		if got := c.Accounts[0].ProxyURL.Read(); got != want {
			t.Errorf("%s: proxy %q, want %q", text, got, want)
		}
		if shown := string(c.Redacted()); strings.Contains(shown, "hunter2") {
			t.Errorf("the password is shown:\n%s", shown)
		}
		if again := parsed(t, text); !again.Accounts[0].Equal(c.Accounts[0]) {
			t.Errorf("%s: another account when read again", text)
		}
	}
	if parsed(t, general).Accounts[0].Equal(parsed(t, strings.Replace(general, "3128", "3129", 1)).Accounts[0]) {
		t.Error("an account whose proxy has changed is the same")
	}
}

func TestTheURLOfAProxyIsChecked(t *testing.T) {
	for _, url := range []string{"proxy:3128", "http://metrics:hunter2-hunter2@proxy", "socks5://proxy:1", "http://proxy:3128/path", "http://proxy:3128?x=hunter2-hunter2", "http://proxy:99999"} {
		for key, text := range map[string]string{
			"accounts[0].proxy_url": "    proxy_url: '" + url + "'\n",
			"otlp.proxy_url":        "otlp: {endpoint: 'https://c', proxy_url: '" + url + "'}\n",
			"proxy_url":             "proxy_url: '" + url + "'\n",
		} {
			_, err := Parse("contactcenter.yml", []byte(oneAccount+text), testVendors())
			if err == nil || !strings.Contains(err.Error(), ": "+key+": must be of the form http://[user:password@]host:port") || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %s: %v", key, url, err)
			}
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
