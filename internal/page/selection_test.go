package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// of returns those of the batches that belong to accounts.
func of(batches []metric.Batch, accounts ...string) []metric.Batch {
	return slices.DeleteFunc(slices.Clone(batches), func(b metric.Batch) bool {
		return !slices.Contains(accounts, b.Account)
	})
}

func TestAPageOfAccountsHasTheirSeriesAlone(t *testing.T) {
	p := New(fixed(batches()), Options{Own: own()})
	for query, accounts := range map[string][]string{
		"account=shop":                           {"shop"},
		"account=desk":                           {"desk"},
		"account=shop&account=desk&account=shop": {"shop", "desk"},
	} {
		want := oracle(of(batches(), accounts...), nil)
		for _, accept := range accepts {
			for range 2 { // joined and kept
				compare(t, ask(p, "/metrics?"+query, "Accept", accept, "Accept-Encoding", "gzip"),
					ask(want, "/metrics", "Accept", accept, "Accept-Encoding", "gzip"))
			}
		}
		body := ask(p, "/metrics?"+query).Body.String()
		for _, foreign := range []string{"go_", "process_", "contactcenter_exporter_", "a_first"} {
			if strings.Contains(body, foreign) {
				t.Errorf("%s: the page has %s", query, foreign)
			}
		}
	}
}

func TestNamesSelectMetricsAsPromhttpDoes(t *testing.T) {
	self := own()
	p := New(fixed(batches()), Options{Own: self})
	for _, accounts := range [][]string{nil, {"shop"}, {"shop", "desk", "zoo"}} {
		want := oracle(batches(), self)
		query := ""
		if accounts != nil {
			want = oracle(of(batches(), accounts...), nil)
			query = "account=" + strings.Join(accounts, "&account=") + "&"
		}
		for _, names := range [][]string{
			{""},
			{"unknown"},
			{calls.Name},
			{"livevox_agent_calls"},
			{up.Name, "go_threads", agents.Name},
			{"a_first", "zz_last", "go_gc_seconds"},
			{duration.Name, duration.Name},
			{build.Name, info.Name, load.Name},
		} {
			names := "name[]=" + strings.Join(names, "&name[]=")
			for _, accept := range accepts {
				for _, encoding := range []string{"", "gzip", "zstd"} {
					compare(t, ask(p, "/metrics?"+query+names, "Accept", accept, "Accept-Encoding", encoding),
						ask(want, "/metrics?"+names, "Accept", accept, "Accept-Encoding", encoding))
				}
			}
		}
	}
}

func TestQueriesThatSelectNothingFail(t *testing.T) {
	p := New(fixed(batches()), Options{Own: own()})
	for query, code := range map[string]int{
		"account=typo":             http.StatusNotFound,
		"account=shop&account=tpo": http.StatusNotFound,
		"account=":                 http.StatusNotFound,
		"account=Shop":             http.StatusNotFound,
		"account=typo&name[]=x":    http.StatusNotFound,
		"name[]=%zz":               http.StatusBadRequest,
		"account=%zz":              http.StatusBadRequest,
		"x=%":                      http.StatusBadRequest,
		"account=shop;name[]=x":    http.StatusBadRequest,
		"account=shop":             http.StatusOK,
		"name[]=%41":               http.StatusOK,
		"other=parameter":          http.StatusOK,
	} {
		for _, accept := range []string{acceptText, acceptProtobuf} {
			r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
			r.URL.RawQuery = query
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			p.ServeHTTP(w, r)
			if w.Code != code {
				t.Errorf("%s: %d, want %d", query, w.Code, code)
			}
		}
	}
}

func TestNothingIsKeptForWhatClientsInvent(t *testing.T) {
	var all []metric.Batch
	for i := range 10 {
		b := newFleet(20).batches()[0]
		b.Account = fmt.Sprint("account-", i)
		all = append(all, b)
	}
	p := New(fixed(all), Options{})
	size := ask(p, "/metrics").Body.Len()
	before := live()
	for subset := range 1 << len(all) {
		query := "?"
		for i := range all {
			if subset>>i&1 != 0 {
				query += fmt.Sprint("account=account-", i, "&")
			}
		}
		ask(p, "/metrics"+query)
		ask(p, "/metrics?account=account-0&account="+strings.Repeat("x", subset))
		ask(p, fmt.Sprint("/metrics?name[]=invented", subset))
	}
	if grown := live() - before; grown > int64(size) {
		t.Errorf("%d bytes kept, of a page of %d", grown, size)
	}
	runtime.KeepAlive(p)
}

// stalled is a client that reads nothing until it is released.
type stalled struct {
	reader
	begun, release chan struct{}
	once           sync.Once
}

func (s *stalled) Write(b []byte) (int, error) {
	s.once.Do(func() { s.begun <- struct{}{}; <-s.release })
	return s.reader.Write(b)
}

func TestResponsesToSlowClientsShareTheirBytes(t *testing.T) {
	const clients, each = 40, 512 << 10
	var batches []metric.Batch
	for i := range 50 {
		b := newFleet(20).batches()[0]
		b.Account = fmt.Sprint("account-", i)
		batches = append(batches, b)
	}
	p := New(fixed(batches), Options{})
	size := ask(p, "/metrics").Body.Len()
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	before := live()
	for i := range clients {
		query := "name[]=liveperson_agent_status"
		if i%2 == 0 { // a selection of its own, of nearly all accounts
			query = ""
			for k := range batches {
				if k != i {
					query += fmt.Sprint("&account=account-", k)
				}
			}
		}
		w := &stalled{reader: reader{header: http.Header{}}, begun: begun, release: release}
		go p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics?"+query, nil))
		<-begun
	}
	if grown := live() - before; grown > clients*each {
		t.Errorf("%d slow clients of a page of %d bytes hold %d bytes", clients, size, grown)
	}
	runtime.KeepAlive(p)
}
