package collector

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/metric"
)

// lpNow is when the answers of testdata were asked for.
var lpNow = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// lpVendor answers as LivePerson does: the Domain API, the token endpoint, and
// the given bodies by the last element of a path.
type lpVendor map[string]string

// RoundTrip answers without a network.
func (v lpVendor) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		io.Copy(io.Discard, req.Body)
		req.Body.Close()
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	switch path := req.URL.Path; {
	case strings.HasSuffix(path, "/baseURI.json"):
		service := strings.Split(path, "/")[5]
		fmt.Fprintf(w, `{"service":%q,"account":"1","baseURI":"va.%s.liveperson.net"}`, service, strings.ToLower(service))
	case strings.HasSuffix(path, "/app/token"):
		io.WriteString(w, `{"access_token":"t","token_type":"Bearer","expires_in":"3600"}`)
	case v[path[strings.LastIndexByte(path, '/')+1:]] == "":
		w.WriteHeader(http.StatusNotFound)
	default:
		io.WriteString(w, v[path[strings.LastIndexByte(path, '/')+1:]])
	}
	return w.Result(), nil
}

// lpAccount is an account of LivePerson with one source.
func lpAccount(source string, options any) config.Account {
	return config.Account{
		Name:          "shop",
		Vendor:        config.LivePerson,
		AccountID:     "12345678",
		Auth:          config.Auth{OAuth2: &config.OAuth2{ClientID: "id", ClientSecret: config.NewSecret("secret")}},
		DiscoveryURL:  "https://api.liveperson.net",
		RequestSource: "contactcenter",
		Sources:       map[string]config.Source{source: {Interval: time.Minute, Options: options}},
	}
}

// lpEnv is what the clients of an account work with in tests.
func lpEnv(a config.Account, vendor http.RoundTripper) Env {
	return Env{
		Account:  a,
		HTTP:     &http.Client{Transport: vendor},
		Identity: NewIdentity(config.ID, nil),
		Renewed:  func(error) {},
	}
}

// lpRead returns a read for golden: the whole way from the client to the
// reading, with the body as the answer of the path that ends with name.
func lpRead(t *testing.T, env Env, path, cursor string) func([]byte) (metric.Reading, error) {
	t.Helper()
	return func(body []byte) (metric.Reading, error) {
		env.HTTP = &http.Client{Transport: lpVendor{path: string(body)}}
		account, err := Open(env)
		if err != nil {
			t.Fatal(err)
		}
		return account.Collectors[0].Collect(context.Background(), Position{Now: lpNow, Cursor: cursor})
	}
}
