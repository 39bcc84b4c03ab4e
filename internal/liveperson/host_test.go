package liveperson

import (
	"net/url"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestCredentialsGoToTrustedHostsOnly(t *testing.T) {
	const official, local = "https://api.liveperson.net", "http://127.0.0.1:9000"
	for answer, test := range map[string]struct {
		discovery string
		allowHTTP bool
		want      string
		class     api.Class
	}{
		"va.sentinel.liveperson.net":          {discovery: official, want: "https://va.sentinel.liveperson.net"},
		"VA.Sentinel.LivePerson.NET":          {discovery: official, want: "https://VA.Sentinel.LivePerson.NET"},
		"va.sentinel.liveperson.net.":         {discovery: official, want: "https://va.sentinel.liveperson.net."},
		"va.sentinel.liveperson.net:443":      {discovery: official, want: "https://va.sentinel.liveperson.net:443"},
		"https://va.sentinel.liveperson.net/": {discovery: official, want: "https://va.sentinel.liveperson.net"},
		"http://va.sentinel.liveperson.net":   {discovery: official, want: "https://va.sentinel.liveperson.net"},
		"liveperson.net":                      {discovery: official, want: "https://liveperson.net"},
		"proxy.example.com":                   {discovery: official, want: "https://proxy.example.com"},
		"a.proxy.example.com:8443":            {discovery: official, want: "https://a.proxy.example.com:8443"},
		"va.sentinel.liveperson.net:8443":     {discovery: official, class: api.ClientError},
		"evilliveperson.net":                  {discovery: official, class: api.ClientError},
		"liveperson.net.example.org":          {discovery: official, class: api.ClientError},
		"myproxy.example.com":                 {discovery: official, class: api.ClientError},
		"127.0.0.2:9001":                      {discovery: official, class: api.ClientError},
		"localhost":                           {discovery: official, class: api.ClientError},
		"169.254.169.254":                     {discovery: official, class: api.ClientError},
		"[::ffff:127.0.0.1]:80":               {discovery: official, class: api.ClientError},
		"va.liveperson.net@evil.example.org":  {discovery: official, class: api.Schema},
		"va.liveperson.net/../evil":           {discovery: official, class: api.Schema},
		"va.liveperson.net?x=1":               {discovery: official, class: api.Schema},
		"va.liveperson.net#x":                 {discovery: official, class: api.Schema},
		"va liveperson.net":                   {discovery: official, class: api.Schema},
		"evil.example.org\\.liveperson.net":   {discovery: official, class: api.Schema},
		"evil.example.org%2f.liveperson.net":  {discovery: official, class: api.Schema},
		"":                                    {discovery: official, class: api.Schema},
		"://":                                 {discovery: official, class: api.Schema},

		"127.0.0.1:9001":        {discovery: local, want: "http://127.0.0.1:9001"},
		"localhost:9001":        {discovery: local, want: "http://localhost:9001"},
		"127.8.9.1":             {discovery: local, want: "http://127.8.9.1"},
		"[::1]:9001":            {discovery: local, want: "http://[::1]:9001"},
		"va.liveperson.net":     {discovery: local, want: "https://va.liveperson.net"},
		"10.0.0.1":              {discovery: local, class: api.ClientError},
		"localhost.example.org": {discovery: local, class: api.ClientError},
	} {
		t.Run(answer, func(t *testing.T) {
			discovery, err := url.Parse(test.discovery)
			if err != nil {
				t.Fatal(err)
			}
			h := hosts{allowed: []string{"proxy.example.com"}, discovery: discovery, allowHTTP: test.allowHTTP}
			got, err := h.base(answer)
			if c := api.ClassOf(err); c != test.class {
				t.Fatalf("class %q, want %q: %v", c, test.class, err)
			}
			if err == nil && got.String() != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestPermittedPlainHTTP(t *testing.T) {
	discovery := &url.URL{Scheme: "http", Host: "simulator:9000"}
	h := hosts{allowed: []string{"simulator", "other"}, discovery: discovery, allowHTTP: true}
	for answer, want := range map[string]string{
		"simulator:9001":    "http://simulator:9001",
		"other:9001":        "https://other:9001",
		"va.liveperson.net": "https://va.liveperson.net",
	} {
		if got, err := h.base(answer); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v; want %s", answer, got, err, want)
		}
	}
}
