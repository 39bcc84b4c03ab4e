package liveperson

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestDiscoveryReadsBothForms(t *testing.T) {
	for name, test := range map[string]struct {
		body, want string
		class      api.Class
	}{
		"one":                    {body: `{"service":"msgHist","account":"1","baseURI":"lo.msghist.liveperson.net"}`, want: "https://lo.msghist.liveperson.net"},
		"list":                   {body: `{"baseURIs":[{"service":"sentinel","baseURI":"lo.sentinel.liveperson.net"},{"service":"msgHist","baseURI":"lo.msghist.liveperson.net"}]}`, want: "https://lo.msghist.liveperson.net"},
		"list with a bad record": {body: `{"baseURIs":[7,{"service":"msgHist","baseURI":"lo.msghist.liveperson.net"}]}`, want: "https://lo.msghist.liveperson.net"},
		"spaces":                 {body: `{"baseURI":" lo.msghist.liveperson.net\n"}`, want: "https://lo.msghist.liveperson.net"},
		"another service":        {body: `{"service":"sentinel","baseURI":"lo.sentinel.liveperson.net"}`, class: api.Schema},
		"empty list":             {body: `{"baseURIs":[]}`, class: api.Schema},
		"null":                   {body: `{"service":"msgHist","baseURI":null}`, class: api.Schema},
		"a list instead":         {body: `[]`, class: api.Schema},
		"HTML":                   {body: `<html>`, class: api.Schema},
		"nothing":                {body: ``, class: api.Schema},
		"cut":                    {body: `{"service":"msgHist",`, class: api.Truncated},
		"another host":           {body: `{"service":"msgHist","baseURI":"lo.msghist.example.org"}`, class: api.ClientError},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{discovery: func(w http.ResponseWriter, _ string) { io.WriteString(w, test.body) }}
			got, err := f.client(t).domains.base(context.Background(), History)
			if c := api.ClassOf(err); c != test.class {
				t.Fatalf("class %q, want %q: %v", c, test.class, err)
			}
			if err == nil && got.String() != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestDiscoveryGetsNoCredentials(t *testing.T) {
	f := &fake{api: respond(noAgents)}
	if _, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10}); err != nil {
		t.Fatal(err)
	}
	asked := f.requests("/baseURI.json")
	if len(asked) != 2 {
		t.Fatalf("%d questions, want 2: sentinel and msgHist", len(asked))
	}
	for _, s := range asked {
		if s.Header.Get("Authorization") != "" || s.body != "" || s.URL.RawQuery != "version=1.0" || s.URL.Host != "api.liveperson.net" {
			t.Errorf("%s %s with %v", s.Method, s.URL, s.Header)
		}
	}
	if p := asked[0].URL.Path; p != "/api/account/12345678/service/msgHist/baseURI.json" {
		t.Errorf("path %s", p)
	}
}

func TestRefusedHostGetsNothing(t *testing.T) {
	f := &fake{discovery: func(w http.ResponseWriter, service string) {
		fmt.Fprintf(w, `{"service":%q,"baseURI":"evil.example.org"}`, service)
	}}
	_, err := f.client(t).AgentStatus(context.Background(), AgentStatusQuery{Limit: 10})
	if api.ClassOf(err) != api.ClientError || !strings.Contains(err.Error(), "evil.example.org") {
		t.Errorf("error %v", err)
	}
	for _, s := range f.requests("") {
		if s.URL.Host != "api.liveperson.net" {
			t.Errorf("a request went to %s", s.URL.Host)
		}
	}
}

func TestDiscoveryIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{discovery: func(w http.ResponseWriter, service string) {
			time.Sleep(time.Second)
			fmt.Fprintf(w, `{"service":%q,"baseURI":"va.liveperson.net"}`, service)
		}}
		c := f.client(t)
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				if err := c.Find(t.Context(), History); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		time.Sleep(discoveryTTL - 2*time.Second)
		c.Find(t.Context(), History)
		if n := f.count("/baseURI.json"); n != 1 {
			t.Errorf("asked %d times within the hour, want once", n)
		}
		time.Sleep(2 * time.Second)
		c.Find(t.Context(), History)
		if n := f.count("/baseURI.json"); n != 2 {
			t.Errorf("asked %d times after an hour, want twice", n)
		}
	})
}

func TestMovedHostIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := "old.liveperson.net"
		f := &fake{api: respond(noAgents), broken: map[string]error{}}
		f.discovery = func(w http.ResponseWriter, service string) {
			fmt.Fprintf(w, `{"service":%q,"baseURI":%q}`, service, host)
		}
		c := f.client(t)
		ask := func() error {
			_, err := c.AgentStatus(t.Context(), AgentStatusQuery{Limit: 10})
			return err
		}
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		host, f.broken["old.liveperson.net"] = "new.liveperson.net", &net.OpError{Op: "dial", Err: errors.New("refused")}
		if err := ask(); api.ClassOf(err) != api.Connect {
			t.Fatalf("error %v", err)
		}
		if err := ask(); err != nil {
			t.Errorf("the new host is not asked: %v", err)
		}
	})
}

func TestUnreachableHostIsNoStormOnTheDomainAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{broken: map[string]error{"va.msghist.liveperson.net": &net.DNSError{IsNotFound: true}}}
		c := f.client(t)
		for range 60 {
			c.AgentStatus(t.Context(), AgentStatusQuery{Limit: 10})
			time.Sleep(time.Second)
		}
		if n := f.count("/msgHist/baseURI.json"); n > 7 {
			t.Errorf("asked %d times in a minute", n)
		}
	})
}

func TestOldHostServesWhileDiscoveryFails(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, service string){
		"down":     func(w http.ResponseWriter, _ string) { w.WriteHeader(503) },
		"not JSON": func(w http.ResponseWriter, _ string) { io.WriteString(w, "<html>") },
		"another host": func(w http.ResponseWriter, s string) {
			fmt.Fprintf(w, `{"service":%q,"baseURI":"evil.example.org"}`, s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{api: respond(noAgents)}
				c := f.client(t)
				for range 5 {
					if _, err := c.AgentStatus(t.Context(), AgentStatusQuery{Limit: 10}); err != nil {
						t.Fatal(err)
					}
					f.discovery = answer
					time.Sleep(discoveryTTL)
				}
				if n := f.count("/msgHist/baseURI.json"); n != 5 {
					t.Errorf("asked %d times in four hours, want 5", n)
				}
				for _, s := range f.requests("") {
					if s.URL.Host == "evil.example.org" {
						t.Error("the refused host was asked")
					}
				}
			})
		})
	}
}

func TestFailedDiscoveryPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{discovery: func(w http.ResponseWriter, _ string) { w.WriteHeader(401) }}
		c := f.client(t)
		for range 20 {
			if err := c.Find(t.Context(), History); api.ClassOf(err) != api.Auth {
				t.Fatalf("error %v", err)
			}
			time.Sleep(time.Second)
		}
		if n := f.count("/baseURI.json"); n != 4 {
			t.Errorf("asked %d times in 20 s, want every 5 s", n)
		}
	})
}

func TestGivingUpIsNoFailureOfTheDomainAPI(t *testing.T) {
	f := &fake{}
	c := f.client(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Find(ctx, History); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if err := c.Find(context.Background(), History); err != nil {
		t.Errorf("the next one fails: %v", err)
	}
}

func TestConfiguredDomainSkipsDiscovery(t *testing.T) {
	f := &fake{api: respond(noAgents)}
	c := f.client(t, func(o *Options) {
		o.Domains = map[string]*url.URL{Sentinel: parse(t, "https://proxy.example.com/sentinel-eu"), History: parse(t, "https://proxy.example.com")}
	})
	if _, err := c.AgentStatus(context.Background(), AgentStatusQuery{Limit: 10}); err != nil {
		t.Fatal(err)
	}
	if n := f.count("/baseURI.json"); n != 0 {
		t.Errorf("the Domain API was asked %d times", n)
	}
	login := f.requests("/app/token")[0]
	if got, want := login.URL.String(), "https://proxy.example.com/sentinel-eu/sentinel/api/v2/account/12345678/app/token"; got != want {
		t.Errorf("login at %s, want %s", got, want)
	}
}
