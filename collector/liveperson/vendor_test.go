package liveperson

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// testNow is when the answers of testdata were asked for.
var testNow = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// testVendor answers as LivePerson does: the Domain API, the token endpoint, and
// the given bodies by the last element of a path.
type testVendor map[string]string

// anyPath is the key of a body that answers every other request for data.
const anyPath = "*"

// RoundTrip answers without a network.
func (v testVendor) RoundTrip(req *http.Request) (*http.Response, error) {
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
	case v[path[strings.LastIndexByte(path, '/')+1:]] != "":
		io.WriteString(w, v[path[strings.LastIndexByte(path, '/')+1:]])
	case v[anyPath] != "":
		io.WriteString(w, v[anyPath])
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	return w.Result(), nil
}

// testAccount is an account of LivePerson with one source.
func testAccount(source string, options any) config.Account {
	return config.Account{
		Name:   "shop",
		Vendor: "liveperson",
		Keys: &Keys{
			AccountID:     "12345678",
			Auth:          Auth{OAuth2: &OAuth2{ClientID: "id", ClientSecret: config.NewSecret("secret")}},
			DiscoveryURL:  "https://api.liveperson.net",
			RequestSource: "contactcenter",
		},
		Sources: map[string]config.Source{source: {Interval: time.Minute, Options: options}},
	}
}

// testEnv is what the clients of an account work with in tests.
func testEnv(a config.Account, vendor http.RoundTripper) collector.Env {
	return collector.Env{
		Account:  a,
		HTTP:     &http.Client{Transport: vendor},
		Identity: collector.NewIdentity(config.ID, nil),
		Renewed:  func(error) {},
	}
}

// opened opens a source of an account that has no other one.
func opened(t *testing.T, source string, options any, vendor http.RoundTripper) collector.Collect {
	t.Helper()
	account, err := open(testEnv(testAccount(source, options), vendor))
	if err != nil {
		t.Fatal(err)
	}
	return account.Collectors[0].Collect
}

// collected is what a source makes of the answers of a vendor at testNow.
func collected(t *testing.T, source string, options any, vendor http.RoundTripper, cursor string) metric.Reading {
	t.Helper()
	r, err := opened(t, source, options, vendor)(t.Context(), collector.Position{Now: testNow, Cursor: cursor})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// readFrom returns a read for golden: the whole way from the client to the
// reading, with the body as the answer of the path that ends with name.
func readFrom(t *testing.T, env collector.Env, path, cursor string) func([]byte) (metric.Reading, error) {
	t.Helper()
	return func(body []byte) (metric.Reading, error) {
		env.HTTP = &http.Client{Transport: answersOf(path, body)}
		account, err := open(env)
		if err != nil {
			t.Fatal(err)
		}
		return account.Collectors[0].Collect(context.Background(), collector.Position{Now: testNow, Cursor: cursor})
	}
}

// answersOf returns a vendor that answers body, or where that holds answers, by the
// last element of the path, those.
func answersOf(path string, body []byte) testVendor {
	var several struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(body, &several) != nil || several.Answers == nil {
		return testVendor{path: string(body)}
	}
	v := testVendor{}
	for name, answer := range several.Answers {
		v[name] = string(answer)
	}
	return v
}

// Names and help of a metric have the form that the page needs. Which metrics there
// are stands in docs/metrics.md, which a test compares.
func TestMetricsHaveHelpUnitAndLabels(t *testing.T) {
	for _, s := range sources() {
		for _, d := range s.Descs {
			if d.Help == "" || d.Help[len(d.Help)-1] != '.' {
				t.Errorf("%s: the help is not a sentence: %q", d.Name, d.Help)
			}
			if total := strings.HasSuffix(d.Name, "_total"); total != (d.Kind == metric.Counter) {
				t.Errorf("%s is a %s", d.Name, d.Kind)
			}
			for _, open := range d.Open {
				if !d.Has(open) {
					t.Errorf("%s has no label %s", d.Name, open)
				}
			}
		}
	}
}
