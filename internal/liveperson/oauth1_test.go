package liveperson

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// RFC 5849, section 3.4.1.1, with the form parameters of its example and without
// oauth_version.
func TestBaseString(t *testing.T) {
	got := baseString("post", parse(t, "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"), []parameter{
		{"oauth_consumer_key", "9djdj82h48djs9d2"},
		{"oauth_token", "kkk9d7dh3k39sjv7"},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", "137131201"},
		{"oauth_nonce", "7d8f3e4a"},
		{"c2", ""},
		{"a3", "2 q"},
	})
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
		"oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
		"oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// RFC 5849, sections 3.4.1.2 and 3.4.1.3.2.
func TestBaseStringParts(t *testing.T) {
	for raw, want := range map[string]string{
		"http://EXAMPLE.COM:80/r%20v/X?id=123":   "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&id%3D123",
		"https://www.example.net:8080/?q=1":      "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1",
		"https://www.example.net:443?q=1":        "GET&https%3A%2F%2Fwww.example.net%2F&q%3D1",
		"http://a.example/?a=2&a=10&a=1&b=":      "GET&http%3A%2F%2Fa.example%2F&a%3D1%26a%3D10%26a%3D2%26b%3D",
		"http://a.example/?a=x%20y&a%20b=z&a=x":  "GET&http%3A%2F%2Fa.example%2F&a%3Dx%26a%3Dx%2520y%26a%2520b%3Dz",
		"http://a.example/?a+b=c+d":              "GET&http%3A%2F%2Fa.example%2F&a%2520b%3Dc%2520d",
		"http://a.example/?t=1%3A2%2B3&u=%C3%BC": "GET&http%3A%2F%2Fa.example%2F&t%3D1%253A2%252B3%26u%3D%25C3%25BC",
		"http://a.example/":                      "GET&http%3A%2F%2Fa.example%2F&",
	} {
		if got := baseString("GET", parse(t, raw), nil); got != want {
			t.Errorf("%s\n got %s\nwant %s", raw, got, want)
		}
	}
}

// RFC 5849, section 1.2.
func TestSignature(t *testing.T) {
	base := baseString("GET", parse(t, "http://photos.example.net/photos?file=vacation.jpg&size=original"), []parameter{
		{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
		{"oauth_token", "nnch734d00sl2jdk"},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", "137131202"},
		{"oauth_nonce", "chapoH"},
	})
	if got, want := signature(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), "MdpQcU8iPSUjWoN/UDMsK2sui9I="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// OAuth Core 1.0, appendix A.5, which has a version.
func TestHeader(t *testing.T) {
	s := &signer{OAuth1: OAuth1{
		ConsumerKey:    "dpf43f3p2l4k3l03",
		ConsumerSecret: func() string { return "kd94hf93k423kf44" },
		Token:          func() string { return "nnch734d00sl2jdk" },
		TokenSecret:    func() string { return "pfkkdhi9sl3r4s00" },
	}, nonce: func() string { return "kllo9940pd9333jh" }}
	got := s.sign("GET", parse(t, "http://photos.example.net/photos?file=vacation.jpg&size=original"), time.Unix(1191242096, 0))
	want := `OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="kllo9940pd9333jh", oauth_signature_method="HMAC-SHA1", ` +
		`oauth_timestamp="1191242096", oauth_token="nnch734d00sl2jdk", oauth_version="1.0", oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func keys() Auth {
	return OAuth1{
		ConsumerKey:    "key",
		ConsumerSecret: func() string { return "cs" },
		Token:          func() string { return "token" },
		TokenSecret:    func() string { return "ts" },
	}
}

// stamp returns a parameter of an Authorization header.
func stamp(r *http.Request, name string) string {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	decoded, _ := url.PathUnescape(value)
	return decoded
}

func TestQueryIsSigned(t *testing.T) {
	f := &fake{api: respond(`{"stateChanges":[]}`)}
	c := f.client(t, func(o *Options) { o.Auth = keys() })
	from := time.Date(2030, 1, 1, 10, 0, 0, 0, time.FixedZone("", 3*60*60))
	if _, err := c.StatusChanges(t.Context(), StatusChangesQuery{Version: 2, From: from, To: from.Add(time.Hour), Limit: 10, EmpID: "a b+c/ü"}); err != nil {
		t.Fatal(err)
	}
	r := f.requests("/status-changes")[0]
	if want := "empId=a%20b%2Bc%2F%C3%BC&from=2030-01-01T07%3A00%3A00Z&limit=10&offset=0&source=contactcenter&to=2030-01-01T08%3A00%3A00Z&v=2"; r.URL.RawQuery != want {
		t.Errorf("query\n got %s\nwant %s", r.URL.RawQuery, want)
	}
	base := baseString("GET", r.URL, []parameter{
		{"oauth_consumer_key", "key"},
		{"oauth_nonce", stamp(r.Request, "oauth_nonce")},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", stamp(r.Request, "oauth_timestamp")},
		{"oauth_token", "token"},
		{"oauth_version", "1.0"},
	})
	if got, want := stamp(r.Request, "oauth_signature"), signature(base, "cs", "ts"); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	if len(stamp(r.Request, "oauth_nonce")) < 16 {
		t.Error("the nonce is short")
	}
}

// oauthProblem answers 401 as the Agent Activity API does.
func oauthProblem(w http.ResponseWriter, code string) {
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintf(w, `{"reason":"oauth_problem=%s&oauth_problem_advice=ask%%20somebody","message":"no"}`, code)
}

func TestRefusedTimeIsCorrectedByTheVendorsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ahead = time.Hour
		f := &fake{}
		f.api = func(w http.ResponseWriter, r *http.Request) {
			now := time.Now().Add(ahead)
			w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
			var at int64
			fmt.Sscan(stamp(r, "oauth_timestamp"), &at)
			if now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
				oauthProblem(w, "timestamp_refused")
				return
			}
			io.WriteString(w, noAgents)
		}
		c := f.client(t, func(o *Options) { o.Auth = keys() })
		for range 3 {
			if err := askStatus(c); err != nil {
				t.Fatal(err)
			}
		}
		if n := f.count("/agent-view/status"); n != 4 {
			t.Errorf("%d requests, want 4: the correction stays", n)
		}
		if skew, known := c.clock.Ahead(); !known || (skew-ahead).Abs() > time.Second {
			t.Errorf("skew %s, %t", skew, known)
		}
	})
}

func TestOAuth1Refusals(t *testing.T) {
	for problem, requests := range map[string]int{
		"timestamp_refused": 1, // without a Date there is nothing to correct by
		"nonce_used":        2,
		"token_revoked":     1,
		"signature_invalid": 1,
	} {
		t.Run(problem, func(t *testing.T) {
			f := &fake{api: func(w http.ResponseWriter, _ *http.Request) { oauthProblem(w, problem) }}
			err := askStatus(f.client(t, func(o *Options) { o.Auth = keys() }))
			if status := api.StatusOf(err); status == nil || status.Problem != problem || api.ClassOf(err) != api.Auth {
				t.Errorf("error %v", err)
			}
			if n := f.count("/agent-view/status"); n != requests {
				t.Errorf("%d requests, want %d", n, requests)
			}
		})
	}
}

func TestNothingButKnownProblemsIsShown(t *testing.T) {
	for body, want := range map[string]string{
		`{"reason":"oauth_problem=token_revoked","message":"x"}`:        "token_revoked",
		`{"reason":"oauth_problem=secret&oauth_problem_advice=s3cret"}`: "",
		`{"reason":"%zz"}`:                                          "",
		`{"reason":{"a":1}}`:                                        "",
		`{"error":"invalid_client"}`:                                "invalid_client",
		`{"error":"s3cret"}`:                                        "",
		`{"error":{"message":"x","internalCode":1}}`:                "",
		`{"causes":["limit: must be less than 100"],"message":"x"}`: "",
		`<html>`: "",
		``:       "",
	} {
		if got := problem([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
